"""How many people must stand behind a number before a manager may see it."""

from __future__ import annotations

from dataclasses import dataclass

FEWEST_COMPLAINANT_RESPONSES = 10
FEWEST_VISITS = 3
FEWEST_SHOPPERS = 2


@dataclass(frozen=True)
class Support:
    """What stands behind a published comparison: compared responses and shoppers; None where not known."""

    complainant_responses: int
    visits: int
    shoppers: int | None


@dataclass(frozen=True)
class TooFew:
    """Why nothing may be shown: what there is too little of, how many there are, and how many are needed."""

    what: str
    found: int
    needed: int


def too_few(support: Support) -> tuple[TooFew, ...]:
    """Return why managers may not see a comparison; empty if they may.

    >>> too_few(Support(complainant_responses=9, visits=40, shoppers=2))
    (TooFew(what='complainant_responses', found=9, needed=10),)
    """
    reasons = []
    if support.complainant_responses < FEWEST_COMPLAINANT_RESPONSES:
        reasons.append(
            TooFew("complainant_responses", support.complainant_responses, FEWEST_COMPLAINANT_RESPONSES)
        )
    if support.visits < FEWEST_VISITS:
        reasons.append(TooFew("visits", support.visits, FEWEST_VISITS))
    if (support.shoppers or 0) < FEWEST_SHOPPERS:
        reasons.append(TooFew("shoppers", support.shoppers or 0, FEWEST_SHOPPERS))
    return tuple(reasons)
