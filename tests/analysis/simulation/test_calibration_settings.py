"""The calibration can fail: its limits are exact, and broken intervals are caught by them in a short run."""

import math

import numpy as np
import pytest
from scipy import stats

from analysis.discovery.matched import matched_difference_of_codes
from analysis.shapes.intervals import t_interval
from analysis.simulation import World
from analysis.simulation.ticks import (
    ProblemWorld,
    simulate_ticks,
    true_matched_difference,
    without_matched_difference,
)
from benchmarks.calibration import settings
from benchmarks.calibration.__main__ import PARTS, first_seed
from benchmarks.calibration.further_worlds import BeyondWorld, SeverityWorld, ThemeWorld
from benchmarks.calibration.page import described
from benchmarks.calibration.questions import beyond, matched, primary, problem_by_problem, severity, themes
from benchmarks.calibration.rules import Counted, misses

ROUNDS = without_matched_difference(
    ProblemWorld(world=World(locations=30, shoppers=10, assignment="two", sd_shopper=0.5))
)


def nobody():
    """No progress is shown."""


def by_location_only(result):
    """The mutant of H2: places differ, shoppers do not."""
    return t_interval(result.difference, math.sqrt(result.variance_location), result.locations - 1.0, 0.95)


def judged(answer):
    return {"false supported": answer.counts["supported"], "coverage": answer.counts["coverage"]}


def test_the_matched_difference_holds_and_places_alone_are_caught():
    assert list(misses(judged(matched(ROUNDS, 400, 11, nobody)), "lenient")) == []
    broken = judged(matched(ROUNDS, 400, 11, nobody, method=by_location_only))
    assert any("coverage" in what for what in misses(broken, "strict"))


def test_the_primary_holds_in_a_short_run():
    answer = primary(World(locations=20, shoppers=10, shopper_responses=(1, 8)), 400, 12, nobody)
    assert list(misses(judged(answer), "strict")) == []


def test_few_studies_name_a_problem_where_none_differs():
    of = ProblemWorld(world=World(locations=20, shoppers=12), items=12, sd_habit=0.3)
    answer = problem_by_problem(of, 100, 13, nobody)
    assert list(misses(answer.counts, "strict")) == []


def test_severity_themes_and_moments_hold_in_a_short_run():
    for question, setting in (
        (severity, settings.SEVERITY[1]),
        (themes, settings.THEMES[3]),
        (beyond, settings.BEYOND[1]),
    ):
        assert list(misses(judged(question(setting.world, 300, 14, nobody)), "strict")) == []


def test_a_difference_of_differences_is_caught_where_one_ratio_holds_for_all_themes():
    """The mutant of H4: with everything seen twice as often, common themes differ by more than rare ones."""
    of = ThemeWorld(world=World(locations=40, shoppers=20, rate_ratio=2.0), share=0.8)
    assert list(misses(judged(themes(of, 150, 15, nobody)), "strict")) == []
    broken = themes(of, 150, 15, nobody, method=lambda _found, additive: additive)
    assert any("supported" in what for what in misses(judged(broken), "strict"))


def test_the_worlds_of_severity_themes_and_moments_are_as_true_as_they_say():
    """Means over many places and people: equally grave; one ratio of ratios; the block drawn at random."""
    random = np.random.default_rng(7)
    large = World(locations=600, shoppers=600, rate_ratio=1.5)
    alike = SeverityWorld(ticked=ProblemWorld(world=World(locations=600, shoppers=600)))
    paired, grave = alike.draw(random)
    assert grave[paired.complainant].mean() == pytest.approx(grave[~paired.complainant].mean(), abs=0.06)
    paired, focus, others = ThemeWorld(world=large, focus_ratio=1.25).draw(random)
    ratios = [y[paired.complainant].mean() / y[~paired.complainant].mean() for y in (focus, others)]
    assert ratios[0] / ratios[1] == pytest.approx(1.25, abs=0.08)
    paired, moments, known = BeyondWorld(world=large, asked=0.5).draw(random)
    assert known.mean() == pytest.approx(0.5, abs=0.03)
    assert not moments[known == 0].any()


