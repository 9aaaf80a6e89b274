"""A table that somebody brings is read as it stands, and whatever is wrong with it has a row and a column."""

import pytest

from survey_app.rules.contacts import is_one_address, read_contacts
from survey_app.rules.tables import MOST_BYTES, MOST_ROWS, Mistake, TableRefused, decode, read_table

COLUMNS = {"email": "e-mail", "name": "name", "language": "language", "place": "place"}
HEAD = "e-mail;name;language;place\n"
PLACES = {"turku": "T", "Turku, Kauppatori": "T", "lodz": "L", "Łódź": "L"}


def contacts(rows, columns=COLUMNS, head=HEAD):
    return read_contacts(read_table(head + rows), columns, places=PLACES, place="T", language="pl")


@pytest.mark.parametrize("separator", [";", ",", "\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_every_separator_and_line_end_is_read(separator, end):
    text = separator.join(["a", "b"]) + end + separator.join(['"x""y"', "2"]) + end
    assert read_table(text).rows == ((2, {"a": 'x"y', "b": "2"}),)


def test_rows_are_numbered_as_a_spreadsheet_numbers_them():
    assert [number for number, _cells in read_table("a,b\n1,2\n,\n3\n").rows] == [2, 4]


@pytest.mark.parametrize("how", ["utf-8", "utf-8-sig", "utf-16"])
def test_letters_are_read(how):
    assert read_table(decode("imię;x\nŻółć;1\n".encode(how))).columns == ("imię", "x")


@pytest.mark.parametrize(
    ("text", "mistake"),
    [
        ("", Mistake("empty")),
        ("a;b\n", Mistake("empty")),
        ("a;a\n1;2\n", Mistake("column_twice", 1, "a")),
        ("a;;b\n1;2;3\n", Mistake("column_without_name", 1, "2")),
        ("a;b\n1;2\n1;2;3\n", Mistake("too_many_cells", 3)),
        ('a;b\n1;2\n1;"2\n', Mistake("quotes", 3)),
        (";".join(f"c{number}" for number in range(61)) + "\n1\n", Mistake("too_many_columns", 1)),
        ("a\n" + "1\n" * (MOST_ROWS + 1), Mistake("too_many_rows", MOST_ROWS + 2)),
        ("a\n" + "x" * MOST_BYTES, Mistake("too_large")),
    ],
)
def test_a_table_that_cannot_be_read_says_where(text, mistake):
    with pytest.raises(TableRefused) as refused:
        read_table(text)
    assert refused.value.mistake == mistake


@pytest.mark.parametrize("content", ["Łódź".encode("cp1250"), b"\xff\xfe\x00"])
def test_other_letters_are_refused_and_not_guessed(content):
    with pytest.raises(TableRefused) as refused:
        decode(content)
    assert refused.value.mistake == Mistake("not_utf8")


def test_people_are_read_with_place_and_language_in_any_of_their_names():
    people, mistakes = contacts("a@example.com;Anna;Finnish;TURKU\nb@example.com;;;Łódź\n")
    assert mistakes == []
    assert [(p.row, p.email, p.name, p.language, p.place) for p in people] == [
        (2, "a@example.com", "Anna", "fi", "T"),
        (3, "b@example.com", "", "pl", "L"),
    ]


def test_every_mistake_is_named_and_nobody_is_taken():
    rows = (
        "a@example.com;Anna;fi;turku\n"
        ";B;fi;turku\n"
        "c@example;C;fi;turku\n"
        "A@Example.com;D;fi;turku\n"
        "e@example.com;E;sv;turku\n"
        "f@example.com;F;fi;espoo\n"
        f"g@example.com;{'G' * 201};fi;turku\n"
        '"h@example.com\nBcc: i@example.com";H;fi;turku\n'
    )
    people, mistakes = contacts(rows)
    assert people == []
    assert [(m.row, m.reason, m.column) for m in mistakes] == [
        (3, "no_address", "e-mail"),
        (4, "not_an_address", "e-mail"),
        (5, "address_twice", "e-mail"),
        (6, "language_unknown", "language"),
        (7, "place_unknown", "place"),
        (8, "name_too_long", "name"),
        (9, "not_an_address", "e-mail"),
    ]


def test_a_column_that_is_not_there_is_named():
    assert contacts("a@example.com;;;\n", {"email": "mail"})[1] == [Mistake("no_such_column", 1, "mail")]
    assert contacts("a@example.com;;;\n", {"email": ""})[1] == [Mistake("no_address_column")]


@pytest.mark.parametrize(
    "address",
    [
        "a@b.c, d@e.f",
        "a@b.c;d@e.f",
        "A <a@b.c>",
        "a@b",
        "@b.c",
        "a@@b.c",
        "a@b.c\r\nBcc: d@e.f",
        "a@b.c\u2028",
        "a b@c.d",
        '"a"@b.c',
        "ä@b.c",
        "a@b.c\x00",
        f"{'a' * 251}@b.c",
    ],
)
def test_one_address_is_one_address(address):
    """T41."""
    assert not is_one_address(address)
