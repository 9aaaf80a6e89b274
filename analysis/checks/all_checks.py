"""All checks in the order in which a reader wants them."""

from __future__ import annotations

from typing import Final

from analysis.checks.alike import MatchedPairs, OverlapWeights
from analysis.checks.chosen_responses import ChosenResponses
from analysis.checks.coded_stories import CodedStories
from analysis.checks.dependability import Dependability
from analysis.checks.dose_response import DoseResponse
from analysis.checks.evidence import Check, Evidence
from analysis.checks.hidden_bias import EValue, RosenbaumBounds
from analysis.checks.leave_one_out import LeaveOneOut
from analysis.checks.measurement import Measurement
from analysis.checks.mirrors import Mirrors
from analysis.checks.negative_controls import NegativeControls
from analysis.checks.net_promoter import NetPromoter
from analysis.checks.non_response import NonResponse
from analysis.checks.routes import Routes
from analysis.checks.selection_range import SelectionRange
from analysis.checks.stake_overlap import StakeOverlap
from analysis.checks.zero_truncation import ZeroTruncation
from analysis.language import say
from analysis.shapes.checks import CheckResult

CHECKS: Final[tuple[Check, ...]] = (
    SelectionRange(),
    ZeroTruncation(),
    NegativeControls(),
    DoseResponse(),
    StakeOverlap(),
    ChosenResponses(
        "careless_ticking", "careful", say("without anybody who ticked an impossible item"), ("bogus_shown",)
    ),
    ChosenResponses("flagged", "unflagged", say("without responses that carry a flag"), ("flags",)),
    ChosenResponses(
        "recognised", "unsuspected", say("without shoppers whom the staff suspected"), ("recognised",)
    ),
    ChosenResponses(
        "recall_window",
        "recent",
        say("with customers who answered within 14 days only"),
        ("visited_on", "submitted_at"),
    ),
    CodedStories(),
    Routes(),
    MatchedPairs(),
    Mirrors(),
    OverlapWeights(),
    LeaveOneOut("leave_one_location_out", "location"),
    LeaveOneOut("leave_one_shopper_out", "shopper"),
    RosenbaumBounds(),
    EValue(),
    NonResponse(),
    Measurement(),
    Dependability(),
    NetPromoter(),
)


def run_checks(evidence: Evidence) -> tuple[CheckResult, ...]:
    """Return what every check found; one that the data do not allow says so, and none fails the run."""
    return tuple(check.run(evidence) for check in CHECKS)
