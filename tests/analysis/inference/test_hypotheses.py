"""H2 to H10: each against the long way, by hand, and in the fixed order."""

import math
import re
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from scipy import stats

from analysis import Plan, Tables, compare
from analysis.discovery import matched_difference
from analysis.documents.hypothesis_wording import step_sentence
from analysis.inference import two_way
from analysis.inference.cost_and_time import cost_and_time
from analysis.inference.family import by_holm
from analysis.inference.outcome_table import context_of, outcome_table
from analysis.inference.sums import add_up, lay_out
from analysis.inference.witnesses import rank_correlation
from analysis.shapes.hypotheses import HypothesisResult
from tests.analysis.studies import PROBLEMS, rich_studies, studies, study

laws = settings(max_examples=25, deadline=None)
FEW = {"resamples": 199}
THEMES = {"long_wait": "reach", "no_reply": "reach", "unclear": "noise", "wrong_info": "noise", "rude": "attitude"}


def hypotheses(responses, sightings, plan=None):
    found = compare(Tables(responses, sightings), {**FEW, **(plan or {})})
    return {row.id: row for row in found.hypotheses}


def ticked(responses, sightings):
    table = pd.crosstab(sightings["response_id"], sightings["problem"]) > 0
    return table.reindex(responses["response_id"], fill_value=False).to_numpy(dtype=bool)


@laws
@given(studies())
def test_h2_from_sums_is_h2_from_responses(drawn):
    responses, sightings = drawn
    found = compare(Tables(responses, sightings), FEW).matched
    rows = responses.rename(columns={"scenario": "cell"})
    direct = matched_difference(rows, ticked(responses, sightings))
    for name in ("difference", "se", "df", "locations", "locations_of", "effective_shoppers"):
        assert getattr(found, name) == pytest.approx(getattr(direct, name), abs=1e-12, nan_ok=True), name
    assert found.described == direct.described


def with_severity():
    responses, sightings = study(places=8, shoppers=6, per_cell=3)
    random = np.random.default_rng(5)
    sightings["severity"] = random.integers(1, 5, len(sightings)).astype(float)
    sightings.loc[random.random(len(sightings)) < 0.3, "severity"] = np.nan
    return responses, sightings


def test_h3_is_the_two_way_method_on_the_highest_known_severity():
    responses, sightings = with_severity()
    highest = sightings.groupby("response_id")["severity"].max()
    named = responses["response_id"].isin(sightings["response_id"])
    outcome = responses["response_id"].map(highest).where(named, 0)
    direct = two_way(responses.assign(gravest=outcome), "gravest")
    found = hypotheses(responses, sightings)["H3"]
    assert found.estimate == pytest.approx(direct.estimate)
    assert found.ci95 == pytest.approx(direct.ci95)
    assert found.numbers["without_severity"] == outcome.isna().sum() > 0


def ratio_study(focus, others, *, places=12):
    """Shoppers see 2 problems of each kind in four responses, complainants so many in the same places."""
    rows, seen = [], []
    for place in range(places):
        for arm, tally in (("shopper", (2, 2)), ("complainant", (focus, others))):
            for number in range(4):
                name = f"{place}-{arm}-{number}"
                rows.append((name, arm, f"L{place}", f"S{(place + number) % 6}" if arm == "shopper" else ""))
                # Each place shifts who sees what, so that places differ a little.
                seen += [
                    (name, f"{theme}{code}", theme)
                    for theme, many in zip(("noise", "reach"), tally, strict=True)
                    for code in range(4)
                    if (number * 4 + code + place) % 8 < many
                ]
    return (
        pd.DataFrame(rows, columns=["response_id", "arm", "location", "shopper"]),
        pd.DataFrame(seen, columns=["response_id", "problem", "theme"]),
    )


def test_h4_is_the_ratio_of_ratios():
    responses, sightings = ratio_study(6, 3)
    found = hypotheses(responses, sightings)["H4"]
    assert found.numbers["ratio_focus"] == pytest.approx(3)
    assert found.numbers["ratio_others"] == pytest.approx(1.5)
    assert found.estimate == pytest.approx(math.log(2))


def test_h4_is_nothing_where_everything_is_seen_as_many_times_as_often():
    responses, sightings = ratio_study(4, 4)
    responses = responses.assign(shopper=responses["shopper"])
    # Halve what is common: the differences of the two kinds now differ, the ratios do not.
    rare = sightings[~((sightings["theme"] == "reach") & (sightings["problem"].str[-1].isin(["1", "3"])))]
    found = hypotheses(responses, rare)["H4"]
    assert found.estimate == pytest.approx(0, abs=1e-12)
    assert found.numbers["additive"] > 0.1


