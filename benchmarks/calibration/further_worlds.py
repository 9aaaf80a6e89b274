"""Worlds for H3, H4 and H8: how grave, in which themes, and moments beyond the standard."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from analysis.inference.cells import Paired
from analysis.simulation import World
from analysis.simulation.ticks import ProblemWorld, simulate_ticks
from analysis.simulation.worlds import Floats, Ints, draw_means, multiplier


@dataclass(frozen=True, kw_only=True)
class SeverityWorld:
    """Each problem that is ticked is given a severity from 1 to 4; both sources judge alike.

    Attributes
    ----------
    ticked : ProblemWorld
        Who ticks what. Where people differ alike and no ratio differs from 1, the highest severities have the same
        distribution on both sides.
    sd_strict : float
        How much people differ in how grave things look to them, in steps; a shopper keeps theirs.
    graver : float
        The chance that what a complainant saw is a step graver: the true difference.
    """

    ticked: ProblemWorld
    sd_strict: float = 0.4
    graver: float = 0.0

    @property
    def world(self) -> World:
        """The places and people."""
        return self.ticked.world

    @property
    def parts(self) -> tuple[str, ...]:
        """What else must be said of it."""
        graver = (f"graver by {self.graver:g}",) if self.graver else ()
        return (f"{self.ticked.items} problems", f"sd strictness {self.sd_strict:g}", *graver)

    def draw(self, random: np.random.Generator) -> tuple[Paired, Ints]:
        """Draw one study: the highest severity of each response, 0 where nothing was ticked."""
        paired, seen = simulate_ticks(self.ticked, random)
        people = self.world.shoppers + len(seen)
        own = random.normal(0, self.sd_strict, people)
        rows = np.arange(len(seen))
        judged_by = np.where(paired.complainant, self.world.shoppers + rows, paired.shopper)
        grave = random.normal(2.5, 1.0, seen.shape) + own[judged_by][:, None]
        severity = np.where(seen, np.rint(grave).clip(1, 4), 0).max(axis=1, initial=0).astype(np.int64)
        return paired, severity + (paired.complainant & (random.random(len(seen)) < self.graver))


@dataclass(frozen=True, kw_only=True)
class ThemeWorld:
    """Problems of the focus themes and others, with a ratio of ratios that is known.

    Attributes
    ----------
    share : float
        Of the focus themes among a shopper's problems.
    focus_ratio : float
        Complainants' ratio in the focus themes over that in the others: H4's truth is its logarithm.
    sd_eye, sd_theme : float
        Log-sds: how much shoppers differ in what they have an eye for, and places in which themes go wrong for
        complainants.
    """

    world: World
    share: float = 0.5
    focus_ratio: float = 1.0
    sd_eye: float = 0.3
    sd_theme: float = 0.2

    @property
    def truth(self) -> float:
        """The logarithm of the ratio of ratios."""
        return math.log(self.focus_ratio)

    @property
    def parts(self) -> tuple[str, ...]:
        """What else must be said of it."""
        ratio = (f"focus ratio {self.focus_ratio:g}",) if self.focus_ratio != 1 else ()
        return (f"focus share {self.share:g}", f"sd eye {self.sd_eye:g}", f"sd theme {self.sd_theme:g}", *ratio)

    def draw(self, random: np.random.Generator) -> tuple[Paired, Ints, Ints]:
        """Draw one study: problems of the focus themes, and of the others, by response."""
        paired, means = draw_means(self.world, random)
        means = means * multiplier(random, self.world.sd_response, len(means))
        counts = []
        for part, ratio in ((self.share, self.focus_ratio), (1 - self.share, 1.0)):
            eye = multiplier(random, self.sd_eye, self.world.shoppers)
            place = multiplier(random, self.sd_theme, self.world.locations)
            own: Floats = np.where(paired.complainant, ratio * place[paired.location], eye[paired.shopper])
            counts.append(random.poisson(means * part * own))
        return paired, counts[0], counts[1]


@dataclass(frozen=True, kw_only=True)
class BeyondWorld:
    """Moments beyond the standard, asked of a share of the responses drawn at random."""

    world: World
    asked: float = 0.5

    @property
    def parts(self) -> tuple[str, ...]:
        """What else must be said of it."""
        return (f"asked of {self.asked:g}",)

    def draw(self, random: np.random.Generator) -> tuple[Paired, Ints, Ints]:
        """Draw one study: moments by response, and whether the block was answered."""
        paired, means = draw_means(self.world, random)
        moments = random.poisson(means * multiplier(random, self.world.sd_response, len(means)))
        known = (random.random(len(means)) < self.asked).astype(np.int64)
        return paired, moments * known, known
