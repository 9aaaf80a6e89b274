"""Studies drawn by chance for the disclosure audit, and an auditor who is another than ours."""

from dataclasses import dataclass

import numpy as np
from scipy.optimize import linprog

from survey_app.analysis_bridge.disclosure.hierarchy import Hierarchy
from survey_app.analysis_bridge.disclosure.tables import CellCounts
from survey_app.rules.breakdowns import BREAKDOWNS

HIERARCHIES = ("flat", "regions", "regions_in_regions")


@dataclass(frozen=True)
class Responses:
    """The compared responses of one source, one entry a response."""

    location: list
    month: list
    shopper: list
    problems: np.ndarray
    themes: dict

    def added_up(self):
        """Return what the audit is given."""
        rows = {}
        for row, key in enumerate(zip(self.location, self.month, strict=True)):
            rows.setdefault(key, []).append(row)
        return [
            CellCounts(
                *key,
                people=len(of),
                problems=int(self.problems[of].sum()),
                shoppers=tuple(sorted({self.shopper[row] for row in of} - {""})),
                themes={theme: int(seen[of].sum()) for theme, seen in self.themes.items()},
            )
            for key, of in rows.items()
        ]


def added_up(responses):
    """Return by source what the audit is given."""
    return {source: rows.added_up() for source, rows in responses.items()}


def drawn_study(seed, *, hierarchy, places=5, months=4, chosen=BREAKDOWNS):
    """Return a hierarchy and responses of both sources; some places and months are thin, some empty."""
    random = np.random.default_rng([seed, HIERARCHIES.index(hierarchy)])
    locations = tuple(f"place-{number}" for number in range(places))
    dates = tuple(f"2026-{number + 2:02}" for number in range(months))
    tree = Hierarchy(locations, _regions(hierarchy, locations), dates, tuple(chosen))
    weights = random.gamma(0.7, size=places)[:, None] * random.gamma(2.0, size=months)[None, :]
    return tree, {
        "complainants": _drawn(random, locations, dates, weights, 200, shoppers=0),
        "shoppers": _drawn(random, locations, dates, weights + 0.3, 60, shoppers=4),
    }


def _regions(hierarchy, locations):
    if hierarchy == "flat":
        return {}
    north, south = frozenset(locations[::2]), frozenset(locations[1::2])
    inner = {"city": frozenset(locations[:1]), "coast": frozenset(locations[2:3])}
    return {"north": north, "south": south} | (inner if hierarchy == "regions_in_regions" else {})


def _drawn(random, locations, dates, weights, size, *, shoppers):
    shares = (weights / weights.sum()).ravel()
    cells = random.choice(len(shares), size=size, p=shares)
    return Responses(
        location=[locations[cell // len(dates)] for cell in cells],
        month=[dates[cell % len(dates)] for cell in cells],
        shopper=[f"s{number}" for number in random.integers(shoppers, size=size)] if shoppers else [""] * size,
        problems=random.poisson(1.5, size=size),
        themes={"staff": random.random(size) < 0.4},
    )


@dataclass(frozen=True)
class Secret:
    """A group of cells that nobody may work out, though it can be: by adding up, or within which limits."""

    place: str
    period: str
    people: int
    exact: bool
    low: float
    high: float


def worked_out(tree, responses, shown, *, few, needed):
    """Return the secrets that follow from the groups shown, found the plain way: every sum in one system.

    `shown` are numbers of groups; `few` says of a group of responses whether too few stand behind it.
    """
    rows = tree.groups[sorted(shown)].astype(float)
    cells = np.array([tree.cell_of(*key) for key in zip(responses.location, responses.month, strict=True)])
    people = np.bincount(cells, minlength=tree.size).astype(float)
    rank = np.linalg.matrix_rank(rows)
    known = [people]
    found = []
    for cell in {cell.group: cell for cell in tree.cells}.values():
        members = tree.groups[cell.group]
        if not few([place for place, within in enumerate(cells) if members[within]]):
            continue
        exact = np.linalg.matrix_rank(np.vstack([rows, members])) == rank
        low, high = _limits(rows, people, members.astype(float), known, needed)
        if exact or high - low < needed - 1e-6:
            found.append(Secret(cell.place, cell.period, int(people[members].sum()), bool(exact), low, high))
    return found


def _limits(rows, people, members, known, needed):
    """Return the least and the most that a group may hold; known ways to fill the cells spare a search."""
    for sign in (-1, 1):
        sums = [float(way @ members) for way in known]
        if max(sums) - min(sums) >= needed:
            break
        answer = linprog(sign * members, A_eq=rows, b_eq=rows @ people, method="highs")
        assert answer.status == 0
        known.append(answer.x)
    sums = [float(way @ members) for way in known]
    return min(sums), max(sums)
