"""Thin but valid data: no error, no verdict but "inconclusive", the reason, and what would be needed."""

import json

import pandas as pd
import pytest
from click.testing import CliRunner

from analysis import Tables, compare
from analysis.__main__ import main
from analysis.documents import compose_document
from tests.analysis.studies import PROBLEMS, study


def one_location():
    return study(places=1, per_cell=4)


def empty_arm():
    responses, sightings = study()
    kept = responses[responses["arm"] == "shopper"]
    return kept, sightings[sightings["response_id"].isin(kept["response_id"])]


def one_shopper():
    return study(shoppers=1)


def four_places():
    return study(places=4)


def no_rows():
    responses, sightings = study()
    return responses[:0], sightings[:0]


def nothing_seen():
    responses, sightings = study()
    return responses, sightings[:0]


def everybody_ticked_everything():
    responses, _ = study()
    ticks = [{"response_id": name, "problem": code} for name in responses["response_id"] for code in PROBLEMS]
    return responses, pd.DataFrame(ticks)


def everybody_saw_the_same():
    responses, _ = study()
    return responses, pd.DataFrame({"response_id": responses["response_id"], "problem": "rude"})


def a_constant_battery():
    responses, sightings = study()
    same = dict.fromkeys(("h2h_empathy", "h2h_solving", "met_heard", "duty_trust", "item_calm"), "4")
    return responses.assign(**same, felt=0, trace=5, stake=3, told_people=0, apologised="yes"), sightings[:0]


def nobody_answered_the_list():
    responses, sightings = study()
    return responses.assign(list_answered=""), sightings


def no_common_cell():
    responses, sightings = study()
    return responses.assign(scenario=responses["arm"]), sightings


THIN = {
    one_location: "at least 5",
    empty_arm: "at least 5",
    one_shopper: "at least 2",
    four_places: "at least 5",
    no_rows: "at least 5",
    nothing_seen: "standard error",
    everybody_ticked_everything: "standard error",
    everybody_saw_the_same: "standard error",
    a_constant_battery: "standard error",
    nobody_answered_the_list: "at least 5",
    no_common_cell: "at least 5",
}


@pytest.mark.parametrize("thin", THIN, ids=lambda thin: thin.__name__)
def test_thin_data_are_inconclusive_with_a_reason_and_a_way_on(thin, tmp_path):
    responses, sightings = thin()
    responses.to_csv(tmp_path / "r.csv", index=False)
    sightings.to_csv(tmp_path / "s.csv", index=False)
    arguments = ["--responses", str(tmp_path / "r.csv"), "--sightings", str(tmp_path / "s.csv")]
    result = CliRunner().invoke(main, ["compare", *arguments, "--out", str(tmp_path)])
    assert result.exit_code == 0, result.stderr
    assert THIN[thin] in result.stdout
    written = json.loads((tmp_path / "comparison.json").read_text())
    assert written["verdict"] == "inconclusive"
    assert written["flags"] == {
        "material": False,
        "sign_detected": False,
        "supported_on_ratio": False,
        "robust_to_selection": False,
        "negative_control_ok": None,
    }
    assert not any(problem["tested"] for problem in written["problems"])
    page = (tmp_path / "comparison.html").read_text()
    assert "A verdict needs at least 5 places" in page
    assert "nan" not in result.stdout


def test_one_location_has_an_estimate_but_no_error():
    result = compare(Tables(*one_location()))
    written = result.to_dict()["primary"]
    assert written["estimate"] is not None
    assert written["se"] is written["ci95"] is written["p_value"] is None
    assert written["df"] == 1
    assert any("one location only" in warning for warning in result.warnings)


def test_one_shopper_leaves_the_variance_of_places():
    result = compare(Tables(*one_shopper())).difference
    assert result.se == pytest.approx(result.variance_location**0.5)
    assert result.df == 1
    assert pd.isna(result.variance_shopper)


def test_unknown_shoppers_are_said_aloud_and_do_not_force():
    responses, sightings = study(places=8, extra=2)
    result = compare(Tables(responses.drop(columns="shopper"), sightings))
    assert result.verdict == "supported"
    assert result.difference.df == 7
    assert pd.isna(result.difference.shoppers)
    assert any("NOT covered" in warning for warning in result.warnings)
    assert result.to_dict()["primary"]["n"]["shoppers"] is None
    assert result.sign_flip is None


def test_the_same_difference_everywhere_gives_no_verdict():
    responses, sightings = study(places=6)
    responses["shopper"] = responses["location"].where(responses["arm"] == "shopper", "")
    sightings = pd.DataFrame(
        {"response_id": responses.loc[responses["arm"] == "complainant", "response_id"], "problem": "rude"}
    )
    result = compare(Tables(responses, sightings))
    assert result.difference.estimate == 1
    assert result.difference.se == 0
    assert result.verdict == "inconclusive"
    assert result.to_dict()["primary"]["p_value"] is None


def test_a_document_of_nothing_still_reads():
    document = compose_document(compare(Tables(*no_rows())))
    kinds = [block.kind for block in document.blocks]
    assert kinds[0] == "verdict"
    assert "figure" not in kinds


def test_an_implied_problem_that_nobody_reported_is_named():
    responses, sightings = study()
    named = {
        implied: [
            warning
            for warning in compare(
                Tables(responses.assign(scenario="bill", index_problem=implied), sightings)
            ).warnings
            if "index_problem" in warning
        ]
        for implied in ("long_wait", "long_wait; wrnog_info")
    }
    assert named["long_wait"] == []
    assert named["long_wait; wrnog_info"] == [
        "`index_problem` names what nobody reported: wrnog_info. Check the spelling."
    ]
