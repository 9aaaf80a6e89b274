"""All experiments on one screen: on which databases, and how often each is made at the gate.

A new experiment is a function `(kind, server, times, tell) -> Row` and one line in `EXPERIMENTS`. `times(200)` is
how often to make what the gate wants made 200 times; `tell(done, wanted)` moves the bar.
"""

from collections.abc import Callable
from dataclasses import dataclass

from tests.assurance.finishing import SILENCE, finish_exactly_once
from tests.assurance.killing import MUTANTS, Kills, kill_while_strangers_answer
from tests.assurance.places import KINDS, POSTGRESQL, PostgresqlServer
from tests.assurance.rows import Row
from tests.assurance.sending import send_at_once, send_twice, share_single_link

#: Seconds without a word after which a worker is taken for dead, in the short form.
_BRIEF_SILENCE = 1.0
Tell = Callable[[int, int], None]


@dataclass(frozen=True)
class Times:
    """How often something is made: as often as the gate wants, times the scale, and never less than once.

    In brief, an experiment with several mutants meets the first of them only.
    """

    scale: float = 1.0
    brief: bool = False

    def __call__(self, gate, *, least=1):
        return max(min(least, gate), round(gate * self.scale))


@dataclass(frozen=True)
class Experiment:
    """One experiment: the name by which it is chosen, what it does, and on which databases."""

    name: str
    make: Callable[[str, PostgresqlServer | None, Times, Tell], Row]
    kinds: tuple[str, ...] = KINDS


def _kills(kind, server, times, tell):
    if kind == POSTGRESQL:
        kills = Kills(workers=times(500), groups=times(350), servers=times(150))
    else:
        kills = Kills(workers=times(600), groups=times(400))
    mutants = MUTANTS[:1] if times.brief else MUTANTS
    return kill_while_strangers_answer(
        kind, server, kills, tell, mutants=mutants, mutant_kills=times(300, least=60)
    )


def _again(kind, server, times, tell):
    return send_twice(kind, server, times(200), tell)


def _at_once(kind, server, times, tell):
    return send_at_once(kind, server, times(200, least=3), tell)


def _single_link(kind, server, times, tell):
    return share_single_link(kind, server, times(200), tell)


def _comparisons(kind, server, times, tell):
    return finish_exactly_once(
        *(kind, server, tell),
        kills=times(200),
        midway=times(50),
        zombies=times(20),
        poisons=0 if times.brief else times(5),
        silence=_BRIEF_SILENCE if times.brief else SILENCE,
    )


EXPERIMENTS = (
    Experiment("again", _again),
    Experiment("at-once", _at_once),
    Experiment("single-link", _single_link),
    Experiment("kills", _kills),
    Experiment("comparisons", _comparisons),
)