def test_every_part_has_seeds_of_its_own():
    begins = {name: first_seed(name) for name in PARTS}
    assert begins["nothing"] == settings.FIRST_SEED
    assert begins["matched_power"] - begins["matched"] == len(settings.matched_settings())
    assert begins["power"] - begins["problems"] > len(settings.BY_PROBLEM)


@pytest.mark.parametrize(
    ("counts", "rule", "missed"),
    [
        ({"false supported": Counted(56, 1500)}, "strict", False),
        ({"false supported": Counted(70, 1500)}, "strict", True),
        ({"false supported": Counted(70, 1500)}, "lenient", False),
        ({"false supported": Counted(160, 1500)}, "lenient", True),
        ({"coverage": Counted(1380, 1500)}, "strict", False),
        ({"coverage": Counted(1370, 1500)}, "strict", True),
        ({"coverage": Counted(1000, 1500)}, "lenient", False),
        ({"false equivalent": Counted(120, 1500)}, "strict", True),
        ({"family-wise": Counted(100, 1500)}, "strict", True),
        ({"family-wise": Counted(75, 1500)}, "strict", False),
    ],
)
def test_a_limit_is_missed_only_by_a_whole_interval(counts, rule, missed):
    assert bool(list(misses(counts, rule))) is missed


@pytest.mark.parametrize(("hits", "of"), [(0, 50), (1, 50), (27, 1500), (50, 50)])
def test_at_the_ends_of_an_exact_interval_the_count_is_just_possible(hits, of):
    """Clopper and Pearson: at either end, so large (or so small) a count has the chance of one in forty."""
    low, high = Counted(hits, of).interval
    assert stats.binom.sf(hits - 1, of, low) == pytest.approx(0.025 if hits else 1)
    assert stats.binom.cdf(hits, of, high) == pytest.approx(0.025 if hits < of else 1)


def test_every_setting_falls_under_the_rule_that_its_numbers_ask_for():
    worlds = [
        *((s.world, 0.0, s.rule) for s in (*settings.NOTHING_TRUE, *settings.AT_THE_MARGIN)),
        *((s.world.world, 0.0, s.rule) for s in settings.matched_settings()),
    ]
    for world, _, rule in worlds:
        large = max(world.sd_location, world.sd_effect, world.sd_shopper, world.sd_day) > 0.3
        assert rule == ("lenient" if large or world.shoppers < 10 else "strict"), described(world)


def test_the_true_matched_difference_is_what_many_studies_show():
    of = ProblemWorld(world=World(locations=150, shoppers=100, rate_ratio=1.5), sd_habit=0.5, items=20)
    random = np.random.default_rng(6)
    found = []
    for _ in range(40):
        paired, seen = simulate_ticks(of, random)
        found.append(
            matched_difference_of_codes(
                location=paired.location,
                cell=paired.cell,
                shopper=paired.shopper,
                complainant=paired.complainant,
                ticked=seen,
            ).difference
        )
    error = np.std(found, ddof=1) / math.sqrt(len(found))
    assert abs(np.mean(found) - true_matched_difference(of)) < 3.5 * error
    assert true_matched_difference(without_matched_difference(of)) == pytest.approx(0, abs=1e-9)


def test_ticks_are_alike_where_people_differ_alike():
    of = ProblemWorld(world=World(locations=400, shoppers=400), sd_habit=0.4, items=10)
    paired, seen = simulate_ticks(of, np.random.default_rng(2))
    shares = [seen[side].mean(axis=0) for side in (paired.complainant, ~paired.complainant)]
    assert np.abs(shares[0] - shares[1]).max() < 0.03


def test_ratios_of_single_problems_reach_those_only():
    of = ProblemWorld(world=World(locations=300, shoppers=300), items=6, ratios=(3.0,))
    paired, seen = simulate_ticks(of, np.random.default_rng(2))
    shares = [seen[side].mean(axis=0) for side in (paired.complainant, ~paired.complainant)]
    assert shares[0][0] > 2 * shares[1][0]
    assert np.abs(shares[0] - shares[1])[1:].max() < 0.04
