"""Robustness checks: what passes, what fails, what is not estimable; and none ends a comparison."""

import math
import re

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings

from analysis import Tables, compare
from analysis.checks.all_checks import CHECKS
from analysis.reliability import alpha, g_study, omega
from tests.analysis.studies import rich_studies, study

FEW = {"resamples": 99}


def checks(responses, sightings):
    result = compare(Tables(responses, sightings), FEW)
    return {check.id: check for check in result.checks}, result


def with_controls(*, controls=0.3, bogus=0.05, excess=0.0, extra=2):
    """Complainants tick controls and bogus items `excess` more often than shoppers do."""
    responses, sightings = study(places=16, shoppers=10, per_cell=4, extra=extra)
    random = np.random.default_rng(8)
    responses = responses.assign(items_shown=5, controls_shown=2, bogus_shown=3)
    more = np.where(responses["arm"] == "complainant", excess, 0.0)
    ticks = [
        pd.DataFrame({"response_id": responses["response_id"][chosen], "problem": code, "theme": theme})
        for theme, share, codes in (("control", controls, "ab"), ("bogus", bogus, "xyz"))
        for code in codes
        for chosen in [random.random(len(responses)) < share + more]
    ]
    return responses, pd.concat([sightings.assign(theme="reach"), *ticks])


def test_negative_controls_pass_where_both_sources_tick_them_alike():
    found, result = checks(*with_controls())
    assert found["negative_controls"].status == "passed"
    assert result.flags.negative_control_ok is True
    assert result.to_dict()["flags"]["negative_control_ok"] is True


def test_negative_controls_fail_where_one_source_ticks_everything_more_often():
    found, result = checks(*with_controls(excess=0.4))
    assert found["negative_controls"].status == "failed"
    assert result.flags.negative_control_ok is False


def test_controls_never_ticked_cover_zero():
    found, _ = checks(*with_controls(controls=0, bogus=0))
    assert found["negative_controls"].status == "passed"


def test_without_a_finding_controls_are_not_informative():
    assert checks(*with_controls(extra=0))[1].flags.negative_control_ok is None


def test_problems_without_bogus_items_are_y_minus_what_such_ticking_would_make():
    responses, sightings = with_controls(excess=0.2)
    found, result = checks(responses, sightings)
    estimates = {row[0]: row[1] for row in found["negative_controls"].rows}
    k = 5 - result.difference.shoppers_mean
    assert estimates["y without bogus"] == pytest.approx(result.difference.estimate - k * estimates["bogus"])


def test_careless_ticking_and_suspicion_leave_responses_out():
    responses, sightings = with_controls(excess=0.3)
    responses["recognised"] = np.where(responses["arm"] == "shopper", "no", "")
    responses.loc[responses.index[responses["arm"] == "shopper"][:5], "recognised"] = "yes"
    found, _ = checks(responses, sightings)
    bogus = sightings.loc[sightings["theme"] == "bogus", "response_id"].nunique()
    assert f"({bogus} responses left out)" in found["careless_ticking"].sentence
    assert "(5 responses left out)" in found["recognised"].sentence


def test_an_answer_that_hangs_on_one_place_fails():
    responses, sightings = study(places=6, shoppers=4, per_cell=3, extra=0)
    complainants = responses["arm"] == "complainant"
    alone = responses.loc[complainants & (responses["location"] == "L0"), "response_id"]
    rest = responses.loc[complainants & (responses["location"] != "L0"), "response_id"]
    kept = sightings[~(sightings["response_id"].isin(rest) & (sightings["problem"] == "long_wait"))]
    many = pd.DataFrame([(name, f"p{n}") for name in alone for n in range(9)], columns=["response_id", "problem"])
    found, result = checks(responses, pd.concat([kept, many]))
    assert result.difference.estimate > 0
    assert found["leave_one_location_out"].status == "failed"
    assert "without L0" in found["leave_one_location_out"].sentence
    assert checks(*study(places=6))[0]["leave_one_location_out"].status == "passed"


