"""The short form of every experiment: few trials, and a mutant that is caught all the same. Some are not quick."""

import pytest

from tests.assurance.experiments import EXPERIMENTS, Times
from tests.assurance.ledger import BEGIN, END, Ledger, write_into_page
from tests.assurance.places import KINDS, a_server
from tests.assurance.rows import Mutant, Row

SHORT = Times(scale=0.01, brief=True)


@pytest.fixture(scope="module")
def server(request):
    with a_server(request.param) as server:
        yield server


@pytest.mark.parametrize(
    ("kind", "server", "experiment"),
    [
        pytest.param(
            *(kind, kind, experiment),
            id=f"{experiment.name}-{kind}",
            marks=[
                pytest.mark.xdist_group(f"assurance-{kind}"),
                *(() if experiment.quick else (pytest.mark.slow,)),
            ],
        )
        for kind in KINDS
        for experiment in EXPERIMENTS
        if kind in experiment.kinds
    ],
    indirect=["server"],
)
def test_it_holds(kind, server, experiment):
    row = experiment.make(kind, server, SHORT, lambda *_: None)
    assert row.problems == []
    assert row.held, row


@pytest.mark.parametrize(
    ("found", "held", "verdict"),
    [
        ({}, True, "held"),
        ({"lost": 1}, False, "BROKEN"),
        ({"twice": 1}, False, "BROKEN"),
        ({"torn": 1}, False, "BROKEN"),
        ({"problems": ["a page showed an error"]}, False, "BROKEN"),
        ({"trials": 9}, False, "only 9 of 10"),
        ({"mutants": [Mutant("forgetful", None, 10)]}, False, "mutant not caught"),
    ],
)
def test_a_row_holds_only_if_nothing_is_wrong_with_it(found, held, verdict):
    row = Row("kills", "T72", "sqlite", trials=10, wanted=10, mutants=[Mutant("forgetful", 3, 10)])
    for name, value in found.items():
        setattr(row, name, value)
    assert (row.held, row.verdict) == (held, verdict)


def test_a_row_is_kept_and_found_again(tmp_path):
    row = Row("kills", "T72", "sqlite", trials=10, wanted=10, notes=["n"], mutants=[Mutant("forgetful", 3, 10)])
    ledger = Ledger(0.1, tmp_path)
    ledger.keep("kills", row)
    assert ledger.row("kills", "sqlite") == row
    assert Ledger(1, tmp_path).row("kills", "sqlite") is None
    ledger.clear(["kills"], ["sqlite"])
    assert ledger.row("kills", "sqlite") is None


def test_only_what_stands_between_the_marks_is_replaced(tmp_path):
    page = tmp_path / "page.md"
    page.write_text(f"before\n{BEGIN}\nold\n{END}\nafter\n")
    for _ in range(2):
        write_into_page("new\n", page)
    assert page.read_text() == f"before\n{BEGIN}\nnew\n{END}\nafter\n"
