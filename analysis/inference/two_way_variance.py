"""The primary method: a difference in matched cells, equal weight a location, two-way variance."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import numpy.typing as npt
import pandas as pd

from analysis.inference.cells import WHO, CellSums, Paired, pair, sum_cells
from analysis.language import Listed, Number, Percent, say
from analysis.shapes.arrays import as_floats, as_frame
from analysis.shapes.intervals import t_interval, t_p_value
from analysis.shapes.results import NOT_ESTIMABLE, Dropped, TwoWay
from analysis.shapes.tidy import refuse_empty, tidy_column
from analysis.shapes.vocabulary import COMPLAINANTS, RESPONSE_COLUMNS, SHOPPERS

#: Below this many effective shoppers the document says that they are too few to tell.
FEW_SHOPPERS = 6
#: One shopper with more than this share of the weight is named in a warning.
LARGE_SHARE = 0.3


def two_way(responses: pd.DataFrame, outcome: str, *, period: str = "month") -> TwoWay:
    r"""Estimate how much more of an outcome complainants report than shoppers in the same cells.

    For each cell c of location l, d_lc = mean(y | complainants) − mean(y | shoppers); D_l is the mean of the
    cells of l, and Delta the mean of D_l over the L locations. Written as a weighted mean over shopper
    responses r, Delta = sum w_r d_r with w_r = 1/(L C_l n_cS) and d_r = mean(y | complainants of the cell) − y_r.
    With A_s = sum over the responses of shopper s of w_r (d_r − Delta), A_ls the same within location l, and
    W_s = sum of w_r:

        V_loc  = var(D_l, ddof=1)/L
        V_shop = sum_s A_s²/(1 − W_s)
        V_int  = sum_ls A_ls²
        V      = max(V_loc, V_loc + V_shop − V_int)
        df     = max(1, min(L, 1/sum_s W_s²) − 1)

    Parameters
    ----------
    responses : DataFrame
        With `arm`, `location`, the outcome, and as present `cell`, `channel`, `scenario`, `period`,
        `visited_on`, `list_hash`, `shopper`. Other arms than shopper and complainant are dropped and counted,
        and so are responses without an outcome, cells and locations with one arm only.
    outcome : str
        Name of a numeric column.
    period : {"month", "none"}
        Whether the calendar month of `visited_on` separates cells, where there is no column `period`.

    Returns
    -------
    TwoWay
        In the unit of the outcome. What is not estimable is NaN, with a sentence in `warnings`.

    Raises
    ------
    DataProblem
        If an arm is unknown, a location is missing, or some shopper responses name their shopper and others do
        not.
    ValueError
        If a column is missing, or the outcome is no number or infinite.

    Notes
    -----
    What the number means: how many more (or fewer) a genuine complainant reports than a shopper who acts the
    same scenario at the same place, if every place counts alike. Without shopper ids V = V_loc and
    df = L − 1, and nothing covers that shoppers differ.

    Source: derived for this product from two-way clustering (Cameron, Gelbach & Miller 2011, J. Business &
    Economic Statistics 29:238-249) with the complainants' mean as the baseline; checked in docs/methods.

    Examples
    --------
    Two places; a shopper at each sees 1, the complainants see 2 and 4: the differences are 1 and 3.

    >>> table = pd.DataFrame({"arm": ["shopper", "complainant"] * 2, "location": ["A", "A", "B", "B"],
    ...                       "shopper": ["s", "", "t", ""], "y": [1, 2, 1, 4]})
    >>> two_way(table, "y").estimate
    2.0
    """
    dropped: list[Dropped] = []
    kept = as_frame(responses, "arm", "location", outcome)
    kept = kept.set_axis(range(2, len(kept) + 2), axis="index")
    tidied = {
        column: tidy_column(kept[column], kind=RESPONSE_COLUMNS[column], file="responses")
        for column in kept.columns
        if column in RESPONSE_COLUMNS
    }
    refuse_empty(tidied["location"], file="responses")
    values = as_floats(kept[outcome], name=outcome)
    kept = pd.DataFrame(tidied).assign(_outcome=values)
    others = kept["arm"].value_counts().drop([SHOPPERS, COMPLAINANTS], errors="ignore").sort_index()
    dropped += [
        Dropped("responses", say("arm '{arm}' is not compared", arm=str(arm)), int(n)) for arm, n in others.items()
    ]
    kept = kept[kept["arm"].isin((SHOPPERS, COMPLAINANTS))]
    missing = ~np.isfinite(kept["_outcome"])
    if missing.any():
        dropped.append(Dropped("responses", say("the outcome is not known"), int(missing.sum())))
    kept = kept[~missing].reset_index(drop=True)
    paired = pair(kept, period=period)
    result = two_way_of_pairs(paired, kept["_outcome"].to_numpy())
    return replace(result, dropped=(*dropped, *paired.dropped))


def two_way_of_pairs(paired: Paired, outcome: npt.NDArray[np.generic], *, scale: str = "difference") -> TwoWay:
    """Return the two-way result for an outcome given one entry a row of the table that was paired."""
    return two_way_on_scale(sum_cells(paired, outcome[paired.rows]), scale=scale)


def two_way_on_scale(sums: CellSums, *, scale: str) -> TwoWay:
    """Return the two-way result of sums as a difference, or as the logarithm of a ratio."""
    return two_way_of_sums(sums) if scale == "difference" else log_ratio_of_sums(sums)


def two_way_of_sums(sums: CellSums) -> TwoWay:
    """Return the two-way result from sums by cell and shopper: see `two_way` for the formulas."""
    cells = len(sums.cell_location)
    n_locations = len(sums.location_names)
    if not n_locations:
        return _nothing_to_compare()
    cells_of = np.bincount(sums.cell_location, minlength=n_locations)
    shopper_n = np.bincount(sums.group_cell, weights=sums.group_n, minlength=cells)
    shopper_total = np.bincount(sums.group_cell, weights=sums.group_total, minlength=cells)
    complainant_mean = sums.complainant_total / sums.complainant_n
    cell_weight = 1 / (n_locations * cells_of[sums.cell_location])
    difference = complainant_mean - shopper_total / shopper_n
    by_location = np.bincount(sums.cell_location, weights=difference, minlength=n_locations) / cells_of
    estimate = float(by_location.mean())
    complainants_mean = float((cell_weight * complainant_mean).sum())
    shoppers_mean = float((cell_weight * shopper_total / shopper_n).sum())

    variance_location = float(by_location.var(ddof=1)) / n_locations if n_locations > 1 else math.nan
    shopper = _ShopperParts.of(sums, estimate, complainant_mean, cell_weight / shopper_n)
    variance = variance_location
    if math.isfinite(shopper.variance) and math.isfinite(variance_location):
        variance = max(variance_location, variance_location + shopper.variance - shopper.intersection)
    units = min(n_locations, shopper.effective) if sums.shoppers_known else n_locations
    df = max(1.0, units - 1)
    se = math.sqrt(variance)
    return TwoWay(
        estimate=estimate,
        se=se,
        df=df,
        ci95=t_interval(estimate, se, df, 0.95),
        ci90=t_interval(estimate, se, df, 0.90),
        p_value=t_p_value(estimate, se, df),
        ratio=complainants_mean / shoppers_mean if shoppers_mean > 0 else math.nan,
        variance_location=variance_location,
        variance_shopper=shopper.variance,
        variance_intersection=shopper.intersection,
        locations=n_locations,
        shoppers=shopper.count,
        effective_shoppers=shopper.effective,
        cells=cells,
        responses=int(sums.complainant_n.sum() + sums.group_n.sum()),
        location_differences=pd.Series(by_location, index=pd.Index(sums.location_names, name="location")),
        warnings=tuple(_warnings(sums, n_locations, se, shopper)),
        complainants_mean=complainants_mean,
        shoppers_mean=shoppers_mean,
        complainant_responses=int(sums.complainant_n.sum()),
        shopper_responses=int(sums.group_n.sum()),
    )


def log_ratio_of_sums(sums: CellSums) -> TwoWay:
    """Return the two-way result on the log scale: T = log RR, RR the ratio of the arms' means.

    The variance is that of the linearised statistic: the two-way method with y_C/A and y_S/B in place of y,
    where A and B are the arms' means over locations of cell means. NaN where an arm reported nothing at all.
    """
    plain = two_way_of_sums(sums)
    means = {"complainants": plain.complainants_mean, "shoppers": plain.shoppers_mean}
    empty = [who for who, mean in zip(WHO.values(), means.values(), strict=True) if not mean > 0]
    if empty:
        warnings = plain.warnings
        if plain.locations:
            warnings = (
                *warnings,
                say("The ratio is not estimable: {who} reported nothing.", who=Listed(empty)),
            )
        return replace(
            plain,
            estimate=math.nan,
            se=math.nan,
            ci95=NOT_ESTIMABLE,
            ci90=NOT_ESTIMABLE,
            p_value=math.nan,
            warnings=warnings,
            scale="ratio",
        )
    scaled = two_way_of_sums(sums.scaled(**means))
    estimate = math.log(plain.ratio)
    return replace(
        scaled,
        estimate=estimate,
        ci95=t_interval(estimate, scaled.se, scaled.df, 0.95),
        ci90=t_interval(estimate, scaled.se, scaled.df, 0.90),
        p_value=t_p_value(estimate, scaled.se, scaled.df),
        ratio=plain.ratio,
        location_differences=plain.location_differences,
        complainants_mean=plain.complainants_mean,
        shoppers_mean=plain.shoppers_mean,
        scale="ratio",
    )


class _ShopperParts:
    """What the shoppers add to the variance, and how many they are in effect."""

    def __init__(
        self, *, variance: float, intersection: float, count: float, effective: float, largest: float
    ) -> None:
        self.variance = variance
        self.intersection = intersection
        self.count = count
        self.effective = effective
        self.largest = largest

    @classmethod
    def of(
        cls,
        sums: CellSums,
        estimate: float,
        complainant_mean: npt.NDArray[np.float64],
        response_weight: npt.NDArray[np.float64],
    ) -> _ShopperParts:
        if not sums.shoppers_known:
            nan = math.nan
            return cls(variance=nan, intersection=nan, count=nan, effective=nan, largest=nan)
        weight = response_weight[sums.group_cell]
        baseline = complainant_mean[sums.group_cell] - estimate
        part = weight * (sums.group_n * baseline - sums.group_total)
        _, shopper = np.unique(sums.group_shopper, return_inverse=True)
        count = int(shopper.max()) + 1
        share = np.bincount(shopper, weights=weight * sums.group_n)
        _, place = np.unique(sums.cell_location[sums.group_cell] * count + shopper, return_inverse=True)
        variance = math.nan
        if count > 1:
            variance = float((np.bincount(shopper, weights=part) ** 2 / (1 - share)).sum())
        return cls(
            variance=variance,
            intersection=float((np.bincount(place, weights=part) ** 2).sum()),
            count=count,
            effective=float(1 / (share**2).sum()),
            largest=float(share.max()),
        )


def _warnings(sums: CellSums, locations: int, se: float, shopper: _ShopperParts) -> list[str]:
    warnings: list[str] = []
    if locations == 1:
        warnings.append(say("There is one location only: how far places differ is not estimable."))
    if not sums.shoppers_known:
        warnings.append(say("No shopper ids are known: that shoppers differ from one another is NOT covered."))
    elif shopper.count == 1:
        warnings.append(say("There is one shopper only: that shoppers differ from one another is not estimable."))
    elif shopper.effective < FEW_SHOPPERS:
        warnings.append(
            say(
                "These shoppers are too few to tell: {n}, by their shares of the visits as good as {effective}.",
                n=Number(shopper.count),
                effective=Number(shopper.effective, 1),
            )
        )
    if sums.shoppers_known and shopper.count > 1 and shopper.largest > LARGE_SHARE:
        warnings.append(
            say("One shopper carries {share} of the weight of all visits.", share=Percent(shopper.largest))
        )
    if se == 0:
        warnings.append(
            say("All places show exactly the same difference: the standard error is 0 and no test is made.")
        )
    return warnings


def _nothing_to_compare() -> TwoWay:
    nan = math.nan
    return TwoWay(
        estimate=nan,
        se=nan,
        df=nan,
        ci95=NOT_ESTIMABLE,
        ci90=NOT_ESTIMABLE,
        p_value=nan,
        ratio=nan,
        variance_location=nan,
        variance_shopper=nan,
        variance_intersection=nan,
        locations=0,
        shoppers=nan,
        effective_shoppers=nan,
        cells=0,
        responses=0,
        location_differences=pd.Series([], dtype="float64", index=pd.Index([], name="location")),
        warnings=(say("No cell holds responses of both arms: nothing can be compared."),),
    )
