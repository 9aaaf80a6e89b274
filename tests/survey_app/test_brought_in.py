"""Complaints from outside: all of a table or nothing, each one once, ready for coding, bombs refused."""

import io
import time
import zipfile
from datetime import date

import pytest
from sqlalchemy import func, select

from survey_app.foundations import clock
from survey_app.foundations.database import reading
from survey_app.foundations.spreadsheets import write_xlsx
from survey_app.foundations.workbooks import WorkbookRefused, read_workbook_apart
from survey_app.models import AuditLine, BroughtIn, Response
from survey_app.queries.responses import responses_of
from survey_app.rules.brought_in import Known, Otherwise, read_complaints
from survey_app.rules.permissions import SYSTEM
from survey_app.rules.tables import read_table, write_table
from tests.factories.studies import NOW, make_open_study
from tests.journeys.html_forms import read_page
from tests.survey_app.web.test_links import researcher as researcher  # noqa: PLC0414 - a fixture

TABLE = (
    "text;place;date;channel;scenario;url;id\n"
    '"They kept me waiting;\nan hour.";place-1;14.3.2026;telefon;wrong_bill;https://forum.example/7;7\n'
    "Nobody answered.;Place 0;2026-03-15;;;;8\n"
)
COLUMNS = {
    "text": "text",
    "place": "place",
    "date": "date",
    "channel": "channel",
    "scenario": "scenario",
    "address": "url",
    "number": "id",
}
KNOWN = Known(places={"turku": "T"}, channels={"phone": "phone", "telefon": "phone"}, scenarios={"delay": "delay"})


@pytest.fixture
def study(app, monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: NOW)
    return make_open_study(places=2)


def read(rows, columns=COLUMNS):
    head = "text;place;date;channel;scenario;url;id\n"
    otherwise = Otherwise(place="T")
    return read_complaints(
        read_table(head + rows), columns, known=KNOWN, otherwise=otherwise, today=date(2026, 4, 1)
    )


def test_every_mistake_is_named_by_row_and_column_and_nothing_is_taken():
    complaints, mistakes = read(
        "A.;turku;1.4.2026;phone;delay;https://a.example;1\n"
        ";turku;;;;;2\n"
        f"{'x' * 10_001};;;;;;3\n"
        "D.;espoo;;;;;4\n"
        "E.;;31.2.2026;;;;5\n"
        "F.;;2026-04-02;;;;6\n"
        "G.;;;pigeon;;;7\n"
        "H.;;;;luck;;8\n"
        "I.;;;;;javascript:alert(1);9\n"
        "J.;;;;;;1\n"
    )
    assert complaints == []
    assert [(m.row, m.column, m.reason) for m in mistakes] == [
        (3, "text", "no_text"),
        (4, "text", "text_too_long"),
        (5, "place", "place_unknown"),
        (6, "date", "not_a_day"),
        (7, "date", "day_to_come"),
        (8, "channel", "channel_unknown"),
        (9, "scenario", "scenario_unknown"),
        (10, "url", "not_a_web_address"),
        (11, "id", "number_twice"),
    ]


def test_without_a_number_two_complaints_that_say_the_same_are_one():
    complaints, _none = read("A.;;;;;;\nA.;;;;;;\nB.;;;;;;\n", {"text": "text"})
    assert len({complaint.key for complaint in complaints}) == 2


def bring(researcher, study, *, file=None, content="", **wanted):
    """Look a table over and take it in, as a researcher does on the page."""
    page = f"/research/studies/{study.study}/brought-in"
    form = next(form for form in read_page(researcher.open(page).html)[0] if "basis" in form.selects)
    fields = dict(form.fixed) | {"place": study.places[0], "channel": "", "language": "", "basis": "public"}
    first = fields | {"content": content} | ({"file": (io.BytesIO(file[0]), file[1])} if file else {})
    with researcher.client.post(page, data=first, content_type="multipart/form-data") as answer:
        answer.get_data()
        researcher.response = answer
    read_again = next(form for form in read_page(researcher.html)[0] if "basis" in form.selects)
    if "text_column" not in read_again.selects:
        return researcher
    kept = researcher.html.partition('name="content"')[2].partition(">\n")[2].partition("</textarea>")[0]
    kept = kept.replace("&#34;", '"').replace("&amp;", "&")
    columns = {f"{what}_column": name for what, name in COLUMNS.items()}
    second = fields | columns | {"content": kept, "looked_over": "y", "note": "List of 2026"} | wanted
    researcher.response = researcher.client.post(page, data=second, content_type="multipart/form-data")
    return researcher._follow()