def test_h6_counts_zeros_and_leaves_places_out_one_at_a_time():
    responses = pd.DataFrame(
        {
            "response_id": list("abcdefgh"),
            "arm": ["complainant", "customer"] * 4,
            "location": list("AABBCCDD"),
            "felt": [-2, 2, -1, 1, -3, 3, -1, 2],
            "told_people": [10, 0, 0, 2, 8, 1, 2, 1],
        }
    )
    found = hypotheses(responses, pd.DataFrame({"response_id": [], "problem": []}))["H6"]
    assert found.estimate == pytest.approx((20 / 4) / (4 / 4))
    bad, good = np.array([10, 0, 8, 2]), np.array([0, 2, 1, 1])
    left = np.log((bad.sum() - bad) / 3) - np.log((good.sum() - good) / 3)
    half = stats.t.ppf(0.975, 3) * math.sqrt(3 / 4 * ((left - left.mean()) ** 2).sum())
    assert found.ci95 == pytest.approx((5 * math.exp(-half), 5 * math.exp(half)))
    assert "article" in found.sentence


def test_h7_compares_within_cells_only():
    responses = pd.DataFrame(
        {
            "response_id": list("abcdefg"),
            "arm": "complainant",
            "location": list("AAABBCC"),
            "scenario": ["bill", "bill", "return", "bill", "bill", "bill", "return"],
            "felt": [1, -1, 3, 0, -3, 3, -3],
            "apologised": ["yes", "no", "yes", "yes", "no", "yes", "no"],
        }
    )
    found = hypotheses(responses, pd.DataFrame({"response_id": [], "problem": []}))["H7"]
    assert found.estimate == pytest.approx((2 + 3) / 2)
    assert found.locations == 2
    assert "does not say that the apology did it" in found.sentence


