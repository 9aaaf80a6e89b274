"""What people, routes and themes are called in a sentence, in words that can be said in every language."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from analysis.language import Group, Words, noun, say
from analysis.shapes.plan import DEFAULT_LABEL, Plan

SHOPPERS: Final = noun("mystery shoppers")
COMPLAINANTS: Final = noun("complainants")

_THEMES: Final[Mapping[str, Words]] = {
    "reach": say("reaching someone"),
    "noise": say("communication noise"),
    "misunderstanding": say("misunderstanding"),
    "no_logic": say("lack of logic"),
    "attitude": say("attitude"),
    "outcome": say("outcome"),
    "beyond": say("beyond the standard"),
    "control": say("control items"),
    "bogus": say("items that cannot have happened"),
}
_ROUTES: Final[Mapping[str, Words]] = {
    "assigned": say("assigned"),
    "invited": say("invited"),
    "open": say("through an open link"),
    "brought_in": say("brought in from outside"),
}


def complainants_of(plan: Plan) -> Words:
    """Return what the plan calls the people who are compared with the shoppers."""
    return (
        COMPLAINANTS if plan.label_complainants == DEFAULT_LABEL else Group(plan.label_complainants, COMPLAINANTS)
    )


def theme_name(code: str) -> str:
    """Return the name of a theme inside a sentence; its code, made readable, where it is none of ours.

    Examples
    --------
    >>> theme_name("no_logic"), theme_name("opening_hours")
    ('lack of logic', 'opening hours')
    """
    return _THEMES.get(code, code.replace("_", " "))


def route_name(code: str) -> str:
    """Return how people came in, inside a sentence.

    Examples
    --------
    >>> route_name("open"), route_name("")
    ('through an open link', 'not known')
    """
    return _ROUTES.get(code, code or say("not known"))
