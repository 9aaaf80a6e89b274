"""One problem, seen or not: by pairs (McNemar) and by cells (Mantel-Haenszel). Neither knows of shoppers."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt
from scipy import stats
from statsmodels.stats.contingency_tables import StratifiedTable

from analysis.shapes.arrays import Floats
from analysis.shapes.estimates import MantelHaenszel, McNemar
from analysis.shapes.results import NOT_ESTIMABLE


def mcnemar(shopper_only: int, complainant_only: int) -> McNemar:
    """Test whether, in pairs, a problem is seen by the complainant alone as often as by the shopper alone.

    With b pairs in which the shopper alone, and c in which the complainant alone saw it: exact p, twice the
    smaller tail of a binomial of b + c fair coins; mid-p, 2 P(X ≤ min) − P(X = min). Both at most 1.

    Parameters
    ----------
    shopper_only, complainant_only : int
        b and c.

    Returns
    -------
    McNemar
        Both p are 1 where no pair differs.

    Raises
    ------
    ValueError
        If a count is no whole number from 0.

    Notes
    -----
    What the number means: how often fair coins would fall as unevenly. It takes pairs for independent: descriptive
    where shoppers cross locations.

    Source: McNemar 1947, Psychometrika 12:153-157; mid-p after Fagerland, Lydersen & Laake 2013, BMC Med. Res.
    Methodol. 13:91.

    Examples
    --------
    One against three: 2 (1 + 4)/16.

    >>> mcnemar(1, 3).p_exact, mcnemar(1, 3).p_mid
    (0.625, 0.375)
    """
    for name, count in (("shopper_only", shopper_only), ("complainant_only", complainant_only)):
        if not count >= 0 or count != int(count):
            raise ValueError(f"{name} is {count}: give a number of pairs.")
    pairs, least = int(shopper_only + complainant_only), int(min(shopper_only, complainant_only))
    if not pairs:
        return McNemar(1.0, 1.0, 0, ("No pair differs: nothing speaks for either side.",))
    coins = stats.binom(pairs, 0.5)
    tail = float(coins.cdf(least))
    return McNemar(min(1.0, 2 * tail), min(1.0, 2 * tail - float(coins.pmf(least))), pairs)


def mantel_haenszel(tables: npt.ArrayLike) -> MantelHaenszel:
    """Return how much more often complainants see a problem than shoppers within the same cells.

    Per cell a of n1 complainants and c of n0 shoppers saw it, N = n1 + n0:

        odds ratio = sum a (n0 − c)/N / sum c (n1 − a)/N              interval after Robins, Breslow & Greenland
        risk difference = sum (a n0 − c n1)/N / sum n1 n0/N           variance after Sato

    Parameters
    ----------
    tables : array-like of int, cell × arm × answer
        Arm: complainants, shoppers; answer: saw it, did not. Cells without both arms are left out.

    Returns
    -------
    MantelHaenszel
        `odds_ratio` is infinite or NaN where one side never, or always, saw it: its interval then is NaN.

    Raises
    ------
    ValueError
        If the shape is another, or a count is negative or no whole number.

    Notes
    -----
    What the numbers mean: within cells, the share of complainants who see it is higher by `risk_difference`. It
    takes responses for independent: descriptive.

    Source: Mantel & Haenszel 1959; Robins, Breslow & Greenland 1986, Biometrics 42:311-323; Sato 1989, Biometrics
    45:1323-1324. Equals stats::mantelhaen.test(correct = FALSE).

    Examples
    --------
    One cell: three of four complainants, one of four shoppers; (3 · 3)/(1 · 1).

    >>> result = mantel_haenszel([[[3, 1], [1, 3]]])
    >>> round(result.odds_ratio, 6), result.risk_difference
    (9.0, 0.5)
    """
    given = np.asarray(tables, dtype=np.float64)
    if given.size == 0:
        given = given.reshape(0, 2, 2)
    if given.ndim != 3 or given.shape[1:] != (2, 2):
        raise ValueError("tables: give a cell as [[complainants who saw it, who did not], [shoppers, likewise]].")
    if not ((given >= 0) & (given == np.rint(given))).all():
        raise ValueError("tables: give whole numbers of responses from 0.")
    cells = given[(given.sum(axis=2) > 0).all(axis=1)]
    left_out = len(given) - len(cells)
    notes = [f"{left_out} cells without both arms were left out."] if left_out else []
    if not len(cells):
        notes.append("No cell holds both arms: nothing can be compared.")
        nan = math.nan
        return MantelHaenszel(nan, NOT_ESTIMABLE, nan, nan, nan, NOT_ESTIMABLE, 0, tuple(notes))
    difference, se = _risk_difference(cells)
    half = float(stats.norm.ppf(0.975)) * se
    ratio, interval, p = _odds_ratio(cells)
    if not math.isfinite(ratio) or ratio == 0:
        notes.append("One side never, or always, saw it: the odds ratio has no interval.")
    return MantelHaenszel(
        odds_ratio=ratio,
        odds_ratio_ci95=interval,
        p_value=p,
        risk_difference=difference,
        se=se,
        risk_difference_ci95=(difference - half, difference + half),
        cells=len(cells),
        warnings=tuple(notes),
    )


def _odds_ratio(cells: Floats) -> tuple[float, tuple[float, float], float]:
    total = cells.sum(axis=(1, 2))
    above = float((cells[:, 0, 0] * cells[:, 1, 1] / total).sum())
    below = float((cells[:, 0, 1] * cells[:, 1, 0] / total).sum())
    p = math.nan
    if _varies(cells):
        stratified = StratifiedTable(np.moveaxis(cells, 0, -1))
        p = float(stratified.test_null_odds(correction=False).pvalue)
        if above > 0 and below > 0:
            low, high = stratified.oddsratio_pooled_confint()
            return float(stratified.oddsratio_pooled), (float(low), float(high)), p
    return (math.inf if above > 0 else math.nan) if below == 0 else above / below, NOT_ESTIMABLE, p


def _varies(cells: Floats) -> bool:
    """Say whether some cell of more than one response has both answers: else nothing can be tested."""
    return bool((cells.sum(axis=1) > 0).all(axis=1).any())


def _risk_difference(cells: Floats) -> tuple[float, float]:
    a, c = cells[:, 0, 0], cells[:, 1, 0]
    n1, n0 = cells[:, 0].sum(axis=1), cells[:, 1].sum(axis=1)
    total = n1 + n0
    weight = float((n1 * n0 / total).sum())
    difference = float(((a * n0 - c * n1) / total).sum()) / weight
    p = (n1**2 * c - n0**2 * a + n1 * n0 * (n0 - n1) / 2) / total**2
    q = (a * (n0 - c) + c * (n1 - a)) / (2 * total)
    variance = (difference * float(p.sum()) + float(q.sum())) / weight**2
    return difference, math.sqrt(max(variance, 0.0))