def test_dose_response_is_the_slope_within_cells():
    responses, sightings = study(places=8, shoppers=6, per_cell=4)
    responses["stake"] = np.arange(len(responses)) % 5
    found, _ = checks(responses, sightings)
    genuine = responses[responses["arm"] == "complainant"].copy()
    genuine["y"] = genuine["response_id"].map(sightings.groupby("response_id").size())
    within = genuine[["stake", "y"]] - genuine.groupby("location")[["stake", "y"]].transform("mean")
    slope = (within["stake"] * within["y"]).sum() / (within["stake"] ** 2).sum()
    assert found["dose_response"].rows[0][1] == pytest.approx(slope)


def test_stakes_must_overlap():
    responses, sightings = study(places=8, shoppers=6, per_cell=4)
    even = responses.assign(stake=np.tile([2, 8], len(responses) // 2))
    assert checks(even, sightings)[0]["severity_overlap"].status == "passed"
    apart = even.assign(stake=even["stake"] + np.where(even["arm"] == "complainant", 4, 0))
    assert checks(apart, sightings)[0]["severity_overlap"].status == "failed"


def test_what_the_data_do_not_allow_says_why():
    found, _ = checks(*study())
    for identity, column in (("dose_response", "stake"), ("recognised", "recognised"), ("routes", "route")):
        assert found[identity].sentence == f"Not estimable: there is no column `{column}`."
        assert found[identity].status == "informational"


@settings(max_examples=25, deadline=None)
@given(rich_studies())
def test_no_study_makes_a_check_fail_to_answer(drawn):
    found, result = checks(*drawn)
    assert list(found) == [check.id for check in CHECKS]
    for check in found.values():
        assert check.status in ("passed", "failed", "informational")
        assert check.sentence.endswith(".")
        assert not re.search(r"\b(nan|inf)\b", check.sentence)
        assert all(len(row) <= len(check.columns) for row in check.rows)
    if not math.isfinite(result.difference.se):
        assert found["sensitivity_range"].status == "informational"


def in_time(*, shift=0, extra=2):
    """Two shoppers and two complainants a place and scenario; complaints come `shift` days after the visits."""
    responses, sightings = study(places=16, shoppers=10, per_cell=4, extra=extra)
    number = np.arange(len(responses))
    late = np.where(responses["arm"] == "complainant", shift, 0)
    days = pd.Timestamp("2026-03-01") + pd.to_timedelta(number % 4 + late, unit="D")
    grave = np.where(responses["arm"] == "complainant", 6, 3) + number % 5
    return responses.assign(
        scenario=np.where(number % 2, "bill", "return"),
        visited_on=days.strftime("%Y-%m-%d"),
        stake=grave,
        period="spring",
    ), sightings


def test_pairs_close_in_time_find_what_all_find():
    found, result = checks(*in_time())
    pairs, days, estimate, low, high = found["matched_pairs"].rows[0]
    assert pairs == 64
    assert days <= 3
    assert low < estimate < high
    assert estimate == pytest.approx(result.difference.estimate)
    assert found["matched_pairs"].status == "passed"


def test_pairs_further_apart_than_the_caliper_are_no_pairs():
    within, beyond = (checks(*in_time(shift=shift))[0]["matched_pairs"] for shift in (27, 34))
    assert within.status == "passed"
    assert beyond.sentence == "Not estimable: no two responses are alike and within 30 days."
    without, _ = checks(*study(places=8))
    assert "`visited_on`" in without["matched_pairs"].sentence


def test_one_shopper_in_many_pairs_counts_as_one_person():
    """The pairs are judged by the two-way method: with few shoppers the interval is wider than the pairs say."""
    responses, sightings = in_time()
    two = np.where(responses.index % 2, "S1", "S2")
    few = responses.assign(shopper=np.where(responses["shopper"] == "", "", two))
    wide, narrow = (checks(table, sightings)[0]["matched_pairs"].rows[0] for table in (few, responses))
    assert wide[4] - wide[3] > narrow[4] - narrow[3]


def test_weights_make_both_sources_alike_in_what_is_known():
    found, _ = checks(*in_time())
    said = found["overlap_weights"].sentence
    before, after = re.search(r"was (\S+) standard deviations before, (\S+) after", said).groups()
    assert float(before) > 1
    assert float(after) < 0.01
    assert found["overlap_weights"].status == "informational"


def test_weights_take_away_a_difference_that_the_stake_explains():
    """Everybody sees one problem, and one more where much is at stake; complainants have more at stake."""
    random = np.random.default_rng(3)
    responses, _ = study(places=20, shoppers=10, per_cell=6)
    much = random.random(len(responses)) < np.where(responses["arm"] == "complainant", 0.7, 0.3)
    ticks = pd.concat(
        [
            pd.DataFrame({"response_id": responses["response_id"], "problem": "rude"}),
            pd.DataFrame({"response_id": responses["response_id"][much], "problem": "long_wait"}),
        ]
    )
    found, result = checks(responses.assign(stake=np.where(much, 9, 1)), ticks)
    _, estimate, *_interval = found["overlap_weights"].rows[0]
    assert result.difference.estimate > 0.25
    assert estimate == pytest.approx(0, abs=1e-9)


def test_the_size_of_chunks_changes_no_single_response():
    tables = Tables(*in_time())
    found = [compare(tables, FEW, chunk=chunk).to_dict()["checks"] for chunk in (7, 10_000)]
    assert found[0] == found[1]


def mirrored(*, drawn="by_lot"):
    """Every second shopper's visit replays a complaint of its own place."""
    responses, sightings = in_time()
    shopper = responses["arm"] == "shopper"
    partner = responses["response_id"].str.replace("s", "c", n=1)
    replayed = shopper & responses["response_id"].str.endswith(("0", "2"))
    return responses.assign(
        mirror_of=partner.where(replayed, ""), mirror_draw=np.where(replayed, drawn, "")
    ), sightings


def test_mirrors_drawn_by_lot_are_compared_in_pairs():
    responses, sightings = mirrored()
    found, _ = checks(responses, sightings)
    pairs, estimate, low, high = found["mirrors"].rows[0]
    y = sightings.groupby("response_id").size().reindex(responses["response_id"], fill_value=0)
    of_pairs = responses[responses["mirror_of"] != ""]
    by_hand = y[of_pairs["mirror_of"]].to_numpy() - y[of_pairs["response_id"]].to_numpy()
    by_place = pd.Series(by_hand).groupby(of_pairs["location"].to_numpy()).mean()
    assert pairs == 32
    assert estimate == pytest.approx(by_place.mean())
    assert low < estimate < high


def test_mirrors_that_were_chosen_are_not_compared():
    assert "drawn by lot" in checks(*mirrored(drawn="no"))[0]["mirrors"].sentence
    responses, sightings = mirrored()
    elsewhere = responses.assign(mirror_of=np.where(responses["mirror_of"] == "", "", "nowhere"))
    assert "Not estimable" in checks(elsewhere, sightings)[0]["mirrors"].sentence


def test_the_net_promoter_score_is_shown_by_hand():
    responses, sightings = study(places=8, shoppers=8)
    score = np.where(responses["arm"] == "complainant", 3, np.where(responses.index % 2, 9, 7))
    found, _ = checks(responses.assign(recommend=score), sightings)
    _, estimate, _low, _high = found["net_promoter"].rows[0]
    assert estimate == pytest.approx(-150)
    assert found["net_promoter"].status == "informational"
    assert "−100 for complainants and 50 for mystery shoppers" in found["net_promoter"].sentence


def test_worst_case_bounds_need_to_know_how_many_were_asked():
    responses, sightings = study(places=8, shoppers=8, extra=2)
    tables = Tables(responses.assign(items_shown=10), sightings)
    n = int((responses["arm"] == "complainant").sum())

    def bounds(asked):
        result = compare(tables, FEW | {"asked": {"complainants": asked}})
        return next(check for check in result.checks if check.id == "non_response"), result.difference

    everybody, difference = bounds(n)
    assert everybody.rows[0][1:] == pytest.approx((difference.estimate, difference.estimate))
    assert everybody.status == "passed"
    half, _ = bounds(2 * n)
    mean = difference.complainants_mean / 2 - difference.shoppers_mean
    assert half.rows[0][1:] == pytest.approx((mean, mean + 5))
    assert half.status == "passed"
    few, _ = bounds(4 * n)
    assert few.rows[0][1] < 0
    assert few.status == "informational"
    assert "more people answered" in bounds(n - 1)[0].sentence
    assert "not known" in checks(responses, sightings)[0]["non_response"].sentence


def with_battery(*, noise):
    """Three items that share one thing, and two of yes and no."""
    responses, sightings = study(places=20, shoppers=10, per_cell=4)
    random = np.random.default_rng(6)
    common = random.normal(size=len(responses))
    items = {
        f"h2h_{name}": np.rint(4 + 1.5 * common + random.normal(scale=noise, size=len(responses))).astype(int)
        for name in ("heard", "warm", "solved")
    }
    yes = {f"duty_{name}": np.where(common > 0, "yes", "no") for name in ("example", "trust")}
    return responses.assign(**items, **yes), sightings


def test_batteries_are_measured_by_side():
    responses, sightings = with_battery(noise=0.5)
    found, _ = checks(responses, sightings)
    rows = {(row[0], str(row[1])): row[2:] for row in found["measurement"].rows}
    assert set(rows) == {(name, side) for name in ("h2h", "duty") for side in ("complainants", "mystery shoppers")}
    items = responses.filter(regex="^h2h_")
    for arm, side in (("complainant", "complainants"), ("shopper", "mystery shoppers")):
        own = items[responses["arm"] == arm]
        assert rows["h2h", side] == pytest.approx((len(own), alpha(own), omega(own)))
        assert rows["duty", side][1] == pytest.approx(1)
    assert found["measurement"].status == "passed"


def test_a_battery_that_measures_nothing_in_common_fails():
    found, _ = checks(*with_battery(noise=8))
    assert found["measurement"].status == "failed"


def test_no_battery_a_constant_one_and_one_with_gaps():
    responses, sightings = study(places=8, shoppers=8)
    assert "no battery" in checks(responses, sightings)[0]["measurement"].sentence
    same = responses.assign(item_a="4", item_b="4")
    assert "all answers are the same" in checks(same, sightings)[0]["measurement"].sentence
    gaps = with_battery(noise=0.5)[0]
    gaps.loc[gaps.index[:10], "h2h_warm"] = None
    counted = checks(gaps.astype({"h2h_warm": "Int64"}), with_battery(noise=0.5)[1])[0]["measurement"].rows
    assert sum(row[2] for row in counted if row[0] == "h2h") == len(gaps) - 10


def test_dependability_is_that_of_the_g_study_and_of_equal_cost():
    responses, sightings = study(places=14, shoppers=7, per_cell=4)
    cost = np.where(responses["arm"] == "shopper", 30.0, 10.0)
    found, _ = checks(responses.assign(cost=cost), sightings)
    rows = {str(row[0]): row[1:] for row in found["dependability"].rows}
    y = sightings.groupby("response_id").size().reindex(responses["response_id"], fill_value=0).to_numpy()
    own = responses.assign(y=y)
    for arm, side, shopper in (("complainant", "complainants", None), ("shopper", "mystery shoppers", "shopper")):
        expected = g_study(own[own["arm"] == arm], score="y", location="location", shopper=shopper)
        assert rows[side][0] == pytest.approx(expected.location)
        assert rows[side][3] == pytest.approx(expected.phi(1))
        assert rows[side][4] == pytest.approx(expected.phi(3 if shopper is None else 1))
    assert "buys 3.0 complainants' responses" in found["dependability"].sentence
    assert "10 places" in checks(*study(places=6))[0]["dependability"].sentence


def test_zeros_put_back_are_shown_by_hand():
    responses, sightings = study(places=8, shoppers=8, extra=2)
    found, _ = checks(responses, sightings)
    check = found["zero_truncation"]
    counts = sightings.groupby("response_id").size().reindex(responses["response_id"], fill_value=0).to_numpy()
    theirs = (responses["arm"] == "complainant").to_numpy()
    mean = counts[theirs].mean()
    _, estimate, low, high = check.rows[0]
    with_zeros = estimate + counts[~theirs].mean()
    assert with_zeros / (1 - math.exp(-with_zeros)) == pytest.approx(mean)
    assert low < estimate < high
    assert check.status == "informational"
