"""Agreement of two measurements of the same thing: limits of agreement, and Lin's concordance."""

from __future__ import annotations

import math

import numpy.typing as npt
from scipy import stats

from analysis.shapes.arrays import pairs_of_floats
from analysis.shapes.estimates import BlandAltman, Concordance
from analysis.shapes.results import NOT_ESTIMABLE

_NAMES = ("first", "second")


def bland_altman(first: npt.ArrayLike, second: npt.ArrayLike) -> BlandAltman:
    """Return between which limits two measurements of the same thing differ.

    d = first − second, s its standard deviation (n − 1): bias = mean d; limits = bias ± 1.96 s. The standard error
    of the bias is s/√n, that of a limit s √(1/n + 1.96²/(2(n − 1))).

    Parameters
    ----------
    first, second : array-like of float, shape (n,)
        Pairs with a gap are left out.

    Returns
    -------
    BlandAltman
        `sd` and `limits` are NaN with fewer than two pairs.

    Raises
    ------
    ValueError
        For rows of different length, or values that are no numbers.

    Notes
    -----
    What the number means: of future pairs, about 95 of 100 differ by something between the two limits, if the
    differences are roughly normal and their spread does not depend on the size of what is measured.

    Source: Bland & Altman 1999, Stat. Methods Med. Res. 8:135-160.

    Examples
    --------
    >>> result = bland_altman([3, 5, 7], [2, 5, 5])
    >>> result.bias, result.sd, [round(limit, 2) for limit in result.limits]
    (1.0, 1.0, [-0.96, 2.96])
    """
    one, other, gaps = pairs_of_floats(first, second, names=_NAMES)
    notes = [f"{gaps} pairs with a gap were left out."] if gaps else []
    difference = one - other
    n = len(difference)
    if n < 2:
        notes.append(f"There are {n} pairs: the limits need at least 2.")
        bias = float(difference[0]) if n else math.nan
        return BlandAltman(bias, math.nan, NOT_ESTIMABLE, math.nan, math.nan, n, tuple(notes))
    bias, sd = float(difference.mean()), float(difference.std(ddof=1))
    return BlandAltman(
        bias=bias,
        sd=sd,
        limits=(bias - 1.96 * sd, bias + 1.96 * sd),
        se_bias=sd / math.sqrt(n),
        se_limits=sd * math.sqrt(1 / n + 1.96**2 / (2 * (n - 1))),
        pairs=n,
        warnings=tuple(notes),
    )


def concordance(first: npt.ArrayLike, second: npt.ArrayLike) -> Concordance:
    """Return how close pairs of measurements lie to the line on which both are equal (Lin's concordance).

    rho_c = 2 s_xy/(s_x² + s_y² + (mean x − mean y)²), moments with n; the interval through Fisher's z.

    Parameters
    ----------
    first, second : array-like of float, shape (n,)
        Pairs with a gap are left out.

    Returns
    -------
    Concordance
        NaN with fewer than three pairs, or where both are constant.

    Raises
    ------
    ValueError
        For rows of different length, or values that are no numbers.

    Notes
    -----
    What the number means: 1 only if both give the same number every time; a correlation is 1 also if one of them
    always gives half.

    Source: Lin 1989, Biometrics 45:255-268, and 2000, 56:324-325; equals epiR::epi.ccc.

    Examples
    --------
    >>> round(concordance([1, 2, 3], [2, 3, 4]).estimate, 4)
    0.5714
    """
    one, other, gaps = pairs_of_floats(first, second, names=_NAMES)
    notes = [f"{gaps} pairs with a gap were left out."] if gaps else []
    n = len(one)
    if n < 3:
        notes.append(f"There are {n} pairs: at least 3 are needed.")
        return _no_concordance(n, notes)
    spread = one.std(), other.std()
    together = float(((one - one.mean()) * (other - other.mean())).mean())
    shift = float(other.mean() - one.mean())
    below = float(spread[0] ** 2 + spread[1] ** 2 + shift**2)
    if not below > 0:
        notes.append("All values are the same: nothing tells the cases apart.")
        return _no_concordance(n, notes)
    estimate = 2 * together / below
    product = float(spread[0] * spread[1])
    if not product > 0:
        notes.append("One of the two is always the same: their correlation is not estimable.")
        return Concordance(estimate, NOT_ESTIMABLE, math.nan, math.nan, n, tuple(notes))
    r = together / product
    return Concordance(
        estimate=estimate,
        ci95=_interval(estimate, r, shift / math.sqrt(product), n),
        correlation=r,
        bias_correction=2 * product / below,
        pairs=n,
        warnings=tuple(notes),
    )


def _interval(estimate: float, r: float, shift: float, n: int) -> tuple[float, float]:
    """Return the interval through Fisher's z (Lin 1989, eq. 4, as corrected in 2000)."""
    if r == 0 or abs(estimate) >= 1:
        return (estimate, estimate) if abs(estimate) >= 1 else NOT_ESTIMABLE
    variance = (
        (1 - r**2) * estimate**2 * (1 - estimate**2) / r**2
        + 2 * estimate**3 * (1 - estimate) * shift**2 / r
        - 0.5 * estimate**4 * shift**4 / r**2
    ) / (n - 2)
    half = float(stats.norm.ppf(0.975)) * math.sqrt(max(variance, 0.0)) / (1 - estimate**2)
    return math.tanh(math.atanh(estimate) - half), math.tanh(math.atanh(estimate) + half)


def _no_concordance(n: int, notes: list[str]) -> Concordance:
    return Concordance(math.nan, NOT_ESTIMABLE, math.nan, math.nan, n, tuple(notes))