def test_h8_takes_only_who_was_asked():
    responses, sightings = study(places=8, shoppers=6, per_cell=4)
    responses["beyond_answered"] = ["yes", "no"] * (len(responses) // 2)
    moments = pd.DataFrame(
        {"response_id": responses["response_id"][::3], "problem": "small_deed", "theme": "beyond"}
    )
    found = hypotheses(responses, pd.concat([sightings, moments]))["H8"]
    asked = responses[responses["beyond_answered"] == "yes"]
    direct = two_way(
        asked.assign(moments=asked["response_id"].isin(moments["response_id"]).astype(int)), "moments"
    )
    assert found.estimate == pytest.approx(direct.estimate)
    assert found.responses == len(asked)


def test_h9_finds_a_u_where_there_is_one():
    felt = [-3, -2, -1, 0, 1, 2, 3] * 6
    responses = pd.DataFrame(
        {
            "response_id": [str(n) for n in range(len(felt))],
            "arm": "customer",
            "location": [f"L{n % 6}" for n in range(len(felt))],
            "felt": felt,
            "trace": [1 + value * value - (0.5 if n % 5 == 0 else 0) for n, value in enumerate(felt)],
        }
    )
    found = hypotheses(responses, pd.DataFrame({"response_id": [], "problem": []}))["H9"]
    direct = np.polyfit(responses["felt"], responses["trace"], 2)[0]
    assert found.estimate == pytest.approx(direct)
    assert found.ci95[0] > 0


def test_rank_correlation_is_spearmans_with_ties_and_resamples_clusters():
    random = np.random.default_rng(2)
    first, second = random.integers(0, 5, 60), random.integers(0, 5, 60)
    second = second + first
    estimate, (low, high) = rank_correlation(first, second, resamples=999)
    assert estimate == pytest.approx(stats.spearmanr(first, second).statistic)
    assert low < estimate < high
    # Every unit five times over is no more knowledge: by clusters the interval stays, by units it would shrink.
    again, units = np.repeat(np.arange(60), 5), np.arange(300)
    clustered = rank_correlation(first[again], second[again], cluster=again, resamples=999)[1]
    naive = rank_correlation(first[again], second[again], cluster=units, resamples=999)[1]
    assert clustered == pytest.approx((low, high))
    assert naive[1] - naive[0] < 0.6 * (high - low)


def test_h10_says_why_the_places_themselves_cannot_be_ranked():
    responses, sightings = study(places=8, shoppers=6)
    one_each = responses.assign(shopper=responses["location"].where(responses["arm"] == "shopper", ""))
    assert "one shopper only" in hypotheses(one_each, sightings)["H10"].sentence
    assert "no shopper ids" in hypotheses(responses.drop(columns="shopper"), sightings)["H10"].sentence
    assert "reliability" in hypotheses(responses, sightings)["H10"].sentence


def dependable_places(*, seed=1, places=40, per_arm=30):
    """Places differ much more than what people happen to see there."""
    random = np.random.default_rng(seed)
    rows, seen = [], []
    codes = [f"p{n:02d}" for n in range(12)]
    for place in range(places):
        rate = (1 + place) / (places + 2)
        for arm in ("shopper", "complainant"):
            for number in range(per_arm):
                name = f"{place}-{arm}-{number}"
                rows.append((name, arm, f"L{place:02d}", f"S{number % 6}" if arm == "shopper" else ""))
                seen += [(name, code) for code in codes if random.random() < rate]
    return (
        pd.DataFrame(rows, columns=["response_id", "arm", "location", "shopper"]),
        pd.DataFrame(seen, columns=["response_id", "problem"]),
    )


def test_h10_takes_the_noise_of_the_means_away():
    ranks = compare(Tables(*dependable_places(per_arm=4)), FEW).ranks
    assert ranks.reason is None
    assert ranks.observed < ranks.places <= 1
    assert ranks.places_ci95[0] > 0.9
    assert ranks.reliability_shoppers > 0.8


def test_one_after_the_other_only_while_the_interval_lies_above_zero():
    strong = hypotheses(*with_severity())
    assert strong["H1"].verdict == strong["H2"].verdict == "supported"
    assert strong["H3"].tested
    responses, sightings = study(places=8, shoppers=6, per_cell=3, extra=0)
    weak = hypotheses(responses, sightings.assign(severity=np.arange(len(sightings)) % 4 + 1))
    assert weak["H1"].ci95[0] <= 0
    for identity in ("H2", "H3"):
        assert weak[identity].verdict is None
        assert not weak[identity].tested
        assert math.isfinite(weak[identity].estimate)
        assert "tested only if" in weak[identity].sentence


def test_h2_never_says_that_there_is_no_difference():
    responses, sightings = study(places=8, shoppers=6, per_cell=3)
    assert hypotheses(responses, sightings)["H2"].margin is None


def themed(*, focus, seed=3, places=12):
    """Complainants see `focus` times as much in the focus theme as shoppers, who see as much of either."""
    random = np.random.default_rng(seed)
    rows, seen = [], []
    for place in range(places):
        for arm, share in (("shopper", 0.2), ("complainant", 0.2 * focus)):
            for number in range(6):
                name = f"{place}-{arm}-{number}"
                rows.append(
                    (name, arm, f"L{place}", f"S{(place + number) % 8}" if arm == "shopper" else "", "yes")
                )
                for theme, chance in (("noise", share), ("reach", 0.2), ("beyond", share)):
                    seen += [(name, f"{theme}{n}", theme) for n in range(5) if random.random() < chance]
    return (
        pd.DataFrame(rows, columns=["response_id", "arm", "location", "shopper", "beyond_answered"]),
        pd.DataFrame(seen, columns=["response_id", "problem", "theme"]),
    )


def test_h4_and_h8_share_one_chance_of_error_between_them():
    found = hypotheses(*themed(focus=3))
    both = found["H4"], found["H8"]
    assert all(row.verdict == "supported" for row in both)
    smaller, larger = sorted(both, key=lambda row: row.p_value)
    assert smaller.p_holm == pytest.approx(2 * smaller.p_value)
    assert larger.p_holm == pytest.approx(max(larger.p_value, smaller.p_holm))
    responses, sightings = themed(focus=3)
    alone = hypotheses(responses.drop(columns="beyond_answered"), sightings)["H4"]
    assert alone.p_holm == alone.p_value


def test_holm_takes_a_word_away_that_two_looks_do_not_bear():
    one = HypothesisResult("H4", estimate=1, p_value=0.04, margin=0.2, verdict="supported", tested=True)
    other = replace(one, id="H8", p_value=0.5, verdict="inconclusive")
    assert by_holm((one, other))[0].verdict == "inconclusive"
    assert by_holm((replace(one, p_value=0.01), other))[0].verdict == "supported"


@laws
@given(rich_studies())
def test_any_study_gets_ten_hypotheses_with_a_sentence_each(drawn):
    found = hypotheses(*drawn)
    assert list(found) == [f"H{number}" for number in range(1, 11)]
    for row in found.values():
        assert row.sentence.endswith(".")
        assert not re.search(r"\bnan\b", row.sentence)
        assert row.tested is (row.verdict is not None) or row.id == "H1"
        assert math.isfinite(row.estimate) or row.reason
        assert row.verdict is None or row.id in ("H1", "H2", "H3", "H4", "H8")
        low, high = row.ci95
        assert math.isnan(low) or low <= row.estimate <= high or row.id == "H10"


def with_hired(responses, sightings):
    """Everybody acts, is hired with a need, is invited, and comes alone, at each place."""
    twins = responses[responses["arm"] == "shopper"].assign(arm="hired_real_need")
    twins["response_id"] = "n" + twins["response_id"]
    seen = sightings.assign(response_id="n" + sightings["response_id"])
    loud = responses[responses["arm"] == "complainant"].assign(route="open")
    loud["response_id"] = "l" + loud["response_id"]
    louder = sightings.assign(response_id="l" + sightings["response_id"])
    people = pd.concat([responses.assign(route="invited"), twins, loud])
    seen = pd.concat([sightings, seen, louder])
    return people, seen[seen["response_id"].isin(people["response_id"])]


def test_every_step_is_told_where_its_arms_exist():
    responses, sightings = with_hired(*study(places=8, shoppers=6, per_cell=3))
    steps = {row.step: row for row in compare(Tables(responses, sightings), FEW).steps}
    primary = compare(Tables(responses, sightings), {**FEW, "routes": ["invited"]}).difference
    assert steps["N−P"].estimate == 0
    assert steps["R−N"].estimate == pytest.approx(primary.estimate)
    assert steps["R−N"].ci95 == pytest.approx(primary.ci95)
    assert steps["L−R"].estimate == 0
    assert "Pretence" in step_sentence(steps["N−P"])


def test_where_an_arm_is_missing_its_step_is_named_and_pretence_is_not():
    steps = compare(Tables(*study()), FEW).steps
    said = [step_sentence(row) for row in steps]
    assert len(said) == 3
    assert all("missing" in line for line in said)
    assert "retence" not in " ".join(said)


def costs(**columns):
    responses, sightings = study(places=8, shoppers=6, per_cell=4)
    tables = Tables(responses.assign(**columns), sightings)
    context = context_of(tables.responses, tables.sightings, Plan())
    sums = add_up(outcome_table(tables.responses, tables.sightings, context))
    return cost_and_time(lay_out(sums), context)


def test_cost_at_equal_effort_and_equal_budget():
    responses, _ = study(places=8, shoppers=6, per_cell=4)
    price = np.where(responses["arm"] == "shopper", 30.0, 3.0)
    found = costs(cost=price, submitted_at="2026-03-01")
    effort = found.effort
    assert effort.size == 16
    assert effort.per_problem["shopper"] == pytest.approx(16 * 30 / effort.distinct["shopper"])
    assert effort.extra_cost == pytest.approx(-16 * 27)
    assert found.budget.responses == {"shopper": 16, "complainant": 32}
    assert found.budget.all_there_are == ("complainant",)
    probabilities = [share for _, share in found.acceptability]
    assert probabilities == sorted(probabilities)
    assert found.days_to_coverage["shopper"] == pytest.approx(found.responses_to_coverage["shopper"] / 32)


def test_the_price_of_one_more_is_undefined_where_there_may_be_none():
    assert "no column `cost`" in costs().reason
    responses, sightings = study(places=8, shoppers=6, per_cell=4, extra=0, seed=4)
    tables = Tables(responses.assign(cost=10.0), sightings)
    written = compare(tables, FEW).to_dict()["cost"]["equal_effort"]
    low, high = written["extra_problems"]["ci95"]
    assert low <= 0 <= high
    assert written["cost_of_one_more"]["ci95"] == "undefined"


def test_unknown_costs_of_complainants_are_nothing_and_said():
    responses, _ = study(places=8, shoppers=6, per_cell=4)
    found = costs(cost=np.where(responses["arm"] == "shopper", 30.0, np.nan))
    assert found.per_response == {"shopper": 30, "complainant": 0}
    assert any("taken as 0" in warning for warning in found.warnings)


def test_themes_add_up_to_the_primary_estimate():
    responses, sightings = study(places=8, shoppers=6, per_cell=3)
    found = compare(Tables(responses, sightings.assign(theme=sightings["problem"].map(THEMES))), FEW)
    assert sum(row.estimate for row in found.themes) == pytest.approx(found.difference.estimate)
    assert [row.theme for row in found.themes if row.in_focus] == ["noise"]
    assert set(PROBLEMS) == set(THEMES)
