"""plan-size and simulate, as they are typed."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from analysis import compare, read
from analysis.commands import main

ROOT = Path(__file__).parents[2]
SMALL = ["--locations", "6,8", "--shoppers", "4", "--cells", "2", "--simulations", "20"]


def run(*arguments):
    return CliRunner().invoke(main, [str(argument) for argument in arguments])


def test_plan_size_shows_simulation_beside_formula_and_states_the_margin():
    result = run("plan-size", *SMALL, "--ratio", "2", "--margin", "0.4")
    assert result.exit_code == 0
    assert "margin of ±0.4 problems" in result.stdout
    assert "+2.5 problems per response" in result.stdout
    lines = [line for line in result.stdout.splitlines() if line.startswith("│")]
    assert [line.split("│")[1].strip() for line in lines] == ["6", "8"]
    assert "by formula" in result.stdout
    assert "simulated studies: 80 of 80" in result.stderr


def test_plan_size_is_the_same_for_a_seed_and_writes_its_numbers(tmp_path):
    first, again, other = (
        run("plan-size", *SMALL, "--ratio", "1.6", "--seed", seed, "--out", tmp_path / f"{name}.json")
        for name, seed in (("first", 1), ("again", 1), ("other", 2))
    )
    assert first.stdout == again.stdout != other.stdout
    assert (tmp_path / "first.json").read_bytes() == (tmp_path / "again.json").read_bytes()
    sizes = json.loads((tmp_path / "first.json").read_text())["sizes"]
    assert {size["locations"] for size in sizes} == {6, 8}


def test_plan_size_gives_everybody_at_home_a_place():
    result = run("plan-size", *SMALL, "--assignment", "home")
    assert result.exit_code == 0
    assert "one shopper a location" in result.stdout


def test_a_difference_inside_the_margin_is_pointed_out():
    assert "Mind that 0.25 is not above the margin" in run("plan-size", *SMALL, "--ratio", "1.1").stdout


def test_simulate_writes_a_study_that_compare_reads(tmp_path):
    result = run("simulate", "--out", tmp_path, "--locations", "12", "--shoppers", "8", "--silent", "1")
    assert result.exit_code == 0, result.output
    tables = read(tmp_path / "responses.csv", tmp_path / "sightings.csv")
    truth = json.loads((tmp_path / "truth.json").read_text())
    assert truth["truth"]["seen"] == pytest.approx(0.875)
    assert truth["truth"]["reported"] > 0.875
    assert truth["world"]["locations"] == compare(tables).difference.locations == 12


def test_simulate_gives_the_same_bytes_for_a_seed(tmp_path):
    for name, seed in (("first", 7), ("again", 7), ("other", 8)):
        run("simulate", "--out", tmp_path / name, "--locations", "6", "--seed", seed)
    first, again, other = (
        [(tmp_path / name / f"{table}.csv").read_bytes() for table in ("responses", "sightings")]
        for name in ("first", "again", "other")
    )
    assert first == again != other


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (["plan-size", "--locations", "ten"], "--locations"),
        (["plan-size", "--shoppers", "0,5"], "--shoppers"),
        (["plan-size", "--power", "1.5"], "--power"),
        (["plan-size", "--ratio", "0"], "--ratio"),
        (["plan-size", "--ratio", "nan"], "--ratio"),
        (["plan-size", "--margin", "0"], "--margin"),
        (["plan-size", "--visits", "3-1"], "--visits"),
        (["plan-size", "--sd-shopper", "-1"], "--sd-shopper"),
        (["plan-size", "--simulations", "1"], "--simulations"),
        (["plan-size", "--colour", "red"], "--colour"),
        (["plan-sizes"], "plan-sizes"),
        (["simulate", "--out", "x", "--locations", "0"], "--locations"),
        (["simulate", "--out", "x", "--shoppers", "-3"], "--shoppers"),
        (["simulate", "--out", "x", "--silent", "2"], "--silent"),
        (["simulate", "--out", "x", "--mean", "40"], "--items"),
        (["simulate", "--out", "x", "--assignment", "home", "--shoppers", "3"], "--shoppers"),
        (["simulate"], "--out"),
    ],
)
def test_bad_options_end_with_2_and_one_line(arguments, named, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    result = run(*arguments)
    assert result.exit_code == 2
    assert result.stdout == ""
    assert len(result.stderr.strip().splitlines()) == 1
    assert named in result.stderr
    assert not list(tmp_path.iterdir())


def test_every_option_of_a_world_has_its_reason():
    for command in ("plan-size", "simulate"):
        for parameter in main.commands[command].params:
            assert len(parameter.help or "") > 20, parameter.name


def test_the_module_runs():
    command = [sys.executable, "-m", "analysis", "simulate", "--help"]
    result = subprocess.run(command, capture_output=True, text=True, cwd=ROOT)
    assert result.returncode == 0
    assert "truth is known" in result.stdout
