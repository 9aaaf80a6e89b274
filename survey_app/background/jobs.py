"""All jobs on one screen."""

from __future__ import annotations

from collections.abc import Callable

from survey_app.actions.comparisons import JOB as COMPARE
from survey_app.actions.contacts import JOB as LETTERS
from survey_app.actions.contacts import forget_due_addresses
from survey_app.actions.exports import JOB as EXPORT
from survey_app.actions.plans import JOB as POWER
from survey_app.actions.publications import JOB as AUDIT
from survey_app.analysis_bridge.comparing import run_comparison
from survey_app.analysis_bridge.export_files import make_export, remove_expired
from survey_app.analysis_bridge.planning import work_out_power
from survey_app.analysis_bridge.publishing import run_audit
from survey_app.background.letters import settle, write_letters
from survey_app.foundations import clock
from survey_app.foundations.queue import ring
from survey_app.queries.comparing import unfinished_comparisons
from survey_app.queries.contacts import lists_with_letters
from survey_app.queries.exports import unfinished_exports
from survey_app.queries.plans import drafts_without_power
from survey_app.queries.publishing import unfinished_proposals

#: Name → what to do with the row of this id.
BY_NAME: dict[str, Callable[[int], None]] = {
    COMPARE: run_comparison,
    LETTERS: write_letters,
    AUDIT: run_audit,
    EXPORT: make_export,
    POWER: work_out_power,
}


def ring_again() -> None:
    """Ring for whatever is not finished: a bell may have been lost, or a worker have died. The rows decide.

    What was taken out and has been kept long enough goes.
    """
    remove_expired()
    for export_id in unfinished_exports():
        ring(EXPORT, export_id)
    for comparison_id in unfinished_comparisons():
        ring(COMPARE, comparison_id)
    for proposal_id in unfinished_proposals():
        ring(AUDIT, proposal_id)
    settle()
    for list_id in lists_with_letters():
        ring(LETTERS, list_id)
    for study_id in drafts_without_power():
        ring(POWER, study_id)


def forget_what_is_due() -> None:
    """Delete the addresses whose day has come."""
    forget_due_addresses(at=clock.now())
