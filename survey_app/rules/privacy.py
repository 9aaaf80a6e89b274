"""How many people must stand behind a number before a manager may see it, and how exactly it is then said."""

from __future__ import annotations

from dataclasses import dataclass

FEWEST_COMPLAINANT_RESPONSES = 10
FEWEST_VISITS = 3
FEWEST_SHOPPERS = 2
#: Where a band of counts begins. The first is that of visits alone: customers begin at ten.
_BANDS = (3, 10, 20, 50)
#: A sum that is withheld stays unknown by at least so much. It is what rounding a mean to tenths leaves unknown
#: of the sum of ten people, so that nothing withheld is known more closely than what is shown.
LEAST_UNKNOWN_SUM = 1


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


def too_few_new(before: int, now: int) -> int:
    """Return how many more responses are needed before a publication may replace another one on other data.

    >>> too_few_new(100, 103), too_few_new(100, 110), too_few_new(100, 98)
    (7, 0, 12)
    """
    return max(0, before + FEWEST_COMPLAINANT_RESPONSES - now)


def customers_may_show(responses: int) -> bool:
    """Return whether what so many customers said may be shown.

    >>> customers_may_show(9), customers_may_show(10)
    (False, True)
    """
    return responses >= FEWEST_COMPLAINANT_RESPONSES


def visits_may_show(visits: int, shoppers: int) -> bool:
    """Return whether what so many visits of so many shoppers found may be shown.

    >>> visits_may_show(3, 1), visits_may_show(3, 2)
    (False, True)
    """
    return visits >= FEWEST_VISITS and shoppers >= FEWEST_SHOPPERS


def band(count: int) -> str:
    """Return the band that stands for a count outside the study as a whole.

    >>> band(3), band(10), band(19), band(20), band(50), band(7000)
    ('3-9', '10-19', '10-19', '20-49', '50+', '50+')
    """
    first = max(start for start in _BANDS if start <= count)
    above = [start for start in _BANDS if start > first]
    return f"{first}-{above[0] - 1}" if above else f"{first}+"


def band_begins(shown: str) -> int:
    """Return the least count that a band can stand for.

    >>> band_begins("20-49"), band_begins("50+")
    (20, 50)
    """
    return int(shown.rstrip("+").split("-")[0])


def rounded_mean(total: int, count: int) -> float:
    """Return a mean rounded to tenths, halves upwards, by whole numbers only.

    >>> rounded_mean(25, 100), rounded_mean(24, 100), rounded_mean(0, 7)
    (0.3, 0.2, 0.0)
    """
    return (20 * total + count) // (2 * count) / 10


def rounded_share(part: int, count: int) -> int:
    """Return a share in whole per cent, halves upwards.

    >>> rounded_share(1, 8), rounded_share(1, 3), rounded_share(3, 3)
    (13, 33, 100)
    """
    return (200 * part + count) // (2 * count)
