"""Every setting of the calibration, with its seed, written down before anything was drawn."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Literal

from analysis.simulation import World
from analysis.simulation.ticks import ProblemWorld, without_matched_difference
from benchmarks.calibration.further_worlds import BeyondWorld, SeverityWorld, ThemeWorld

Rule = Literal["strict", "lenient"]
#: Seed of the first setting; each further one takes the next number.
FIRST_SEED = 20_261_201


@dataclass(frozen=True, kw_only=True)
class Setting:
    """One simulated world of the calibration, and the rule that it falls under.

    `strict`: ten shoppers or more, and log-sds of .3 at most. `lenient`: fewer shoppers or larger sds.
    """

    what: str
    world: World
    rule: Rule = "strict"


@dataclass(frozen=True, kw_only=True)
class ProblemSetting:
    """The same for a world in which each problem has a rate of its own."""

    what: str
    world: ProblemWorld
    rule: Rule = "strict"


@dataclass(frozen=True, kw_only=True)
class FurtherSetting:
    """The same for the worlds of H3, H4 and H8."""

    what: str
    world: SeverityWorld | ThemeWorld | BeyondWorld
    rule: Rule = "strict"


def _grid() -> list[Setting]:
    return [
        Setting(
            what=f"{places} places, {people} shoppers anywhere", world=World(locations=places, shoppers=people)
        )
        for places in (10, 20, 40)
        for people in (10, 20)
    ]


NOTHING_TRUE: tuple[Setting, ...] = (
    *_grid(),
    Setting(what="everybody at home", world=World(locations=20, shoppers=20, assignment="home")),
    Setting(what="rounds, three places each", world=World(locations=30, shoppers=10, assignment="rounds")),
    Setting(what="rounds, two places each", world=World(locations=40, shoppers=20, assignment="rounds")),
    Setting(what="two shoppers a place", world=World(locations=20, shoppers=10, assignment="two")),
    Setting(what="two shoppers a place, many places", world=World(locations=40, shoppers=12, assignment="two")),
    Setting(
        what="one shopper makes half of all visits", world=World(locations=20, shoppers=21, assignment="star")
    ),
    Setting(what="1 to 8 cells a place", world=World(locations=20, shoppers=10, cells=(1, 8))),
    Setting(what="1 to 8 visits a cell", world=World(locations=20, shoppers=10, shopper_responses=(1, 8))),
    Setting(
        what="1 to 20 complaints a cell", world=World(locations=20, shoppers=10, complainant_responses=(1, 20))
    ),
    Setting(
        what="all of it unbalanced",
        world=World(
            locations=20, shoppers=10, cells=(1, 8), shopper_responses=(1, 8), complainant_responses=(1, 20)
        ),
    ),
    Setting(
        what="unbalanced, two shoppers a place",
        world=World(
            locations=30,
            shoppers=10,
            assignment="two",
            cells=(1, 6),
            shopper_responses=(1, 6),
            complainant_responses=(1, 12),
        ),
    ),
    Setting(what="complaints gather at bad places", world=World(locations=20, shoppers=10, gather=2.0)),
    Setting(
        what="one cell, one visit, one complaint",
        world=World(
            locations=20, shoppers=10, cells=(1, 1), shopper_responses=(1, 1), complainant_responses=(1, 1)
        ),
    ),
    Setting(
        what="bad days, and days that make people complain",
        world=World(locations=20, shoppers=10, sd_day=0.3, sd_complainants_day=0.3),
    ),
    Setting(what="few problems: a mean of 0.5", world=World(locations=20, shoppers=10, mean=0.5)),
    Setting(what="many problems: a mean of 8", world=World(locations=20, shoppers=10, mean=8.0)),
    Setting(
        what="people and places all alike",
        world=World(locations=20, shoppers=10, sd_location=0.0, sd_effect=0.0, sd_shopper=0.0, sd_response=0.0),
    ),
    Setting(what="five places", world=World(locations=5, shoppers=10)),
    Setting(what="2 shoppers", world=World(locations=20, shoppers=2), rule="lenient"),
    Setting(what="3 shoppers, rounds", world=World(locations=12, shoppers=3, assignment="rounds"), rule="lenient"),
    Setting(what="4 shoppers", world=World(locations=40, shoppers=4), rule="lenient"),
    Setting(what="6 shoppers", world=World(locations=30, shoppers=6), rule="lenient"),
    Setting(what="6 shoppers, rounds", world=World(locations=30, shoppers=6, assignment="rounds"), rule="lenient"),
    Setting(
        what="6 shoppers, rounds, log-sd .6",
        world=World(locations=30, shoppers=6, assignment="rounds", sd_shopper=0.6, sd_effect=0.1),
        rule="lenient",
    ),
    Setting(
        what="10 shoppers, rounds, log-sd .4",
        world=World(locations=30, shoppers=10, assignment="rounds", sd_shopper=0.4, sd_effect=0.1),
        rule="lenient",
    ),
    Setting(
        what="10 shoppers, rounds, log-sd .6",
        world=World(locations=30, shoppers=10, assignment="rounds", sd_shopper=0.6, sd_effect=0.1),
        rule="lenient",
    ),
    Setting(
        what="places and shoppers differ with log-sd .6",
        world=World(locations=20, shoppers=10, sd_location=0.6, sd_effect=0.6, sd_shopper=0.6),
        rule="lenient",
    ),
)

AT_THE_MARGIN: tuple[Setting, ...] = (
    Setting(what="+margin, 20 places, 10 shoppers", world=World(locations=20, shoppers=10, rate_ratio=1.2)),
    Setting(what="+margin, 40 places, 20 shoppers", world=World(locations=40, shoppers=20, rate_ratio=1.2)),
    Setting(what="−margin, 40 places, 20 shoppers", world=World(locations=40, shoppers=20, rate_ratio=0.8)),
    Setting(
        what="+margin, 80 places, 40 shoppers, unbalanced",
        world=World(
            locations=80,
            shoppers=40,
            rate_ratio=1.2,
            cells=(1, 8),
            shopper_responses=(1, 8),
            complainant_responses=(1, 20),
        ),
    ),
    Setting(
        what="+margin, two shoppers a place",
        world=World(locations=60, shoppers=20, assignment="two", rate_ratio=1.2),
    ),
    Setting(what="+margin, complaints gather", world=World(locations=60, shoppers=30, gather=2.0, rate_ratio=1.2)),
)


def _nothing_different(
    what: str, world: World, *, rule: Rule = "strict", items: int = 31, sd_habit: float = 0.0
) -> ProblemSetting:
    of = ProblemWorld(world=world, items=items, sd_habit=sd_habit)
    return ProblemSetting(what=what, world=without_matched_difference(of), rule=rule)


@cache
def matched_settings() -> tuple[ProblemSetting, ...]:
    """Return the settings of H2: two complainants find as many different problems as two shoppers."""
    unbalanced = {"cells": (1, 8), "shopper_responses": (1, 8), "complainant_responses": (1, 20)}
    return (
        _nothing_different("10 places, 10 shoppers anywhere", World(locations=10, shoppers=10)),
        _nothing_different("20 places, 10 shoppers anywhere", World(locations=20, shoppers=10)),
        _nothing_different("40 places, 10 shoppers anywhere", World(locations=40, shoppers=10)),
        _nothing_different("40 places, 20 shoppers anywhere", World(locations=40, shoppers=20)),
        _nothing_different("an eye of one's own, log-sd .5", World(locations=20, shoppers=10), sd_habit=0.5),
        _nothing_different("two shoppers a place", World(locations=30, shoppers=10, assignment="two")),
        _nothing_different("one makes half of all visits", World(locations=20, shoppers=21, assignment="star")),
        _nothing_different("all unbalanced", World(locations=20, shoppers=10, **unbalanced)),
        _nothing_different("complaints gather at bad places", World(locations=20, shoppers=10, gather=2.0)),
        _nothing_different("bad days", World(locations=20, shoppers=10, sd_day=0.3, sd_complainants_day=0.3)),
        _nothing_different("one cell a place", World(locations=40, shoppers=20, cells=(1, 1))),
        _nothing_different("60 rare problems", World(locations=20, shoppers=10, mean=1.0), items=60),
        _nothing_different("12 frequent problems", World(locations=20, shoppers=10, mean=4.0), items=12),
        _nothing_different("6 shoppers", World(locations=30, shoppers=6), rule="lenient"),
        _nothing_different("4 shoppers", World(locations=20, shoppers=4), rule="lenient"),
        _nothing_different(
            "two shoppers a place, log-sd .5",
            World(locations=30, shoppers=10, assignment="two", sd_shopper=0.5),
            rule="lenient",
        ),
    )


MATCHED_POWER: tuple[ProblemSetting, ...] = tuple(
    ProblemSetting(
        what=f"{places} places, {people} shoppers, ratio {ratio}",
        world=ProblemWorld(world=World(locations=places, shoppers=people, rate_ratio=ratio)),
    )
    for places, people in ((20, 10), (40, 20))
    for ratio in (1.35, 1.5)
)

#: Nothing differs in any problem: where sd_effect equals sd_shopper, both sources tick each equally often.
BY_PROBLEM: tuple[ProblemSetting, ...] = (
    ProblemSetting(
        what="12 shoppers anywhere, an eye of one's own (log-sd .4)",
        world=ProblemWorld(world=World(locations=30, shoppers=12), sd_habit=0.4),
    ),
    ProblemSetting(
        what="20 shoppers anywhere", world=ProblemWorld(world=World(locations=40, shoppers=20), sd_habit=0.3)
    ),
    ProblemSetting(
        what="everybody at home",
        world=ProblemWorld(world=World(locations=30, shoppers=30, assignment="home"), sd_habit=0.3),
    ),
    ProblemSetting(
        what="unbalanced, 20 shoppers",
        world=ProblemWorld(
            world=World(
                locations=30,
                shoppers=20,
                cells=(1, 8),
                shopper_responses=(1, 8),
                complainant_responses=(1, 20),
            ),
            sd_habit=0.3,
        ),
    ),
    ProblemSetting(
        what="rounds, 10 shoppers, an eye of one's own (log-sd .4)",
        world=ProblemWorld(world=World(locations=30, shoppers=10, assignment="rounds"), sd_habit=0.4),
        rule="lenient",
    ),
)

#: The grid of the planning page: chance of `supported`.
POWER: tuple[tuple[float, int, int], ...] = tuple(
    (ratio, places, people) for ratio in (1.25, 1.35, 1.5) for places in (10, 20, 40) for people in (5, 10, 20, 40)
)

_UNBALANCED = World(
    locations=20, shoppers=10, cells=(1, 8), shopper_responses=(1, 8), complainant_responses=(1, 20)
)
_FEW = {"6 shoppers": World(locations=30, shoppers=6), "4 shoppers": World(locations=20, shoppers=4)}
_MANY = World(locations=60, shoppers=30)


def _grave(what: str, world: World, *, rule: Rule = "strict", sd_strict: float = 0.4) -> FurtherSetting:
    of = SeverityWorld(ticked=ProblemWorld(world=world), sd_strict=sd_strict)
    return FurtherSetting(what=what, world=of, rule=rule)


SEVERITY: tuple[FurtherSetting, ...] = (
    _grave("10 places, 10 shoppers anywhere", World(locations=10, shoppers=10)),
    _grave("20 places, 10 shoppers anywhere", World(locations=20, shoppers=10)),
    _grave("40 places, 20 shoppers anywhere", World(locations=40, shoppers=20)),
    _grave("people differ more in strictness", World(locations=20, shoppers=10), sd_strict=0.8),
    _grave("two shoppers a place", World(locations=20, shoppers=10, assignment="two")),
    _grave("few problems: a mean of 0.5", World(locations=20, shoppers=10, mean=0.5)),
    _grave("all unbalanced", _UNBALANCED),
    *(_grave(what, world, rule="lenient") for what, world in _FEW.items()),
)
SEVERITY_AT_MARGIN: tuple[FurtherSetting, ...] = (
    FurtherSetting(
        what="+margin, 60 places, 30 shoppers",
        world=SeverityWorld(ticked=ProblemWorld(world=_MANY), graver=0.5),
    ),
)


def _themed(what: str, world: World, *, rule: Rule = "strict", **of: float) -> FurtherSetting:
    return FurtherSetting(what=what, world=ThemeWorld(world=world, **of), rule=rule)


THEMES: tuple[FurtherSetting, ...] = (
    _themed("10 places, 10 shoppers anywhere", World(locations=10, shoppers=10)),
    _themed("20 places, 10 shoppers anywhere", World(locations=20, shoppers=10)),
    _themed("40 places, 20 shoppers anywhere", World(locations=40, shoppers=20)),
    _themed("everything 1.5 times as often", World(locations=20, shoppers=10, rate_ratio=1.5)),
    _themed("a fifth in focus, 1.5 times", World(locations=20, shoppers=10, rate_ratio=1.5), share=0.2),
    _themed("two shoppers a place", World(locations=30, shoppers=10, assignment="two")),
    _themed("few problems: a mean of 1", World(locations=20, shoppers=10, mean=1.0)),
    _themed("all unbalanced", _UNBALANCED),
    _themed("complaints gather at bad places", World(locations=20, shoppers=10, gather=2.0)),
    *(_themed(what, world, rule="lenient") for what, world in _FEW.items()),
    _themed("eyes that differ more", World(locations=20, shoppers=10), rule="lenient", sd_eye=0.6),
)
THEMES_AT_MARGIN: tuple[FurtherSetting, ...] = (
    _themed("+margin, 60 places, 30 shoppers", _MANY, focus_ratio=1.25),
    _themed("+margin, 60 places, 30 shoppers, a fifth in focus", _MANY, focus_ratio=1.25, share=0.2),
    _themed("−margin, 60 places, 30 shoppers", _MANY, focus_ratio=0.8),
)


def _moments(what: str, *, rule: Rule = "strict", asked: float = 0.5, **world: object) -> FurtherSetting:
    of = BeyondWorld(world=World(**{"mean": 0.6, **world}), asked=asked)  # type: ignore[arg-type]
    return FurtherSetting(what=what, world=of, rule=rule)


BEYOND: tuple[FurtherSetting, ...] = (
    _moments("10 places, 10 shoppers anywhere", locations=10, shoppers=10),
    _moments("20 places, 10 shoppers anywhere", locations=20, shoppers=10),
    _moments("40 places, 20 shoppers anywhere", locations=40, shoppers=20),
    _moments("asked of one in five", locations=40, shoppers=20, asked=0.2),
    _moments("two shoppers a place", locations=30, shoppers=10, assignment="two"),
    _moments(
        "all unbalanced",
        locations=20,
        shoppers=10,
        cells=(1, 8),
        shopper_responses=(1, 8),
        complainant_responses=(1, 20),
    ),
    _moments("6 shoppers", locations=30, shoppers=6, rule="lenient"),
)
BEYOND_AT_MARGIN: tuple[FurtherSetting, ...] = (
    _moments("+margin, 60 places, 30 shoppers", locations=60, shoppers=30, rate_ratio=1 + 0.25 / 0.6),
)

#: The three worlds in the supplement of worlds.json, as far as its words say what they are.
PLACES_THAT_DIFFER = ProblemSetting(
    what="S1: another mix of places",
    world=ProblemWorld(
        world=World(locations=20, shoppers=20, assignment="home", sd_location=0.6, gather=2.0),
    ),
    rule="lenient",
)
EYES_THAT_DIFFER = ProblemSetting(
    what="S2: six shoppers with an eye of their own",
    world=ProblemWorld(world=World(locations=30, shoppers=6), sd_habit=0.4),
    rule="lenient",
)
OVER_REPORTING = Setting(
    what="S3: pure over-reporting",
    world=World(locations=20, shoppers=10, sd_shopper=0.2, sd_effect=0.2),
)
