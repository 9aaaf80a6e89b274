"""The calibration page: tables of what was counted, each with its settings, limits and misses."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, fields

from analysis.simulation import World
from analysis.simulation.ticks import ProblemWorld
from benchmarks.calibration.further_worlds import BeyondWorld, SeverityWorld, ThemeWorld
from benchmarks.calibration.questions import Answer
from benchmarks.calibration.rules import Counted, misses

AnyWorld = World | ProblemWorld | SeverityWorld | ThemeWorld | BeyondWorld
_SHORT = {
    "locations": "L",
    "shoppers": "S",
    "assignment": "visits",
    "rate_ratio": "ratio",
    "shopper_responses": "visits a cell",
    "complainant_responses": "complaints a cell",
    "sd_location": "sd place",
    "sd_effect": "sd effect",
    "sd_shopper": "sd shopper",
    "sd_response": "sd response",
    "sd_day": "sd day",
    "sd_complainants_day": "sd complaint day",
}


@dataclass(frozen=True)
class Row:
    """One setting, its seed, what was counted, and which of it is judged by which limit."""

    what: str
    world: AnyWorld
    rule: str
    seed: int
    answer: Answer
    judged: dict[str, str] = field(default_factory=dict)
    extra: str = ""

    @property
    def missed(self) -> list[str]:
        """What lies wholly on the wrong side of its limit."""
        counts = {limit: self.answer.counts[name] for name, limit in self.judged.items()}
        return list(misses(counts, self.rule))  # type: ignore[arg-type]


def described(of: AnyWorld) -> str:
    """Return every parameter of a world that is not its default, in words.

    >>> described(World(locations=20, shoppers=10, mean=8.0))
    'L 20, S 10, mean 8'
    """
    parts = []
    if isinstance(of, SeverityWorld | ThemeWorld | BeyondWorld):
        parts, of = list(of.parts), of.world
    if isinstance(of, ProblemWorld):
        parts = [f"{of.items} problems"]
        if of.sd_habit:
            parts.append(f"sd eye {of.sd_habit:g}")
        of = of.world
    default = World(locations=of.locations, shoppers=of.shoppers)
    shown = [
        f"{_SHORT.get(one.name, one.name)} {_value(getattr(of, one.name))}"
        for one in fields(World)
        if one.name in ("locations", "shoppers") or getattr(of, one.name) != getattr(default, one.name)
    ]
    return ", ".join([*shown, *parts])


def _value(value: object) -> str:
    match value:
        case (least, most):
            return f"{least}" if least == most else f"{least} to {most}"
        case float():
            return f"{value:.4g}"
    return str(value)


def table(rows: Sequence[Row], columns: Sequence[str]) -> str:
    """Return a Markdown table with the exact interval of each rate, and whether the row holds."""
    head = ["setting", "parameters", "rule", "seed", "studies", *columns, "variance/true", "holds"]
    lines = [f"| {' | '.join(head)} |", f"|{' --- |' * len(head)}"]
    for row in rows:
        cells = [
            row.what,
            described(row.world),
            row.rule,
            str(row.seed),
            f"{row.answer.replicates:,}",
            *(percent(row.answer.counts[column]) for column in columns),
            f"{row.answer.variance_over_true:.2f}".replace("nan", ""),
            "; ".join(row.missed) or ("yes" if row.judged else ""),
        ]
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def percent(counted: Counted) -> str:
    """Return a rate in percent with its exact 95 % interval.

    >>> percent(Counted(30, 1000))
    '3.0 (2.0–4.3)'
    """
    if not counted.of:
        return ""
    low, high = counted.interval
    return f"{100 * counted.rate:.1f} ({100 * low:.1f}–{100 * high:.1f})"
