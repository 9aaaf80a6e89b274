"""What must hold for any study whatever."""

import json

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis import Tables, compare
from analysis.discovery import coverage, rarefaction, size_at_coverage
from analysis.inference import sign_flip, verdict
from tests.analysis.studies import studies, tables

laws = settings(max_examples=60, deadline=None)


def estimates(responses, sightings, plan=None):
    result = compare(Tables(responses, sightings), plan).difference
    return np.array([result.estimate, result.variance_location])


@laws
@given(studies())
def test_swapping_the_arms_flips_the_sign(drawn):
    responses, sightings = drawn
    swapped = responses.assign(
        arm=responses["arm"].map({"shopper": "complainant", "complainant": "shopper"}), shopper=""
    )
    plain, flipped = estimates(responses, sightings), estimates(swapped, sightings)
    assert flipped[0] == pytest.approx(-plain[0], abs=1e-12, nan_ok=True)
    assert flipped[1] == pytest.approx(plain[1], abs=1e-12, nan_ok=True)


@laws
@given(studies(), st.randoms(use_true_random=False))
def test_the_order_of_rows_changes_no_byte(drawn, random):
    responses, sightings = drawn
    shuffled = [table.sample(frac=1, random_state=random.randrange(2**31)) for table in drawn]
    written = [json.dumps(compare(Tables(*pair)).to_dict()) for pair in ((responses, sightings), shuffled)]
    assert written[0] == written[1]


@laws
@given(studies())
def test_irrelevant_columns_change_no_number(drawn):
    responses, sightings = drawn
    wider = responses.assign(q1="5", minutes=3.5, story="It rained.")
    plain, more = (compare(Tables(table, sightings)).to_dict() for table in (responses, wider))
    del plain["provenance"], more["provenance"]
    assert plain == more


@laws
@given(studies())
def test_a_problem_nobody_saw_changes_nothing(drawn):
    """Outcomes and controls that were seen, and bogus items, leave the handling untouched as well."""
    responses, sightings = drawn
    unseen = pd.DataFrame(
        {
            "response_id": responses["response_id"],
            "problem": "office_abroad",
            "theme": "bogus",
        }
    )
    wider = pd.concat([sightings.assign(theme="reach"), unseen])
    assert np.array_equal(estimates(responses, sightings), estimates(responses, wider), equal_nan=True)


@laws
@given(studies())
def test_duplicating_every_location_leaves_the_estimate(drawn):
    responses, sightings = drawn
    twin = responses.assign(
        response_id="twin-" + responses["response_id"], location="twin-" + responses["location"]
    )
    twin_sightings = sightings.assign(response_id="twin-" + sightings["response_id"])
    doubled = estimates(pd.concat([responses, twin]), pd.concat([sightings, twin_sightings]))
    assert doubled[0] == pytest.approx(estimates(responses, sightings)[0], abs=1e-12, nan_ok=True)


@laws
@given(studies())
def test_a_location_with_one_arm_is_dropped_and_counted(drawn):
    responses, sightings = drawn
    lone = pd.DataFrame(
        {"response_id": ["x", "y"], "arm": "complainant", "location": "Lonely", "scenario": "bill"}
    )
    before = compare(Tables(responses, sightings))
    after = compare(Tables(pd.concat([responses, lone]).fillna(""), sightings))
    assert after.difference.estimate == pytest.approx(before.difference.estimate, nan_ok=True)
    counts = [row.count for row in after.dropped if row.table == "responses"]
    assert sum(counts) == sum(row.count for row in before.dropped if row.table == "responses") + 2
    assert any(row.table == "locations" and "complainant" in row.reason for row in after.dropped)


@laws
@given(studies())
def test_every_response_is_compared_or_counted_as_dropped(drawn):
    responses, sightings = drawn
    result = compare(Tables(responses, sightings))
    dropped = sum(row.count for row in result.dropped if row.table == "responses")
    assert result.difference.responses + dropped == len(responses)


counts_and_units = st.integers(1, 30).flatmap(
    lambda units: st.tuples(st.lists(st.integers(0, units), min_size=1, max_size=12), st.just(units))
)


@laws
@given(counts_and_units)
@pytest.mark.filterwarnings("ignore")
def test_curves_never_fall_and_keep_their_bounds(drawn):
    counts, units = drawn
    sizes = np.linspace(0, 2 * units, 41)
    found, covered = rarefaction(counts, units, sizes), coverage(counts, units, sizes)
    assert (np.diff(found) >= -1e-9).all()
    assert found[0] == pytest.approx(0)
    if sum(counts):
        assert (np.diff(covered) >= -1e-9).all()
        assert ((covered >= -1e-12) & (covered <= 1 + 1e-12)).all()
        assert rarefaction(counts, units, [units])[0] == pytest.approx(np.count_nonzero(counts))


@laws
@given(counts_and_units, st.floats(0.01, 0.99))
@pytest.mark.filterwarnings("ignore")
def test_size_at_coverage_inverts_coverage(drawn, target):
    counts, units = drawn
    size = size_at_coverage(counts, units, target)
    if np.isfinite(size) and size <= 20 * units:
        assert coverage(counts, units, [size])[0] == pytest.approx(target, abs=1e-9)


@laws
@given(st.lists(st.floats(-5, 5, allow_subnormal=False), min_size=1, max_size=12))
def test_sign_flip_is_a_probability_and_blind_to_order_and_sign(differences):
    result = sign_flip(differences)
    assert 0 < result.p_value <= 1
    assert result.p_value == sign_flip(differences[::-1]).p_value
    assert result.p_value == pytest.approx(sign_flip([-d for d in differences]).p_value)


@laws
@given(st.floats(-3, 3), st.floats(0.01, 2), st.floats(1, 40), st.floats(0.05, 2))
def test_mirrored_estimates_get_mirrored_verdicts(estimate, se, df, margin):
    mirror = {"supported": "reversed", "reversed": "supported"}
    word = verdict(estimate, se, df, margin)
    assert verdict(-estimate, se, df, margin) == mirror.get(word, word)


def test_fingerprint_knows_the_data_and_nothing_else():
    plain = tables()
    shuffled = Tables(plain.responses[::-1], plain.sightings[::-1])
    changed = Tables(plain.responses.assign(minutes=1.0), plain.sightings)
    assert plain.fingerprint() == shuffled.fingerprint() != changed.fingerprint()
