"""Do the batteries of questions measure one thing on both sides? If not, their scores are not comparable."""

from __future__ import annotations

import math
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from analysis.checks.alike import NO_ROWS, TOO_MANY
from analysis.checks.evidence import Evidence
from analysis.inference.cells import WHO
from analysis.inference.outcome_table import BATTERIES
from analysis.language import Joined, Number, say
from analysis.reliability import alpha, omega
from analysis.shapes.checks import CheckResult, not_estimable
from analysis.shapes.vocabulary import NO, YES

#: From here on a battery is commonly taken to measure one thing well enough to compare groups.
_ENOUGH: Final = 0.7
_MOST_ROWS: Final = 500_000


@dataclass(frozen=True)
class Measurement:
    """Cronbach's alpha and McDonald's omega of each battery, by side, on the responses that answered all of it.

    Passed: alpha is .7 or more everywhere. Failed: it is less somewhere.
    """

    id: str = "measurement"

    def run(self, evidence: Evidence) -> CheckResult:
        """Return what the check found."""
        batteries = _batteries(evidence.sums.context.batteries)
        if not batteries:
            return not_estimable(self.id, say("there is no battery of two items or more"))
        if evidence.layout.table["n"].sum() > _MOST_ROWS:
            return not_estimable(self.id, TOO_MANY)
        rows = evidence.rows()
        if rows is None:
            return not_estimable(self.id, NO_ROWS)
        table = tuple(row for name, items in batteries.items() for row in _by_side(rows, name, items))
        known = [row for row in table if math.isfinite(float(row[3]))]
        if not known:
            return not_estimable(self.id, say("nobody answered a whole battery, or all answers are the same"))
        parts = [
            say("{battery}, {side} {alpha}", battery=name, side=side, alpha=Number(float(value), 2))
            for name, side, _, value, _ in known
            if isinstance(name, str) and isinstance(side, str)
        ]
        said = say(
            "Alpha by battery and side: {parts}. From 0.7 on scores may be compared.", parts=Joined("; ", parts)
        )
        held = all(float(row[3]) >= _ENOUGH for row in known)
        columns = (say("battery"), say("side"), say("responses"), say("alpha"), say("omega"))
        return CheckResult(self.id, "passed" if held else "failed", said, columns, table)


def _batteries(items: tuple[str, ...]) -> dict[str, list[str]]:
    """Return the items of each battery that has two or more, by its name."""
    found = {prefix.rstrip("_"): [name for name in items if name.startswith(prefix)] for prefix in BATTERIES}
    return {name: members for name, members in found.items() if len(members) >= 2}


def _by_side(rows: pd.DataFrame, name: str, items: list[str]) -> Iterator[tuple[str | float, ...]]:
    for side, word in WHO.items():
        answers = pd.DataFrame({item: _numbers(rows.loc[rows["side"] == side, item]) for item in items}).dropna()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            values = (
                (alpha(answers), omega(answers) if len(items) >= 3 else math.nan) if len(answers) else _NOTHING
            )
        yield name, word, float(len(answers)), *values


_NOTHING: Final = (math.nan, math.nan)


def _numbers(answers: pd.Series) -> pd.Series:
    """Return answers as numbers: what is written so, yes as 1, no as 0; anything else is not known."""
    lowered = answers.str.lower()
    words = np.select([lowered.isin(YES), lowered.isin(NO)], [1.0, 0.0], default=math.nan)
    return pd.to_numeric(answers, errors="coerce").fillna(pd.Series(words, index=answers.index))
