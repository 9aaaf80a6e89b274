"""The mean of counts whose zeros nobody sees."""

import math

import numpy as np
import pytest

from analysis.selection import zero_truncated_mean


def test_drawn_counts_without_their_zeros_give_back_the_mean():
    random = np.random.default_rng(5)
    for mean in (0.2, 1.0, 3.0):
        drawn = random.poisson(mean, 400_000)
        assert zero_truncated_mean(drawn[drawn > 0].mean()) == pytest.approx(mean, abs=0.01)


def test_it_never_exceeds_the_mean_and_never_falls():
    means = np.linspace(1.0, 40.0, 400)
    found = zero_truncated_mean(means)
    assert found[0] == 0
    assert (found < means).all() or np.isclose(found, means)[found >= means].all()
    assert (np.diff(found) > 0).all()


def test_what_is_no_mean_gives_no_number():
    assert zero_truncated_mean([0.0, -1.0]).tolist() == [0, 0]
    assert np.isnan(zero_truncated_mean([math.nan, math.inf])).all()
    assert zero_truncated_mean(745.5).item() == 745.5
