"""Input that cannot be used: one sentence naming file, row, column and remedy, and exit status 2."""

import pytest
from click.testing import CliRunner

from analysis.__main__ import main

RESPONSES = "response_id,arm,location,shopper,minutes\n1,shopper,A,s1,5\n2,complainant,A,,7\n"
SIGHTINGS = "response_id,problem\n2,rude\n"
PLAN = 'margin = 0.5\nshoppers = ["shopper"]\n'


@pytest.fixture
def run(tmp_path):
    """Write the three files, compare them, and return what the command line said."""

    def run(*, responses=RESPONSES, sightings=SIGHTINGS, plan=PLAN):
        paths = {}
        for name, content in (("responses.csv", responses), ("sightings.csv", sightings), ("plan.toml", plan)):
            paths[name] = tmp_path / name
            paths[name].write_bytes(content if isinstance(content, bytes) else content.encode())
        arguments = ["compare", "--out", str(tmp_path / "out")]
        for option in ("responses", "sightings"):
            arguments += [f"--{option}", str(paths[f"{option}.csv"])]
        return CliRunner().invoke(main, [*arguments, "--plan", str(paths["plan.toml"])])

    return run


# what is wrong -> (files, what the sentence must name)
WRONG = {
    "missing column": (
        {"responses": "response_id,location\n1,A\n"},
        ("responses.csv", "row 1", "'arm'", "Add it"),
    ),
    "unknown arm": (
        {"responses": RESPONSES.replace("shopper,A", "shoper,A")},
        ("responses.csv", "row 2", "'arm'", "'shoper'", "Use shopper"),
    ),
    "empty arm": (
        {"responses": RESPONSES.replace("shopper,A", ",A")},
        ("responses.csv", "row 2", "'arm'", "Use shopper"),
    ),
    "duplicate id": (
        {"responses": RESPONSES + "1,shopper,A,s1,3\n"},
        ("responses.csv", "row 4", "'response_id'", "'1'", "id of its own"),
    ),
    "sighting without a response": (
        {"sightings": SIGHTINGS + "9,rude\n"},
        ("sightings.csv", "row 3", "'response_id'", "'9'", "Add the response"),
    ),
    "unreadable encoding": (
        {"responses": RESPONSES.replace("complainant,A", "complainant,Łódź").encode("cp1250")},
        ("responses.csv", "row 3", "'location'", "UTF-8"),
    ),
    "UTF-16": ({"responses": RESPONSES.encode("utf-16")}, ("responses.csv", "row 1", "UTF-8")),
    "NUL": ({"responses": RESPONSES.replace("s1", "s\0")}, ("responses.csv", "row 2", "NUL", "UTF-8")),
    "empty file": ({"responses": ""}, ("responses.csv", "row 1", "empty", "names of the columns")),
    "empty sightings": ({"sightings": " \n"}, ("sightings.csv", "row 1", "empty", "names of the columns")),
    "infinite number": (
        {"responses": RESPONSES.replace("s1,5", "s1,inf")},
        ("responses.csv", "row 2", "'minutes'", "'inf'", "finite"),
    ),
    "number too large": (
        {"responses": RESPONSES.replace("s1,5", "s1,1e999")},
        ("responses.csv", "row 2", "'minutes'", "finite"),
    ),
    "negative number": (
        {"responses": RESPONSES.replace("s1,5", "s1,-1")},
        ("responses.csv", "row 2", "'minutes'", "'-1'"),
    ),
    "decimal comma": (
        {"responses": RESPONSES.replace(",", ";").replace("s1;5", "s1;5,5")},
        ("responses.csv", "row 2", "'minutes'", "with a point"),
    ),
    "no date": (
        {"responses": "response_id,arm,location,visited_on\n1,shopper,A,14.3.2026\n"},
        ("responses.csv", "row 2", "'visited_on'", "2026-03-14"),
    ),
    "no such day": (
        {"responses": "response_id,arm,location,visited_on\n1,shopper,A,2026-02-30\n"},
        ("responses.csv", "row 2", "'visited_on'"),
    ),
    "neither yes nor no": (
        {"responses": "response_id,arm,location,list_answered\n1,shopper,A,maybe\n"},
        ("responses.csv", "row 2", "'list_answered'", "yes or no"),
    ),
    "arm against need": (
        {"responses": "response_id,arm,location,need\n1,shopper,A,real\n"},
        ("responses.csv", "row 2", "'need'", "played", "Correct"),
    ),
    "unknown route": (
        {"responses": "response_id,arm,location,route\n1,complainant,A,pigeon\n"},
        ("responses.csv", "row 2", "'route'", "'pigeon'", "invited"),
    ),
    "one shopper without id": (
        {"responses": RESPONSES + "3,shopper,A,,3\n"},
        ("responses.csv", "row 4", "'shopper'", "Fill it in"),
    ),
    "no location": (
        {"responses": RESPONSES.replace("complainant,A", "complainant,")},
        ("responses.csv", "row 3", "'location'", "fill it in"),
    ),
    "column twice": (
        {"responses": "response_id,arm,location,arm\n1,shopper,A,shopper\n"},
        ("responses.csv", "row 1", "'arm'", "Rename"),
    ),
    "nameless column": (
        {"responses": RESPONSES.replace("minutes", "")},
        ("responses.csv", "row 1", "column 5", "Name it"),
    ),
    "too many fields": (
        {"responses": RESPONSES + "3,shopper,A,s1,3,4\n"},
        ("responses.csv", "row 4", "6 fields", "quotes"),
    ),
    "open quote": ({"sightings": 'response_id,problem\n2,"rude\n'}, ("sightings.csv", "row 2", "quotes")),
    "unknown origin": (
        {"sightings": "response_id,problem,origin\n2,rude,gossip\n"},
        ("sightings.csv", "row 2", "'origin'", "'gossip'", "checklist"),
    ),
    "unknown key": ({"plan": "margn = 0.5\n"}, ("plan.toml", "row 1", "'margn'", "Known keys")),
    "unknown value": ({"plan": PLAN + 'scale = "log"\n'}, ("plan.toml", "row 3", "'scale'", "'log'", "ratio")),
    "unknown arm in the plan": (
        {"plan": 'shoppers = ["robot"]\n'},
        ("plan.toml", "row 1", "'shoppers'", "'robot'", "Use shopper"),
    ),
    "arm on both sides": (
        {"plan": '\ncomplainants = ["shopper"]\n'},
        ("plan.toml", "row 2", "'complainants'", "both sides"),
    ),
    "brought in": ({"plan": 'routes = ["brought_in"]\n'}, ("plan.toml", "row 1", "'routes'", "Use invited")),
    "margin of zero": ({"plan": "margin = 0\n"}, ("plan.toml", "row 1", "'margin'", "above 0")),
    "endless margin": ({"plan": "margin = inf\n"}, ("plan.toml", "row 1", "'margin'", "above 0")),
    "margin as text": ({"plan": 'margin = "big"\n'}, ("plan.toml", "row 1", "'margin'", "'big'")),
    "unknown hypothesis": ({"plan": "margins = {H1 = 1}\n"}, ("plan.toml", "row 1", "'margins'", "'H1'")),
    "seed": ({"plan": "seed = -1\n"}, ("plan.toml", "row 1", "'seed'", "'-1'")),
    "yes as a number": ({"plan": "range_applies = 1\n"}, ("plan.toml", "row 1", "'range_applies'", "true")),
    "asked as a number": ({"plan": "asked = 400\n"}, ("plan.toml", "row 1", "'asked'", "complainants = 400")),
    "asked on an unknown side": (
        {"plan": "asked = {robots = 4}\n"},
        ("plan.toml", "row 1", "'asked'", "'robots'", "Use complainants"),
    ),
    "nobody asked": ({"plan": "asked = {complainants = 0}\n"}, ("plan.toml", "row 1", "'asked'", "'0'")),
    "broken plan": ({"plan": "margin = \n"}, ("plan.toml", "row 1", "TOML")),
}


@pytest.mark.parametrize("what", WRONG)
def test_one_sentence_says_what_where_and_what_to_do(run, tmp_path, what):
    files, named = WRONG[what]
    result = run(**files)
    assert result.exit_code == 2
    assert result.stdout == ""
    assert len(result.stderr.strip().splitlines()) == 1
    assert "Traceback" not in result.stderr
    for word in named:
        assert word in result.stderr
    assert not (tmp_path / "out").exists()


def test_the_files_that_the_others_break_are_good(run):
    assert run().exit_code == 0


def test_a_missing_file_is_named(tmp_path):
    arguments = ["compare", "--responses", "nowhere.csv", "--sightings", "n.csv", "--out", str(tmp_path)]
    result = CliRunner().invoke(main, arguments)
    assert result.exit_code == 2
    assert "nowhere.csv: the file cannot be opened" in result.stderr


def test_a_value_never_breaks_the_line(run):
    responses = 'response_id,arm,location\n1,"sho\nper",A\n'
    assert run(responses=responses).stderr.count("\n") == 1
