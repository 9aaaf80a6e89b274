"""What people would meet on average, if only those who met something ever spoke."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy import special

Floats = npt.NDArray[np.float64]


def zero_truncated_mean(means: npt.ArrayLike) -> Floats:
    """Return the means of Poisson counts whose zeros were never seen, from the means of the others.

    lambda solves lambda/(1 − exp(−lambda)) = mean, that is lambda = mean + W(−mean exp(−mean)) with Lambert's W.

    Parameters
    ----------
    means : array-like of float, any shape
        Mean counts of those seen, each of whom has one at least. NaN and what is infinite give NaN.

    Returns
    -------
    float array of the shape of `means`
        0 where a mean is 1 or below: nobody had more than the one without which they would not be seen.

    Notes
    -----
    What it means: how much of the complainants' mean is there only because people without a problem do not
    complain. It rests on Poisson's law, which counts that spread wider do not follow.

    Source: David & Johnson 1952, Biometrics 8:275-285; Corless et al. 1996, Adv. Comput. Math. 5:329-359.

    Examples
    --------
    >>> zero_truncated_mean([1.0, 2.5]).round(6).tolist()
    [0.0, 2.231612]
    """
    given = np.asarray(means, dtype=np.float64)
    least = np.where(np.isfinite(given), np.maximum(given, 1.0), np.nan)
    lambert = np.vectorize(special.lambertw, otypes=[np.complex128])
    return np.where(given <= 1, 0.0, least + lambert(-least * np.exp(-least)).real)
