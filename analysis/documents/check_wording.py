"""What each robustness check is called, and what its answer means."""

from __future__ import annotations

from typing import Final

from analysis.language import Words, say
from analysis.shapes.checks import Status

CHECK_NAMES: Final[dict[str, Words]] = {
    "sensitivity_range": say("One problem taken from every complainant"),
    "zero_truncation": say("If those without a problem keep silent"),
    "negative_controls": say("Items that should not differ"),
    "dose_response": say("More at stake, more seen?"),
    "severity_overlap": say("As much at stake on both sides?"),
    "careless_ticking": say("Without careless ticking"),
    "flagged": say("Without flagged responses"),
    "recognised": say("Without shoppers who were found out"),
    "recall_window": say("Fresh memories only"),
    "coder_choice": say("Stories counted as well"),
    "routes": say("By how complainants came in"),
    "matched_pairs": say("Pairs close in time"),
    "overlap_weights": say("Weighted to be alike"),
    "mirrors": say("Mirrors of complaints drawn by lot"),
    "measurement": say("Do the batteries measure one thing?"),
    "dependability": say("How dependable a place’s score is"),
    "net_promoter": say("Would they recommend it?"),
    "leave_one_location_out": say("Without any one place"),
    "leave_one_shopper_out": say("Without any one shopper"),
    "rosenbaum_bounds": say("Hidden bias at places"),
    "e_value": say("Hidden bias of any kind"),
    "non_response": say("Those who did not answer"),
}
#: In the order in which a reader wants them.
STATUS_WORDS: Final[dict[Status, Words]] = {
    "failed": say("does not hold"),
    "passed": say("holds"),
    "informational": say("for information"),
}


def check_name(identity: str) -> str:
    """Return the name of a check; its id, made readable, where it has none."""
    return CHECK_NAMES.get(identity, identity.replace("_", " ").capitalize())
