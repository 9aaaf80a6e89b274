"""What could those who did not answer have said?"""

from __future__ import annotations

from dataclasses import dataclass

from analysis.checks.evidence import Evidence, same_side
from analysis.language import Number, say
from analysis.selection.silence import bounds_of_mean
from analysis.shapes.checks import CheckResult, not_estimable
from analysis.shapes.vocabulary import COMPLAINANTS, SHOPPERS


@dataclass(frozen=True)
class NonResponse:
    """Worst-case bounds (Manski 1990) of the difference, where the plan says how many were asked.

    Each side's mean over places is held for those who answered; the silent could have named nothing, or the whole
    list. Passed: the bounds keep the side on which the primary interval lies.
    """

    id: str = "non_response"

    def run(self, evidence: Evidence) -> CheckResult:
        """Return what the check found."""
        asked = evidence.plan.asked
        if COMPLAINANTS not in asked:
            if evidence.missing("route") is None:
                return not_estimable(
                    self.id, say("how many people were asked is not known (open links have no list)")
                )
            return not_estimable(
                self.id, say("how many people were asked is not known (the tables hold answers only)")
            )
        result, table = evidence.difference, evidence.layout.table
        if not result.locations:
            return not_estimable(self.id, say("no cell holds both sources"))
        answered = {side: int(table["n"][table["side"] == side].sum()) for side in (COMPLAINANTS, SHOPPERS)}
        rates = {side: answered[side] / asked.get(side, answered[side]) for side in answered}
        if max(rates.values()) > 1:
            return not_estimable(self.id, say("more people answered than were asked"))
        known = int(table["items_shown_known"].sum())
        longest = table["items_shown"].sum() / known if known else float(len(evidence.sums.context.compared))
        sides = {
            side: bounds_of_mean(mean, rates[side], lowest=0.0, highest=float(longest))
            for side, mean in (
                (COMPLAINANTS, result.complainants_mean),
                (SHOPPERS, result.shoppers_mean),
            )
        }
        low = sides[COMPLAINANTS][0] - sides[SHOPPERS][1]
        high = sides[COMPLAINANTS][1] - sides[SHOPPERS][0]
        said = say(
            "{who:capital}: of {asked} asked {answered} answered. Whatever the silent would have named of {items} "
            "problems, the difference lies between {low} and {high}, if as many keep silent at every place.",
            who=evidence.complainants,
            asked=Number(asked[COMPLAINANTS]),
            answered=Number(answered[COMPLAINANTS]),
            items=Number(longest),
            low=Number(low, 2),
            high=Number(high, 2),
        )
        status = same_side(result.ci95, (low, high))
        return CheckResult(
            self.id,
            "passed" if status == "passed" else "informational",
            said,
            (say("measure"), say("low"), say("high")),
            ((say("bounds"), low, high),),
        )
