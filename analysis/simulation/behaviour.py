"""How people fill in a list in a simulated study, and what then separates the two sources on average."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from analysis.shapes.data_problem import DataProblem
from analysis.simulation.worlds import LARGEST_SD, World

Floats = npt.NDArray[np.float64]

_SHARES = ("silent", "careless", "careless_ticks", "over_reporters", "over_ticks", "control_rate")
#: Points of the Gauss-Hermite rule for a mean over a log-normal.
_NODES = 40


@dataclass(frozen=True, kw_only=True)
class Behaviour:
    """What stands between the problems that people meet and the ticks that they make.

    Attributes
    ----------
    focus_ratio : float
        How many times larger complainants' ratio is for the focus themes than for the others: H4's truth.
    silent : float
        Share of customers who keep silent when they met no problem; at 1 every complainant reports one at least.
    careless : float
        Share of all responses, of both sources, that were filled in at random.
    careless_ticks : float
        The chance with which such a response ticks any one item, possible or not.
    over_reporters, over_ticks : float
        Share of complainants who tick too much, and the chance with which they tick each item they did not see.
    control_rate : float
        The chance that a negative control (a fact that has nothing to do with the handling) is seen by anybody.
    sd_item, sd_habit : float
        Log-sds: of how often the problems are met, and of each shopper's own eye for each problem. They decide
        which problems are ticked, not how many.
    """

    focus_ratio: float = 1.0
    silent: float = 0.0
    careless: float = 0.0
    careless_ticks: float = 0.3
    over_reporters: float = 0.0
    over_ticks: float = 0.1
    control_rate: float = 0.1
    sd_item: float = 0.7
    sd_habit: float = 0.0

    def __post_init__(self) -> None:
        for name in _SHARES:
            if not 0 <= getattr(self, name) <= 1:
                what = f"{getattr(self, name)} is not a share"
                raise DataProblem(what, remedy="Give a number from 0 to 1.", file="behaviour", column=name)
        for name in ("sd_item", "sd_habit"):
            if not 0 <= getattr(self, name) <= LARGEST_SD:
                what = f"{getattr(self, name)} is out of range"
                remedy = f"Give a standard deviation of a logarithm, 0 to {LARGEST_SD}."
                raise DataProblem(what, remedy=remedy, file="behaviour", column=name)
        if not 0 < self.focus_ratio < math.inf:
            what = f"{self.focus_ratio} is not above 0"
            raise DataProblem(what, remedy="Give a number above 0.", file="behaviour", column="focus_ratio")


@dataclass(frozen=True)
class Truth:
    """What is true in a simulated study.

    Attributes
    ----------
    seen : float
        Problems per response that complainants see more than shoppers: mean · (ratio − 1).
    reported : float
        What separates the two sources in the lists they fill in, on average over many such studies: with
        selection, carelessness and over-reporting. The comparison estimates this one; the sensitivity range and
        the negative controls are there for the distance between the two.
    log_focus_ratio : float
        H4: the logarithm of the focus themes' ratio over that of the others, before any distortion.
    """

    seen: float
    reported: float
    log_focus_ratio: float


def truth_of(world: World, behaviour: Behaviour, *, items: int) -> Truth:
    """Return what is true in a world whose people fill in a list of so many handling problems.

    With S the silent share, P0(mu) the chance of no problem at mean mu, c the careless share and t their ticks,
    q the mean chance that a complainant ticks an unseen item, K the items:

        selected = mean over mu of mu/(1 − S P0(mu)),   mu = mean · ratio · place · effect · days
        reported = (1 − c) [selected (1 − q) + K q − mean]

    A careless response ticks K t problems on average in both sources, so it takes away and adds nothing.

    Examples
    --------
    >>> world = World(locations=20, shoppers=10, mean=2.0, rate_ratio=1.5)
    >>> truth_of(world, Behaviour(careless=0.25), items=25)
    Truth(seen=1.0, reported=0.75, log_focus_ratio=0.0)
    """
    over = behaviour.over_reporters * behaviour.over_ticks
    selected = world.mean * world.rate_ratio
    if behaviour.silent:
        between = (world.sd_location, world.sd_effect, world.sd_day, world.sd_complainants_day)
        weights, means = lognormal(selected, math.hypot(*between))
        chances, moods = lognormal(1.0, world.sd_response)
        nothing = np.exp(-np.outer(means, moods)) @ chances
        selected = float(weights @ (means / (1 - behaviour.silent * nothing)))
    reported = (1 - behaviour.careless) * (selected * (1 - over) + items * over - world.mean)
    return Truth(seen=world.truth, reported=reported, log_focus_ratio=math.log(behaviour.focus_ratio))


def focus_shares(share: float, focus_ratio: float) -> tuple[float, float]:
    """Return which share of the problems are of the focus themes, for shoppers and for complainants.

    Examples
    --------
    >>> focus_shares(0.5, 3.0)
    (0.5, 0.75)
    """
    return share, share * focus_ratio / (share * focus_ratio + 1 - share)


def lognormal(mean: float, sd: float) -> tuple[Floats, Floats]:
    """Return weights and points of a Gauss-Hermite rule for a log-normal of that mean and log-sd."""
    points, weights = np.polynomial.hermite_e.hermegauss(_NODES)
    return weights / weights.sum(), mean * np.exp(sd * points - sd**2 / 2)
