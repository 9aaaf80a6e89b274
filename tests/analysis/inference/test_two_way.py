"""The primary method, by hand on a few people."""

import math

import pandas as pd
import pytest

from analysis.inference import two_way
from analysis.inference.cells import pair
from analysis.inference.two_way_variance import log_ratio_of_sums, two_way_of_pairs
from analysis.shapes import DataProblem


def table(rows):
    return pd.DataFrame(rows, columns=["arm", "location", "cell", "shopper", "y"])


#: Place A: cell 1 has shoppers s (0) and t (2), a complainant 4; cell 2 has s (1), complainants 1 and 3.
#: Place B: cell 1 has t (3), a complainant 3. Cell 3 of B has no shopper.
FIVE = table(
    [
        ("shopper", "A", "1", "s", 0),
        ("shopper", "A", "1", "t", 2),
        ("complainant", "A", "1", "", 4),
        ("shopper", "A", "2", "s", 1),
        ("complainant", "A", "2", "", 1),
        ("complainant", "A", "2", "", 3),
        ("shopper", "B", "1", "t", 3),
        ("complainant", "B", "1", "", 3),
        ("complainant", "B", "3", "", 9),
    ]
)


def test_the_difference_is_worked_by_hand():
    """A: (4 − 1) and (2 − 1), mean 2. B: 0. Delta is 1; the places' variance is ((2−1)² + (0−1)²)/1/2 = 1."""
    result = two_way(FIVE, "y")
    assert result.location_differences.to_dict() == {"A": 2.0, "B": 0.0}
    assert result.estimate == 1
    assert result.variance_location == 1


def test_the_shoppers_variance_is_worked_by_hand():
    """w: A1 1/8 each, A2 1/4, B1 1/2. d: s 4, t 2, s 1, t 0. A_s = 3/8 + 0, A_t = 1/8 − 1/2 = −3/8."""
    result = two_way(FIVE, "y")
    share = 1 / 8 + 1 / 4
    assert result.variance_shopper == pytest.approx((3 / 8) ** 2 / (1 - share) + (3 / 8) ** 2 / share)
    assert result.variance_intersection == pytest.approx((3 / 8) ** 2 + (1 / 8) ** 2 + (1 / 2) ** 2)
    assert result.effective_shoppers == pytest.approx(1 / (share**2 + (1 - share) ** 2))


def test_what_is_dropped_is_counted_with_its_reason():
    result = two_way(FIVE, "y")
    assert (result.cells, result.locations, result.responses, result.shoppers) == (3, 2, 8, 2)
    assert {(row.table, row.count) for row in result.dropped} == {("cells", 1), ("responses", 1)}


def test_other_arms_and_unknown_outcomes_are_dropped_and_counted():
    more = pd.concat([FIVE, table([("customer", "A", "1", "", 5), ("complainant", "A", "1", "", None)])])
    result = two_way(more, "y")
    assert result.estimate == 1
    assert [(row.reason, row.count) for row in result.dropped[:2]] == [
        ("arm 'customer' is not compared", 1),
        ("the outcome is not known", 1),
    ]


def test_the_ratio_compares_the_arms_means():
    """Complainants: A (4 + 2)/2 = 3, B 3; shoppers: A (1 + 1)/2 = 1, B 3. RR = 6/4."""
    assert two_way(FIVE, "y").ratio == 1.5


def test_the_log_ratio_linearises():
    """With y_C/3 and y_S/2: A: (4/3 − 1/2 + 2/3 − 1/2)/2 = 1/2, B: 1 − 3/2 = −1/2; variance (1/2)/2."""
    result = two_way_of_pairs(pair(FIVE), FIVE["y"].to_numpy(), scale="ratio")
    assert result.estimate == pytest.approx(math.log(1.5))
    assert result.variance_location == pytest.approx(0.25)


def test_one_own_shopper_a_location_needs_no_more_than_the_places():
    """METHODS: with one own shopper a location V = V_loc (1 + 1/L)."""
    rows = [
        row
        for place, seen in enumerate((1, 2, 4, 7))
        for row in (
            ("shopper", f"L{place}", "", f"s{place}", 1),
            ("complainant", f"L{place}", "", "", seen),
        )
    ]
    result = two_way(table(rows), "y")
    assert result.se**2 == pytest.approx(result.variance_location * (1 + 1 / 4))


def test_an_empty_arm_has_no_ratio():
    rows = FIVE.assign(y=[0, 0, 4, 0, 1, 3, 0, 3, 9])
    result = log_ratio_of_sums_of(rows)
    assert math.isnan(result.estimate)
    assert any("reported nothing" in warning for warning in result.warnings)


def log_ratio_of_sums_of(rows):
    from analysis.inference.cells import sum_cells  # noqa: PLC0415 - used here only

    paired = pair(rows)
    return log_ratio_of_sums(sum_cells(paired, rows["y"].to_numpy()[paired.rows]))


def test_a_cell_is_location_channel_scenario_and_month():
    rows = pd.DataFrame(
        {
            "arm": ["shopper", "complainant", "complainant", "complainant"],
            "location": "A",
            "channel": ["phone", "phone", "phone", "shop"],
            "visited_on": ["2026-03-31", "2026-03-01", "2026-04-01", "2026-03-01"],
            "y": [1, 2, 5, 5],
        }
    )
    assert two_way(rows, "y").estimate == 1
    assert two_way(rows, "y").responses == 2
    assert two_way(rows, "y", period="none").responses == 3
    assert two_way(rows.assign(cell="all"), "y").responses == 4


def test_answers_to_different_lists_are_never_compared():
    rows = pd.DataFrame(
        {
            "arm": ["shopper", "complainant", "complainant"],
            "location": "A",
            "list_hash": ["x", "x", "y"],
            "y": [1, 2, 9],
        }
    )
    assert two_way(rows, "y").estimate == 1


def test_an_empty_part_of_a_cell_is_a_value_of_its_own():
    rows = pd.DataFrame(
        {"arm": ["shopper", "complainant"] * 2, "location": "A", "channel": ["", "", "x", "x"], "y": [1, 2, 1, 4]}
    )
    assert two_way(rows, "y").cells == 2


def test_parts_with_separators_inside_do_not_run_together():
    rows = pd.DataFrame(
        {"arm": ["shopper", "complainant"], "location": "A", "channel": ["x|y", "x"], "scenario": ["z", "y|z"]}
    ).assign(y=1)
    assert two_way(rows, "y").cells == 0


def test_a_shopper_without_a_name_among_others_is_refused():
    with pytest.raises(DataProblem, match="has no shopper"):
        two_way(FIVE.assign(shopper=["", "t", "", "s", "", "", "t", "", ""]), "y")


def test_few_shoppers_and_a_large_share_are_warned_of():
    warnings = " ".join(two_way(FIVE, "y").warnings)
    assert "too few to tell" in warnings
    assert "carries 62\N{NO-BREAK SPACE}% of the weight" in warnings
