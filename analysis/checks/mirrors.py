"""The comparison on mirrors alone: a shopper replayed one real complaint, drawn by lot."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from analysis.checks.alike import NO_ROWS, estimate_and_interval, paired_in_order
from analysis.checks.evidence import ESTIMATE, Evidence
from analysis.inference.cells import sum_cells
from analysis.inference.two_way_variance import two_way_on_scale
from analysis.language import Number, say
from analysis.shapes.checks import CheckResult, not_estimable
from analysis.shapes.lookup import positions
from analysis.shapes.vocabulary import COMPLAINANTS, NO, SHOPPERS

_NOT_DRAWN: Final = ("", *NO)


@dataclass(frozen=True)
class Mirrors:
    """The two-way method on pairs of a complaint and its mirror, each pair a cell. Informational.

    Only where the complaints to mirror were drawn by lot: chosen for badness, they regress to the mean.
    """

    id: str = "mirrors"

    def run(self, evidence: Evidence) -> CheckResult:
        """Return what the check found."""
        missing = evidence.missing("mirror_of", "mirror_draw")
        if missing:
            return not_estimable(self.id, missing)
        rows = evidence.rows()
        if rows is None:
            return not_estimable(self.id, NO_ROWS)
        drawn = ~rows["mirror_draw"].str.lower().isin(_NOT_DRAWN)
        mirrors = rows[(rows["side"] == SHOPPERS) & (rows["mirror_of"] != "") & drawn]
        if not len(mirrors):
            return not_estimable(self.id, say("no complaint to be mirrored was drawn by lot"))
        complaints = rows[rows["side"] == COMPLAINANTS]
        place = positions(mirrors["mirror_of"], complaints["response_id"])
        mirrors, place = mirrors[place >= 0], place[place >= 0]
        both = rows.loc[[*mirrors.index, *complaints.index[place]]]
        same = both["location"].to_numpy()
        here = np.tile(same[: len(place)] == same[len(place) :], 2)
        both = both[here]
        if not len(both):
            return not_estimable(self.id, say("no mirror was made at the place of its complaint"))
        result = two_way_on_scale(
            sum_cells(paired_in_order(both), both["y"].to_numpy()), scale=evidence.plan.scale
        )
        said = say(
            "In {pairs} pairs of a complaint drawn by lot and its mirror: {estimate} ({low} to {high}).",
            pairs=Number(len(both) // 2),
            **estimate_and_interval(result, result.estimate, result.ci95),
        )
        table = ((float(len(both) // 2), result.estimate, *result.ci95),)
        return CheckResult(self.id, "informational", said, (say("pairs"), *ESTIMATE), table)
