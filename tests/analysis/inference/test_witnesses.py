"""Who ranks units as the judge does, and who finds the worst: by hand, against SciPy, by laws."""

import numpy as np
import pytest
from scipy import stats

from analysis.inference import rank_advantage, rank_correlation, worst_found

RANDOM = np.random.default_rng(5)
JUDGE = RANDOM.normal(size=200)
GOOD = JUDGE + RANDOM.normal(scale=0.5, size=200)
FAIR = JUDGE + RANDOM.normal(scale=1.5, size=200)
BLIND = RANDOM.normal(size=200)


def test_the_advantage_is_the_difference_of_two_rank_correlations_on_the_units_all_know():
    gaps = GOOD.copy()
    gaps[:30] = np.nan
    estimate, (low, high) = rank_advantage(JUDGE, gaps, BLIND, resamples=499)
    expected = stats.spearmanr(JUDGE[30:], GOOD[30:])[0] - stats.spearmanr(JUDGE[30:], BLIND[30:])[0]
    assert estimate == pytest.approx(expected)
    assert 0 < low < estimate < high


def test_swapping_the_witnesses_flips_the_advantage():
    ahead, behind = (rank_advantage(JUDGE, *pair, resamples=199) for pair in ((GOOD, BLIND), (BLIND, GOOD)))
    assert behind[0] == -ahead[0]
    assert behind[1] == pytest.approx((-ahead[1][1], -ahead[1][0]))
    assert rank_advantage(JUDGE, GOOD, GOOD, resamples=99) == (0, (0, 0))


def test_the_worst_are_counted_by_hand():
    judge, witness = np.arange(20), np.array([3, 9, *range(2)] + [5] * 16)
    # worst tenth: units 0 and 1; lowest quarter, five units: 2, 3, 0 and two of the sixteen that tie
    assert worst_found(judge, witness, resamples=99)[0] == pytest.approx(1 / 2)
    assert worst_found(judge, [9, 9] + [1] * 18, resamples=99)[0] == 0
    assert worst_found(JUDGE, JUDGE, resamples=99)[0] == 1


def test_ties_count_in_parts():
    """A witness to whom all are alike finds what flagging blindly finds."""
    assert worst_found(JUDGE, np.zeros(200), resamples=99)[0] == pytest.approx(0.25)
    assert worst_found(np.zeros(200), JUDGE, flagged=0.4, resamples=99)[0] == pytest.approx(0.4)


def test_a_blind_witness_finds_as_many_as_it_flags():
    found = [worst_found(JUDGE, RANDOM.permutation(JUDGE), resamples=9)[0] for _ in range(200)]
    assert np.mean(found) == pytest.approx(0.25, abs=0.03)


def test_units_of_one_company_are_drawn_together():
    again = np.repeat(np.arange(200), 5)
    alone, together = (
        worst_found(JUDGE[again], FAIR[again], cluster=cluster, resamples=499)[1]
        for cluster in (np.arange(1000), again)
    )
    assert together[1] - together[0] > 1.5 * (alone[1] - alone[0])


@pytest.mark.parametrize("ask", [rank_correlation, worst_found])
def test_too_few_units_give_no_number(ask):
    estimate, interval = ask([1, 2, 3, 4], [1, 2, 4, 3])
    assert np.isnan([estimate, *interval]).all()


@pytest.mark.parametrize("share", [0, 1, -0.1])
def test_a_share_lies_between_none_and_all(share):
    with pytest.raises(ValueError, match="between 0 and 1"):
        worst_found(JUDGE, GOOD, flagged=share)
