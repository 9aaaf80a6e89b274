"""Holm's correction is R's p.adjust, and blind to order."""

import numpy as np
import pytest
from statsmodels.stats.multitest import multipletests

from analysis.inference.multiplicity import holm


def test_holm_by_hand():
    """Sorted .01 .02 .03 .5: times 4, 3, 2, 1; the third may not fall below the second."""
    assert holm([0.5, 0.02, 0.01, 0.03]).tolist() == pytest.approx([0.5, 0.06, 0.04, 0.06])
    assert holm([]).tolist() == []


@pytest.mark.parametrize("many", [1, 2, 50])
def test_holm_is_that_of_statsmodels_and_r(many):
    p = np.random.default_rng(many).uniform(size=many) ** 3
    assert holm(p) == pytest.approx(multipletests(p, method="holm")[1], rel=1e-14)


def test_the_order_changes_nothing():
    p = np.round(np.random.default_rng(1).uniform(size=30), 1)
    again = np.random.default_rng(2).permutation(30)
    assert holm(p[again]) == pytest.approx(holm(p)[again])
