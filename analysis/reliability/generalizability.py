"""Where differences between scores come from, and how many visits make a location's score dependable."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.optimize import minimize

from analysis.shapes.arrays import Floats, as_floats, as_frame
from analysis.shapes.estimates import GStudy

Ints = npt.NDArray[np.int64]


def g_study(table: pd.DataFrame, *, score: str, location: str, shopper: str | None) -> GStudy:
    """Split the variance of scores into locations, shoppers and the rest.

    score = mean + location + shopper + rest. Where every shopper visited every location equally often, from the
    mean squares: s²_e = MS_res, s²_l = (MS_l − MS_res)/(visits a location), s²_s = (MS_s − MS_res)/(visits a
    shopper), below 0 taken as 0. Else by restricted maximum likelihood (REML) with crossed random effects. The
    mean of n visits by different shoppers then is dependable by

        phi(n)  = s²_l/(s²_l + (s²_s + s²_e)/n)      for the level of a location
        rho2(n) = s²_l/(s²_l + s²_e/n)               for ranks, if the same n shoppers visit all

    Parameters
    ----------
    table : DataFrame
        One row a response; rows with a gap in one of the columns are left out.
    score, location, shopper : str
        Names of columns. `shopper` None: each response is its own person's, as with complainants.

    Returns
    -------
    GStudy
        With `phi(n)`, `rho2(n)`, `visits_for(target)` and `phi_for(budget, cost=…)`. NaN with fewer than two
        locations, without repeats, or where shoppers and locations cannot be told apart. Where no shopper came
        twice, the shoppers' part stands in `residual`, and `phi` is right all the same.

    Raises
    ------
    ValueError
        If a column is missing or a score is no number.

    Notes
    -----
    What the numbers mean: of the differences that one sees between the locations' means, phi is the share that
    belongs to the locations.

    Source: Finn & Kayandé 1999, J. Retailing 75:195-217; Brennan 2001, Generalizability Theory, ch. 2 and 3; REML
    equals lme4.

    Examples
    --------
    Two locations, visited by the same two shoppers, without any noise: 0 and 2 against 2 and 4.

    >>> rows = pd.DataFrame({"place": ["A", "A", "B", "B"], "who": ["s", "t"] * 2, "y": [0, 2, 2, 4]})
    >>> study = g_study(rows, score="y", location="place", shopper="who")
    >>> study.location, study.shopper, study.residual, study.phi(2)
    (2.0, 2.0, 0.0, 0.6666666666666666)
    """
    columns = [name for name in (score, location, shopper) if name is not None]
    as_frame(table, *columns)
    values = as_floats(table[score].reset_index(drop=True), name=score)
    whole = ~np.isnan(values) & ~table[columns].isna().any(axis=1).to_numpy(dtype=bool)
    notes = [] if whole.all() else [f"{int((~whole).sum())} responses with a gap were left out."]
    values = values[whole]
    places = pd.factorize(table.loc[whole, location].astype("str").to_numpy(), sort=True)[0].astype(np.int64)
    people = np.arange(len(values), dtype=np.int64)
    if shopper is not None:
        people = pd.factorize(table.loc[whole, shopper].astype("str").to_numpy(), sort=True)[0].astype(np.int64)
    visits = _Visits.of(values, places, people)
    variances, method, more = visits.variances()
    return GStudy(
        location=variances[0],
        shopper=variances[1],
        residual=variances[2],
        method=method,
        locations=visits.locations,
        shoppers=visits.shoppers,
        responses=len(values),
        error=variances[2] + (0.0 if visits.nobody_twice else variances[1]),
        warnings=(*notes, *more),
    )


#: The most that a standard deviation may be, in units of the residual's: without any residual there is no end.
_LARGEST = 1e4
_NAN3 = (math.nan, math.nan, math.nan)
_Variances = tuple[tuple[float, float, float], str, list[str]]


@dataclass(frozen=True, eq=False)
class _Visits:
    """Scores with the numbers of their location and shopper, in an order of their own."""

    scores: Floats
    place: Ints
    person: Ints
    locations: int
    shoppers: int

    @classmethod
    def of(cls, scores: Floats, place: Ints, person: Ints) -> _Visits:
        order = np.lexsort((scores, person, place))
        locations, shoppers = (int(codes.max(initial=-1)) + 1 for codes in (place, person))
        return cls(scores[order], place[order], person[order], locations, shoppers)

    @property
    def nobody_twice(self) -> bool:
        return self.shoppers == len(self.scores)

    def variances(self) -> _Variances:
        if self.locations < 2:
            return _NAN3, "none", [f"Locations: {self.locations}; at least 2 are needed."]
        if self.locations == len(self.scores):
            return _NAN3, "none", ["No location was visited twice: locations and the rest cannot be told apart."]
        if self.nobody_twice:
            notes = ["No shopper came twice: the shoppers' part stands in the residual."]
            location, _, rest = _reml(self.scores, self.place, np.zeros_like(self.place))
            return (location, math.nan, rest), "REML", notes
        if self._same_partition():
            return _NAN3, "none", ["Each shopper visited one location, and each location had one shopper."]
        counts = np.zeros((self.locations, self.shoppers), dtype=np.int64)
        np.add.at(counts, (self.place, self.person), 1)
        if self.shoppers > 1 and (counts == counts[0, 0]).all():
            return self._mean_squares(int(counts[0, 0]))
        notes = []
        if self.shoppers == 1:
            notes.append("There is one shopper only: how far shoppers differ is not estimable.")
            location, _, rest = _reml(self.scores, self.place, np.zeros_like(self.place))
            return (location, math.nan, rest), "REML", notes
        location, shopper, rest = _reml(self.scores, self.place, self.person)
        if rest <= 1e-6 * (location + shopper) and location + shopper > 0:
            return _NAN3, "none", ["Locations and shoppers explain every score: the parts cannot be told apart."]
        for name, value in (("locations", location), ("shoppers", shopper)):
            if value <= 1e-8 * (location + shopper + rest):
                notes.append(f"The {name} differ by no more than chance: their variance is 0.")
        return (location, shopper, rest), "REML", notes

    def _same_partition(self) -> bool:
        pairs = len(np.unique(self.place * self.shoppers + self.person))
        return pairs == self.locations == self.shoppers

    def _mean_squares(self, repeats: int) -> _Variances:
        n, k = self.locations, self.shoppers
        scores = self.scores - self.scores.mean()
        places = np.bincount(self.place, weights=scores) / (k * repeats)
        people = np.bincount(self.person, weights=scores) / (n * repeats)
        rest = scores - places[self.place] - people[self.person]
        freedom = len(scores) - n - k + 1
        residual = float((rest**2).sum() / freedom)
        location = (k * repeats * float((places**2).sum()) / (n - 1) - residual) / (k * repeats)
        shopper = (n * repeats * float((people**2).sum()) / (k - 1) - residual) / (n * repeats)
        notes = [
            f"The variance of the {name} came out below 0 and is taken as 0."
            for name, value in (("locations", location), ("shoppers", shopper))
            if value < 0
        ]
        return (max(0.0, location), max(0.0, shopper), residual), "ANOVA", notes


def _reml(scores: Floats, place: Ints, person: Ints) -> tuple[float, float, float]:
    """Return the REML variances of locations, shoppers and the rest; all one person: shoppers are left out."""
    model = _Crossed.of(scores, place, person)
    one_person = int(person.max()) == 0
    bounds = [(0.0, _LARGEST), (0.0, 0.0 if one_person else _LARGEST)]
    best = None
    for start in ((0.5, 0.5), (1.5, 0.2), (0.2, 1.5)):
        first = (start[0], 0.0 if one_person else start[1])
        fit = minimize(
            model.deviance, first, method="L-BFGS-B", bounds=bounds, options={"ftol": 1e-13, "gtol": 1e-8}
        )
        fit = minimize(
            model.deviance,
            fit.x,
            method="Nelder-Mead",
            bounds=bounds,
            options={"xatol": 1e-7, "fatol": 1e-11, "maxiter": 400},
        )
        if best is None or fit.fun < best.fun:
            best = fit
    assert best is not None  # noqa: S101 (three starts)
    residual = model.residual_variance(best.x)
    return float(best.x[0] ** 2 * residual), float(best.x[1] ** 2 * residual), residual


@dataclass(frozen=True, eq=False)
class _Crossed:
    """The profiled REML deviance of y = mean + location + shopper + rest, from sums only.

    theta are the standard deviations of location and shopper in units of the residual's. With Z the indicators of
    both, V = I + Z Theta² Z'; the mixed-model equations are reduced to the smaller of the two factors.
    """

    counts: Floats
    first_total: Floats
    second_total: Floats
    total: float
    squares: float
    n: int
    swapped: bool

    @classmethod
    def of(cls, scores: Floats, place: Ints, person: Ints) -> _Crossed:
        scores = scores - scores.mean()
        locations, shoppers = int(place.max()) + 1, int(person.max()) + 1
        swapped = shoppers > locations
        first, second = (person, place) if swapped else (place, person)
        counts = np.zeros((max(locations, shoppers), min(locations, shoppers)))
        np.add.at(counts, (first, second), 1.0)
        return cls(
            counts=counts,
            first_total=np.bincount(first, weights=scores).astype(np.float64),
            second_total=np.bincount(second, weights=scores).astype(np.float64),
            total=float(scores.sum()),
            squares=float((scores**2).sum()),
            n=len(scores),
            swapped=swapped,
        )

    def deviance(self, theta: npt.ArrayLike) -> float:
        rest, log_determinants = self._solve(np.asarray(theta, dtype=np.float64))
        freedom = self.n - 1
        return log_determinants + freedom * (1 + math.log(2 * math.pi * max(rest, 1e-300) / freedom))

    def residual_variance(self, theta: npt.ArrayLike) -> float:
        return max(0.0, self._solve(np.asarray(theta, dtype=np.float64))[0]) / (self.n - 1)

    def _solve(self, theta: Floats) -> tuple[float, float]:
        """Return y'Py in units of the residual variance, and log|V| + log|X'V^-1X|."""
        first, second = (theta[1], theta[0]) if self.swapped else (theta[0], theta[1])
        diagonal = 1 + first**2 * self.counts.sum(axis=1)
        cross = first * second * self.counts
        inner = np.diag(1 + second**2 * self.counts.sum(axis=0)) - cross.T @ (cross / diagonal[:, None])
        lower = np.linalg.cholesky(inner)
        ones = first * self.counts.sum(axis=1), second * self.counts.sum(axis=0)
        sums = first * self.first_total, second * self.second_total
        sides = [(self.n, ones), (self.total, sums)]
        solved = []
        for _, (upper_part, lower_part) in sides:
            reduced = np.linalg.solve(lower, lower_part - cross.T @ (upper_part / diagonal))
            solved.append((upper_part / np.sqrt(diagonal), reduced))

        def product(one: int, other: int, plain: float) -> float:
            return plain - sum(float(a @ b) for a, b in zip(solved[one], solved[other], strict=True))

        ones_ones, ones_y, y_y = (
            product(0, 0, self.n),
            product(0, 1, self.total),
            product(1, 1, self.squares),
        )
        log_v = float(np.log(diagonal).sum() + 2 * np.log(np.diag(lower)).sum())
        ones_ones = max(ones_ones, 1e-12)
        return y_y - ones_y**2 / ones_ones, log_v + math.log(ones_ones)
