"""Does the answer depend on how complainants came in?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from analysis.checks.evidence import ESTIMATE, Evidence, found, row
from analysis.inference.sums import cell_sums
from analysis.inference.two_way_variance import two_way_on_scale
from analysis.language import Joined, say
from analysis.shapes.checks import CheckResult, not_estimable
from analysis.shapes.names import route_name
from analysis.shapes.reasons import NO_SHARED_CELL


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
        by_route = []
        for route in sorted(set(routes[layout.complainant])):
            chosen = layout.where(~layout.complainant | np.asarray(routes == route, dtype=bool))
            by_route.append(
                (route_name(route), two_way_on_scale(cell_sums(chosen, "y"), scale=evidence.plan.scale))
            )
        by_route = [(route, result) for route, result in by_route if result.locations]
        if not by_route:
            return not_estimable(self.id, NO_SHARED_CELL)
        parts = [say("{route} {found}", route=route, found=found(result)) for route, result in by_route]
        rows = tuple(row(route, result) for route, result in by_route)
        said = say("By the route of {who}: {parts}.", who=evidence.complainants, parts=Joined("; ", parts))
        return CheckResult(self.id, "informational", said, (say("route"), *ESTIMATE), rows)
