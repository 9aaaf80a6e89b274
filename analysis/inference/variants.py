"""The primary estimate made otherwise: described, never judged."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from analysis.inference.outcome_table import SEEN
from analysis.inference.sums import Layout, cell_sums
from analysis.inference.two_way_variance import two_way_on_scale
from analysis.language import say
from analysis.shapes.names import complainants_of, route_name
from analysis.shapes.plan import Plan
from analysis.shapes.results import Variant


def variants(layout: Layout, plan: Plan, *, without: str | None) -> tuple[Variant, ...]:
    """Return the estimate without a problem, with coded stories, and by route, where there is any."""
    return tuple(_variants(layout, plan, without))


def by_period(layout: Layout, plan: Plan) -> tuple[Variant, ...]:
    """Return the estimate of each period, where there are several."""
    periods = layout.paired().table["period"].unique()
    if len(periods) < 2:
        return ()
    return tuple(
        Variant(
            str(name) or say("unknown"),
            two_way_on_scale(
                cell_sums(layout.where((layout.table["period"] == name).to_numpy(dtype=bool)), "y"),
                scale=plan.scale,
            ),
        )
        for name in sorted(periods)
    )


def _variants(layout: Layout, plan: Plan, without: str | None) -> Iterator[Variant]:
    table = layout.table
    if without is not None:
        rest = (table["y"] - table[SEEN + without]).to_numpy()
        result = two_way_on_scale(cell_sums(layout, rest), scale=plan.scale)
        yield Variant(say("without one problem"), result, without_problem=without)
    if (table["coded"] != table["y"]).any():
        result = two_way_on_scale(cell_sums(layout, "coded"), scale=plan.scale)
        yield Variant(say("with problems coded from stories"), result)
    routes = table["route"].to_numpy()
    paired = layout.paired()
    of_complainants = set(paired.table["route"][paired.complainant])
    for route in plan.routes:
        if route in of_complainants and len(of_complainants) > 1:
            chosen = layout.where(~layout.complainant | np.asarray(routes == route, dtype=bool))
            result = two_way_on_scale(cell_sums(chosen, "y"), scale=plan.scale)
            label = say("{who} by route: {route}", who=complainants_of(plan), route=route_name(route))
            yield Variant(label, result)
