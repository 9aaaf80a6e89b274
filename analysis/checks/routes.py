"""Does the answer depend on how complainants came in?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from analysis.checks.evidence import Evidence, with_interval
from analysis.inference.sums import cell_sums
from analysis.inference.two_way_variance import two_way_on_scale
from analysis.shapes.checks import CheckResult, not_estimable


@dataclass(frozen=True)
class Routes:
    """The primary estimate for the complainants of each route alone. Informational."""

    id: str = "routes"

    def run(self, evidence: Evidence) -> CheckResult:
        """Return what the check found."""
        missing = evidence.missing("route")
        if missing:
            return not_estimable(self.id, missing)
        layout = evidence.layout
        routes = layout.table["route"].to_numpy()
        found = []
        for route in sorted(set(routes[layout.complainant])):
            chosen = layout.where(~layout.complainant | np.asarray(routes == route, dtype=bool))
            found.append((str(route), two_way_on_scale(cell_sums(chosen, "y"), scale=evidence.plan.scale)))
        found = [(route, result) for route, result in found if result.locations]
        if not found:
            return not_estimable(self.id, "no cell holds responses of both arms")
        parts = [f"{route} {with_interval(result.estimate, result.ci95)}" for route, result in found]
        rows = tuple((route, result.estimate, *result.ci95) for route, result in found)
        said = f"By the route of the complainants: {'; '.join(parts)}."
        return CheckResult(self.id, "informational", said, ("route", "estimate", "low", "high"), rows)