def count(table=Response):
    with reading() as session:
        return session.scalar(select(func.count()).select_from(table))


def test_a_table_is_taken_in_once_with_its_source_and_why_it_may_be_used(researcher, study):
    assert "2 complaints were taken in." in bring(researcher, study, file=(TABLE.encode(), "c.csv")).html
    assert "were there already" in bring(researcher, study, file=(TABLE.encode(), "c.csv")).html
    with reading() as session:
        first, second = session.scalars(select(Response).order_by(Response.id))
        origins = session.execute(select(BroughtIn.address, BroughtIn.basis, BroughtIn.note)).all()
        lines = session.scalar(select(func.count()).where(AuditLine.action == "complaints.bring_in"))
    assert first.answers == {"story": "They kept me waiting;\nan hour."}
    assert (first.route, first.need, first.channel, first.scenario) == (
        "brought_in",
        "real",
        "phone",
        "wrong_bill",
    )
    assert (first.visited_on, second.visited_on) == (date(2026, 3, 14), date(2026, 3, 15))
    assert origins == [("https://forum.example/7", "public", "List of 2026"), ("", "public", "List of 2026")]
    assert lines == 2
    assert {line.story for line in responses_of(SYSTEM, study.study)[0]} == {
        "They kept me waiting;\nan hour.",
        "Nobody answered.",
    }


def test_one_bad_row_and_nothing_is_taken(researcher, study):
    html = bring(researcher, study, content=TABLE + "Lost.;nowhere;;;;;9\n").html
    assert "Nothing was taken in: 1 mistake must be mended first." in html
    assert "Row 4, column “place”: “nowhere” is not a place of the study." in html
    assert (count(), count(BroughtIn)) == (0, 0)


def workbook(rows):
    target = io.BytesIO()
    write_xlsx(target, list(COLUMNS.values()), rows)
    return target.getvalue()


ROW = dict.fromkeys(COLUMNS.values(), "")


def test_an_excel_file_is_read_like_a_csv_file(researcher, study):
    rows = [ROW | {"text": "=1+1 they said", "id": "1", "date": "2026-03-14"}, ROW | {"text": "Two.", "id": "2"}]
    assert "2 complaints were taken in." in bring(researcher, study, file=(workbook(rows), "c.xlsx")).html
    with reading() as session:
        stories = [answers["story"] for answers in session.scalars(select(Response.answers).order_by(Response.id))]
    assert stories == ["=1+1 they said", "Two."]


def bomb(kind):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as file:
        if kind == "dense":
            file.writestr("xl/worksheets/sheet1.xml", b"0" * 20_000_000)
        elif kind == "many":
            for number in range(3_000):
                file.writestr(f"{number}", b"")
        else:
            file.writestr("nested.zip", bomb("dense"))
    return packed.getvalue()


def test_a_bomb_is_refused_at_once(researcher, study):
    """T47."""
    for kind in ("dense", "many", "nested", "no workbook"):
        content = b"PK\x03\x04 and no more" if kind == "no workbook" else bomb(kind)
        began = time.process_time()
        html = bring(researcher, study, file=(content, "c.xlsx")).html
        assert time.process_time() - began < 2
        assert "Save the one sheet as CSV" in html or "is not an Excel file that can be read" in html
    assert count() == 0


def test_whatever_ends_the_process_that_reads_is_a_refusal(monkeypatch):
    monkeypatch.setattr("survey_app.foundations.workbooks._MOST_SECONDS", 0.001)
    with pytest.raises(WorkbookRefused):
        read_workbook_apart(workbook([ROW | {"text": "One."}]))


def test_a_row_keeps_its_number_on_the_way_through_a_page():
    rows = [(2, {"a": "x\ny", "b": ""}), (5, {"a": 'q"', "b": ";"})]
    assert [number for number, _cells in read_table(write_table([(2, {"a": "x"}), (5, {"a": "y"})])).rows] == [
        2,
        5,
    ]
    assert [dict(cells) for _number, cells in read_table(write_table(rows)).rows] == [cells for _n, cells in rows]
