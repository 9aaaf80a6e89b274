"""Whether the items of a battery measure one thing: Cronbach's alpha and McDonald's omega."""

from __future__ import annotations

import math
import warnings

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.optimize import minimize

from analysis.shapes.arrays import Floats, whole_rows

#: The least share of an item's variance that is its own: keeps the fit off the edge, as stats::factanal does.
_LEAST_UNIQUE = 0.005


def alpha(items: npt.ArrayLike | pd.DataFrame, *, standardised: bool = False) -> float:
    """Return Cronbach's alpha: K/(K − 1) · (1 − sum of the items' variances / variance of their sum).

    Parameters
    ----------
    items : array-like, responses × items
        All coded in one direction. Rows with a gap are left out.
    standardised : bool
        From correlations instead: K r/(1 + (K − 1) r), r their mean.

    Returns
    -------
    float
        At most 1; below 0 where items contradict one another. NaN, with a warning, with fewer than two items or
        responses, or where nothing varies.

    Notes
    -----
    What the number means: of the differences between people's sums, this share would come back with other items
    of the same kind, if all items measure one thing equally well.

    Source: Cronbach 1951, Psychometrika 16:297-334; equals psych::alpha.

    Examples
    --------
    Variances 1 and 1, variance of the sum 3: 2 (1 − 2/3).

    >>> round(alpha([[1, 1], [2, 3], [3, 2]]), 4)
    0.6667
    """
    scores = _battery(items, least=2)
    if scores is None:
        return math.nan
    count = scores.shape[1]
    if standardised:
        correlations = _correlations(scores)
        if correlations is None:
            return math.nan
        mean = float((correlations.sum() - count) / (count * (count - 1)))
        return count * mean / (1 + (count - 1) * mean) if 1 + (count - 1) * mean > 0 else -math.inf
    total = float(scores.sum(axis=1).var(ddof=1))
    if not total > 0:
        warnings.warn("The sum of the items is the same for all: alpha is not estimable.", stacklevel=2)
        return math.nan
    if (np.ptp(scores, axis=0) == 0).any():
        warnings.warn("An item is the same for all: it counts, and lowers alpha.", stacklevel=2)
    return float(count / (count - 1) * (1 - scores.var(axis=0, ddof=1).sum() / total))


def omega(items: npt.ArrayLike | pd.DataFrame) -> float:
    """Return McDonald's omega of one factor, fitted to the correlations by maximum likelihood.

    omega = (sum l)²/((sum l)² + sum (1 − l²)), l the standardised loadings.

    Parameters
    ----------
    items : array-like, responses × items
        All coded in one direction. Rows with a gap are left out.

    Returns
    -------
    float
        From 0 to 1. NaN, with a warning, with fewer than three items, no more responses than items, or an item
        that is the same for all.

    Notes
    -----
    What the number means: as alpha, but items may measure the one thing more or less well.

    Source: McDonald 1999, Test Theory, ch. 6; the fit after Jöreskog 1967, Psychometrika 32:443-482; equals
    psych::fa(fm = "ml") with one factor.

    Examples
    --------
    Three items that all correlate by two thirds: loadings √(2/3), omega 6/(6 + 1).

    >>> rows = [[1, 1, 0], [1, 0, 1], [0, 1, 1], [1, 1, 1]]
    >>> rows += [[-value for value in row] for row in rows]
    >>> round(omega(rows), 3)
    0.857
    """
    scores = _battery(items, least=3)
    if scores is None:
        return math.nan
    if len(scores) <= scores.shape[1]:
        warnings.warn("There are no more responses than items: omega is not estimable.", stacklevel=2)
        return math.nan
    correlations = _correlations(scores)
    if correlations is None:
        return math.nan
    if np.linalg.eigvalsh(correlations)[0] < 1e-10:
        warnings.warn("Items determine one another: omega is not estimable. Leave one of them out.", stacklevel=2)
        return math.nan
    loadings = one_factor_loadings(correlations)
    if ((1 - loadings**2) <= _LEAST_UNIQUE * 1.01).any():
        warnings.warn("One item nearly is the factor (a Heywood case): read omega with care.", stacklevel=2)
    common = float(loadings.sum() ** 2)
    return common / (common + float((1 - loadings**2).sum()))


def one_factor_loadings(correlations: Floats) -> Floats:
    """Return the maximum-likelihood loadings of one factor; their sum is not negative.

    The uniquenesses psi minimise −sum (log e − e) over all eigenvalues e of psi^-½ R psi^-½ but the largest.

    Parameters
    ----------
    correlations : float array, items × items
    """
    count = len(correlations)

    def discrepancy(psi: Floats) -> tuple[float, Floats]:
        root = np.sqrt(psi)
        values, vectors = np.linalg.eigh(correlations / np.outer(root, root))
        rest = np.maximum(values[:-1], 1e-12)
        loads = root * vectors[:, -1] * math.sqrt(max(values[-1] - 1, 0.0))
        gradient = (loads**2 + psi - np.diag(correlations)) / psi**2
        return float((rest - np.log(rest)).sum()) - (count - 1), gradient

    # Start from the squared multiple correlations where they exist.
    inverse = np.linalg.pinv(correlations, hermitian=True)
    start = np.clip((1 - 0.5 / count) / np.maximum(np.diag(inverse), 1e-6), _LEAST_UNIQUE, 1.0)
    fit = minimize(
        discrepancy,
        start,
        jac=True,
        method="L-BFGS-B",
        bounds=[(_LEAST_UNIQUE, 1.0)] * count,
        options={"ftol": 1e-14, "gtol": 1e-8, "maxiter": 1000},
    )
    root = np.sqrt(fit.x)
    values, vectors = np.linalg.eigh(correlations / np.outer(root, root))
    loadings: Floats = root * vectors[:, -1] * math.sqrt(max(float(values[-1]) - 1, 0.0))
    return -loadings if loadings.sum() < 0 else loadings


def _battery(items: npt.ArrayLike | pd.DataFrame, *, least: int) -> Floats | None:
    scores, gaps = whole_rows(items, name="items")
    if gaps:
        warnings.warn(f"{gaps} responses with a gap were left out.", stacklevel=3)
    if scores.shape[1] < least or len(scores) < 2:
        warnings.warn(
            f"There are {scores.shape[1]} items and {len(scores)} whole responses: at least {least} and 2 are "
            "needed.",
            stacklevel=3,
        )
        return None
    return scores


def _correlations(scores: Floats) -> Floats | None:
    if (np.ptp(scores, axis=0) == 0).any():
        warnings.warn("An item is the same for all: correlations are not estimable. Leave it out.", stacklevel=3)
        return None
    return np.asarray(np.corrcoef(scores, rowvar=False), dtype=np.float64)
