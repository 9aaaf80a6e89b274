"""A mapping names, renames, compares and combines the columns of another system's file."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from analysis import DataProblem, convert, read
from analysis.__main__ import main

BIRBHUM = Path(__file__).parents[3] / "survey_app" / "demonstration" / "birbhum"
SOURCE = "visit,who,town,street,minutes,told\n1,us,Turku,Aura,2,0\n2,them,Turku,Aura,,1\n3,them,Turku,Aura,9,\n"
MAPPING = """
[responses]
response_id = {column = "visit"}
arm = {column = "who", values = {us = "shopper", them = "complainant"}}
location = {join = ["town", "street"], with = ", "}
channel = "in person"
list_answered = {known = ["minutes", "told"]}

[problems.too_short]
theme = "time"
when = {column = "minutes", below = 3}

[problems.neither]
stage = "outcome"
when = {all = [{column = "told", is = 0}, {any = [{column = "minutes", above = 1}, {column = "who", is = "us"}]}]}
"""


@pytest.fixture
def converted(tmp_path):
    def converted(*, source=SOURCE, mapping=MAPPING):
        (tmp_path / "source.csv").write_text(source)
        (tmp_path / "mapping.toml").write_text(mapping)
        return convert(tmp_path / "source.csv", tmp_path / "mapping.toml")

    return converted


def test_columns_are_renamed_joined_and_made(converted):
    responses = converted().responses
    assert responses["arm"].tolist() == ["shopper", "complainant", "complainant"]
    assert responses["location"].unique().tolist() == ["Turku, Aura"]
    assert responses["channel"].unique().tolist() == ["in person"]


def test_a_list_is_answered_where_all_that_it_needs_is_known(converted):
    assert converted().responses["list_answered"].tolist() == ["yes", "no", "no"]


def test_conditions_compare_and_combine_and_never_guess(converted):
    """Visit 2 has no minutes and visit 3 no answer: unknown is not a sighting."""
    sightings = converted().sightings
    assert sightings[["response_id", "problem", "theme", "stage"]].to_numpy().tolist() == [
        ["1", "neither", "", "outcome"],
        ["1", "too_short", "time", ""],
    ]


WRONG = {
    "unknown section": (MAPPING + "[extra]\nx = 1\n", "extra"),
    "no responses": ("[problems.x]\nwhen = {column = 'who', is = 'us'}\n", "responses"),
    "no problems": (MAPPING.partition("[problems")[0], "problems"),
    "no such column": (MAPPING.replace('"visit"', '"visits"'), "visits"),
    "no tidy column": (MAPPING.replace("channel =", "chanel ="), "chanel"),
    "no id": (MAPPING.replace('response_id = {column = "visit"}', ""), "response_id"),
    "unknown rule": (MAPPING.replace('"in person"', "3"), "not understood"),
    "unknown condition": (MAPPING.replace("below = 3", "under = 3"), "not understood"),
    "no condition": (MAPPING.replace("when = {column = ", "if = {column = "), "when"),
    "unknown key of a problem": (MAPPING.replace('theme = "time"', 'tema = "time"'), "tema"),
    "unknown stage": (MAPPING.replace('"outcome"', '"later"'), "stage"),
}


@pytest.mark.parametrize("what", WRONG)
def test_a_mapping_that_cannot_be_used_says_where_and_what_to_do(converted, what):
    mapping, named = WRONG[what]
    with pytest.raises(DataProblem) as caught:
        converted(mapping=mapping)
    assert named in str(caught.value)
    assert "mapping.toml" in str(caught.value)
    assert caught.value.remedy


def test_a_value_without_a_new_name_is_named_with_its_row(converted):
    with pytest.raises(DataProblem) as caught:
        converted(source=SOURCE.replace("3,them", "3,others"))
    assert (caught.value.row, caught.value.column) == (4, "who")
    assert "'others'" in str(caught.value)


def test_a_number_that_is_none_is_named_with_its_row(converted):
    with pytest.raises(DataProblem) as caught:
        converted(source=SOURCE.replace("Aura,9", "Aura,long"))
    assert (caught.value.row, caught.value.column) == (4, "minutes")


def test_birbhum_converts_and_comes_back_from_its_files_unchanged(tmp_path):
    arguments = [
        "convert",
        "--mapping",
        BIRBHUM / "mapping.toml",
        "--in",
        BIRBHUM / "visits.csv",
        "--out",
        tmp_path,
    ]
    result = CliRunner().invoke(main, [str(argument) for argument in arguments])
    assert result.exit_code == 0, result.stderr
    assert "3108 responses and 3086 sightings" in result.stdout
    assert "python -m analysis compare" in result.stderr
    from_files = read(tmp_path / "responses.csv", tmp_path / "sightings.csv")
    assert from_files.fingerprint() == convert(BIRBHUM / "visits.csv", BIRBHUM / "mapping.toml").fingerprint()
