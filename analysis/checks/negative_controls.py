"""Do complainants tick more of everything, also of what cannot have happened?"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

from analysis.checks.evidence import ESTIMATE, Evidence, found, row
from analysis.inference.outcome_table import SHARE_SCALE
from analysis.inference.sums import Layout, cell_sums
from analysis.inference.two_way_variance import two_way_of_sums
from analysis.language import say
from analysis.shapes.checks import CheckResult, Status, not_estimable
from analysis.shapes.names import SHOPPERS
from analysis.shapes.results import TwoWay


@dataclass(frozen=True)
class NegativeControls:
    """Having a real problem should not change how often controls and bogus items are ticked.

    Delta_controls and Delta_bogus are the two-way differences of the share ticked of those shown; Delta_bogusfree
    that of y − k · bogus, with k = mean items shown − mean y of shoppers. Passed: both intervals cover 0 and that
    of Delta_bogusfree lies above it. Failed: one of the two excludes 0. Else not informative.
    """

    id: str = "negative_controls"

    def run(self, evidence: Evidence) -> CheckResult:
        """Return what the check found."""
        missing = evidence.missing("controls_shown", "bogus_shown", "items_shown")
        if missing:
            return not_estimable(self.id, missing)
        layout = evidence.layout
        controls, bogus = (
            two_way_of_sums(cell_sums(layout, name, known=f"{name}_known", scale=SHARE_SCALE))
            for name in ("controls", "bogus")
        )
        if not controls.locations or not bogus.locations:
            return not_estimable(self.id, say("no cell holds both sources with controls and bogus items shown"))
        corrected = _bogusfree(layout)
        said = say(
            "{who:capital} minus {shoppers}: control items {controls}, items that cannot have happened "
            "{bogus}, in shares of those shown; problems, if people who tick too much tick impossible items "
            "as readily, {corrected}. A halo half as strong on impossible items leaves half the bias.",
            who=evidence.complainants,
            shoppers=SHOPPERS,
            controls=found(controls),
            bogus=found(bogus),
            corrected=found(corrected),
        )
        rows = (
            row(say("controls"), controls),
            row(say("bogus"), bogus),
            row(say("y without bogus"), corrected),
        )
        status = _status(controls, bogus, corrected)
        return CheckResult(self.id, status, said, (say("measure"), *ESTIMATE), rows)


def _status(controls: TwoWay, bogus: TwoWay, corrected: TwoWay) -> Status:
    if any(_excludes_zero(result) for result in (controls, bogus)):
        return "failed"
    if all(_covers_zero(result) for result in (controls, bogus)) and corrected.ci95[0] > 0:
        return "passed"
    return "informational"


def _excludes_zero(result: TwoWay) -> bool:
    return result.ci95[0] > 0 or result.ci95[1] < 0


def _covers_zero(result: TwoWay) -> bool:
    if result.se == 0:
        return result.estimate == 0
    return result.ci95[0] <= 0 <= result.ci95[1]


def _bogusfree(layout: Layout) -> TwoWay:
    """Return the two-way difference of y − k · bogus over the responses that were shown bogus items."""
    table = layout.table
    known = table["bogus_known"].to_numpy()
    shoppers = ~layout.complainant
    shown = float(table["items_shown"][shoppers].sum())
    informed = float(table["items_shown_known"][shoppers].sum())
    visits = float(table["n"][shoppers].sum())
    if not informed or not visits:
        return two_way_of_sums(cell_sums(layout, "y", known=known * 0))
    k = shown / informed - float(table["y"][shoppers].sum()) / visits
    if not math.isfinite(k):
        return two_way_of_sums(cell_sums(layout, "y", known=known * 0))
    problems = cell_sums(layout, "bogus_y", known=known)
    bogus = cell_sums(layout, "bogus", known=known, scale=SHARE_SCALE)
    return two_way_of_sums(
        replace(
            problems,
            complainant_total=problems.complainant_total - k * bogus.complainant_total,
            group_total=problems.group_total - k * bogus.group_total,
        )
    )
