"""All jobs on one screen."""

from __future__ import annotations

from collections.abc import Callable

from survey_app.actions.comparisons import JOB as COMPARE
from survey_app.analysis_bridge.comparing import run_comparison
from survey_app.foundations.queue import ring
from survey_app.queries.comparing import unfinished_comparisons

#: Name → what to do with the row of this id.
BY_NAME: dict[str, Callable[[int], None]] = {
    COMPARE: run_comparison,
}


def ring_again() -> None:
    """Ring for whatever is not finished: a bell may have been lost, or a worker have died. The rows decide."""
    for comparison_id in unfinished_comparisons():
        ring(COMPARE, comparison_id)
