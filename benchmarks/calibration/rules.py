"""What a setting must hold: exact intervals of its rates against the limits that were set beforehand."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from scipy import stats

from benchmarks.calibration.settings import Rule

#: The most that may be said falsely, and the least that intervals must hold, by rule.
MOST_FALSE_SUPPORTED: dict[Rule, float] = {"strict": 0.03, "lenient": 0.08}
LEAST_COVERAGE = 0.93
MOST_FALSE_EQUIVALENT = 0.06
MOST_FAMILY_WISE = 0.05


@dataclass(frozen=True)
class Counted:
    """How often something happened in so many simulated studies."""

    hits: int
    of: int

    @property
    def rate(self) -> float:
        """The share; NaN of nothing."""
        return self.hits / self.of if self.of else float("nan")

    @property
    def interval(self) -> tuple[float, float]:
        """The exact 95 % interval of Clopper and Pearson.

        >>> Counted(0, 100).interval[1] < 0.0363
        True
        """
        low = stats.beta.ppf(0.025, self.hits, self.of - self.hits + 1) if self.hits else 0.0
        high = stats.beta.ppf(0.975, self.hits + 1, self.of - self.hits) if self.hits < self.of else 1.0
        return float(low), float(high)


def misses(counts: dict[str, Counted], rule: Rule) -> Iterator[str]:
    """Yield what a setting misses: a rate whose whole interval lies on the wrong side of its limit.

    `counts` may hold `false supported`, `coverage`, `false equivalent` and `family-wise`.
    """
    most = {
        "false supported": MOST_FALSE_SUPPORTED[rule],
        "false equivalent": MOST_FALSE_EQUIVALENT,
        "family-wise": MOST_FAMILY_WISE,
    }
    for name, counted in counts.items():
        low, high = counted.interval
        if name in most and low > most[name]:
            yield f"{name} {counted.rate:.4f} is wholly above {most[name]:.0%}"
        if name == "coverage" and rule == "strict" and high < LEAST_COVERAGE:
            yield f"coverage {counted.rate:.4f} is wholly below {LEAST_COVERAGE:.0%}"
