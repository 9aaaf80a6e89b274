"""A comparison that was asked for finishes exactly once, whatever happens to the worker."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from survey_app.actions import comparisons
from survey_app.actions.comparisons import (
    MOST_ATTEMPTS,
    SILENCE,
    cancel_comparison,
    claim_comparison,
    fail_comparison,
    finish_comparison,
    release_comparison,
    report_progress,
    request_comparison,
)
from survey_app.analysis_bridge.comparing import run_comparison
from survey_app.background.jobs import ring_again
from survey_app.foundations.database import reading
from survey_app.models import AuditLine, Comparison
from survey_app.queries.comparisons import comparison_key
from survey_app.rules.permissions import SYSTEM
from survey_app.rules.plans import make_plan
from survey_app.rules.privacy import Support
from tests.factories.imports import take_in
from tests.factories.studies import NOW, make_open_study

RESULT = {
    "result": {"sentence": "s"},
    "documents": {"en": {"blocks": []}},
    "support": Support(complainant_responses=10, visits=3, shoppers=2),
    "data_fingerprint": "f",
}


@pytest.fixture
def study(app):
    made = make_open_study()
    take_in(made.study)
    return made.study


@pytest.fixture
def asked(study):
    """The id of the row of a comparison that was asked for."""
    return comparison_key(request_comparison(SYSTEM, study, make_plan(), at=NOW))


def row(comparison_id):
    with reading() as session:
        return session.get_one(Comparison, comparison_id)


def finishes():
    with reading() as session:
        return session.scalar(select(func.count()).where(AuditLine.action == "comparison.finish"))


def test_the_work_is_done_and_stored(asked):
    run_comparison(asked)
    done = row(asked)
    assert done.state == "ready"
    assert done.result["verdict"] == "supported"
    assert done.result["provenance"]["plan_hash"] == done.plan_hash
    assert done.document["pl"]["blocks"][0]["kind"] == "verdict"
    assert finishes() == 1


def test_ringing_twice_does_the_work_once(asked):
    run_comparison(asked)
    run_comparison(asked)
    ring_again()
    assert row(asked).attempt == 1
    assert finishes() == 1


def test_whoever_is_heard_keeps_the_work_and_whoever_is_silent_loses_it(asked):
    assert claim_comparison(asked, at=NOW) == 1
    assert claim_comparison(asked, at=NOW + SILENCE) is None
    assert report_progress(asked, 1, at=NOW + SILENCE)
    assert claim_comparison(asked, at=NOW + SILENCE + timedelta(seconds=1)) is None
    assert claim_comparison(asked, at=NOW + 2 * SILENCE + timedelta(seconds=1)) == 2


def finish_late(asked):
    """Let an attempt that was taken for dead come back and finish after the next one did."""
    claim_comparison(asked, at=NOW)
    claim_comparison(asked, at=NOW + 2 * SILENCE)
    return [finish_comparison(asked, attempt, **RESULT, at=NOW) for attempt in (2, 1)]


def test_the_fence_keeps_a_late_attempt_out(asked):
    assert finish_late(asked) == [True, False]
    assert finishes() == 1


def test_work_that_is_given_back_is_taken_up_at_once(asked):
    attempt = claim_comparison(asked, at=NOW)
    assert release_comparison(asked, attempt, at=NOW)
    assert not report_progress(asked, attempt, at=NOW)
    assert not release_comparison(asked, attempt, at=NOW)
    assert claim_comparison(asked, at=NOW) == 2
    assert not finish_comparison(asked, attempt, **RESULT, at=NOW)
    assert finish_comparison(asked, 2, **RESULT, at=NOW)


def test_without_the_fence_it_would_finish_twice(asked, monkeypatch):
    """The mutant: whoever comes may write."""
    monkeypatch.setattr(
        comparisons, "still_mine", lambda session, kind, row_id, _attempt: session.get(kind, row_id)
    )
    assert finish_late(asked) == [True, True]
    assert finishes() == 2


def test_a_cancelled_comparison_stays_cancelled(asked):
    attempt = claim_comparison(asked, at=NOW)
    with reading() as session:
        public_id = session.get_one(Comparison, asked).public_id
    cancel_comparison(SYSTEM, public_id, at=NOW)
    assert not report_progress(asked, attempt, at=NOW)
    assert not finish_comparison(asked, attempt, **RESULT, at=NOW)
    assert row(asked).state == "cancelled"


def test_work_that_kills_every_worker_is_given_up_with_a_reason(asked):
    for number in range(MOST_ATTEMPTS):
        assert claim_comparison(asked, at=NOW + 2 * number * SILENCE) == number + 1
    assert claim_comparison(asked, at=NOW + 2 * MOST_ATTEMPTS * SILENCE) is None
    assert row(asked).state == "failed"
    assert "more memory" in row(asked).failure


def test_bad_input_fails_with_what_and_what_to_do(study):
    plan = make_plan() | {"period": "fortnight"}
    asked = comparison_key(request_comparison(SYSTEM, study, plan, at=NOW))
    run_comparison(asked)
    assert row(asked).state == "failed"
    assert "fortnight" in row(asked).failure
    assert "month" in row(asked).failure


def test_an_error_of_ours_fails_with_a_reference_and_nothing_of_the_inside(asked, monkeypatch):
    monkeypatch.setattr("survey_app.analysis_bridge.comparing.compare", lambda *_, **__: 1 / 0)
    run_comparison(asked)
    assert row(asked).state == "failed"
    assert "Ask again" in row(asked).failure
    assert "division" not in row(asked).failure


def test_a_failure_of_an_old_attempt_is_not_written(asked):
    claim_comparison(asked, at=NOW)
    claim_comparison(asked, at=NOW + 2 * SILENCE)
    assert not fail_comparison(asked, 1, failure="late", at=NOW)
