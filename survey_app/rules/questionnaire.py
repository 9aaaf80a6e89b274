"""An instrument as frozen values: pages, items, the problem list; and what of it is asked of whom."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal, TypeVar

from survey_app.rules.conditions import AnyProblem, Condition, holds, leaves

Kind = Literal[
    "choice",
    "choices",
    "scale",
    "number",
    "money",
    "date",
    "hour",
    "time",
    "text",
    "problems",
    "standards",
    "note",
]
Audience = Literal["everybody", "customers", "shoppers"]
Stage = Literal["core", "block", "shopper"]
Texts = Mapping[str, str]

#: The tick that excludes all others.
NONE_OF_THESE = "none"
#: The code under which the problem list is asked.
LIST_ITEM = "problems"
#: Items that every instrument must ask under these codes, because pairing rests on them.
KEY_ITEMS = ("channel", "scenario", "real_problem")
#: Themes of the list whose items are not problems.
UNCOUNTED_THEMES = ("control", "bogus")


@dataclass(frozen=True)
class Option:
    """One answer that may be chosen; `exclusive` shuts out the others, and one that `stays` is not shuffled."""

    code: str
    text: Texts
    exclusive: bool = False
    stays: bool = False


@dataclass(frozen=True)
class Item:
    """One question. Which of the optional attributes mean something depends on its kind.

    The options of a scale, where there are any, are the words at its points. `condition` is what `only_if` says.
    """

    code: str
    kind: Kind
    text: Texts
    audience: Audience = "everybody"
    required: bool = False
    shopper_text: Texts | None = None
    hint: Texts | None = None
    options: tuple[Option, ...] = ()
    least: int | None = None
    most: int | None = None
    low: Texts | None = None
    high: Texts | None = None
    unit: Texts | None = None
    whole: bool = True
    currencies: tuple[str, ...] = ()
    long: bool = False
    most_characters: int = 200
    only_if: str | None = None
    none_text: Texts | None = None
    severity_text: Texts | None = None
    severity: tuple[Option, ...] = ()
    dont_know: Texts | None = None
    refused: Texts | None = None
    shuffle: bool = False
    condition: Condition | None = None

    @property
    def points(self) -> range:
        """The points of a scale."""
        return range(self.least or 0, (self.most or 0) + 1)

    def option(self, code: str) -> Option | None:
        """Return an option by its code."""
        return next((option for option in self.options if option.code == code), None)


@dataclass(frozen=True)
class Page:
    """Some items under one title. Everybody gets core pages; blocks come after the receipt."""

    code: str
    stage: Stage
    title: Texts
    items: tuple[Item, ...]
    intro: Texts | None = None
    only_if: str | None = None
    shuffle: bool = False
    condition: Condition | None = None


@dataclass(frozen=True)
class Theme:
    """A heading of the problem list."""

    code: str
    text: Texts


@dataclass(frozen=True)
class Problem:
    """One item of the problem list: the theme that it counts for, and the heading under which it is shown."""

    code: str
    theme: str
    heading: str
    text: Texts


@dataclass(frozen=True)
class Instrument:
    """A whole questionnaire."""

    code: str
    title: Texts
    pages: tuple[Page, ...]
    themes: tuple[Theme, ...] = ()
    problems: tuple[Problem, ...] = ()
    implied: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def page(self, code: str) -> Page | None:
        """Return a page by its code."""
        return next((page for page in self.pages if page.code == code), None)

    def pages_for(self, *, hired: bool) -> tuple[Page, ...]:
        """Return the pages that lead to Send: the core, and for hired people all others too."""
        return self.pages if hired else tuple(page for page in self.pages if page.stage == "core")

    @property
    def blocks(self) -> tuple[str, ...]:
        """Codes of the pages of which one is drawn after the receipt."""
        return tuple(page.code for page in self.pages if page.stage == "block")

    @property
    def items(self) -> Iterator[Item]:
        """All items in their order."""
        return (item for page in self.pages for item in page.items)


def items_for(page: Page, *, hired: bool, answers: Mapping[str, Any]) -> tuple[Item, ...]:
    """Return the items of a page that are asked of a person, given what was answered before."""
    if not _allowed(page.condition, answers):
        return ()
    return tuple(item for item in page.items if _asked(item, hired=hired, answers=answers))


def _asked(item: Item, *, hired: bool, answers: Mapping[str, Any]) -> bool:
    if item.audience == ("customers" if hired else "shoppers"):
        return False
    return _allowed(item.condition, answers)


def _allowed(condition: Condition | None, answers: Mapping[str, Any]) -> bool:
    return condition is None or holds(condition, answers, any_problem=bool(seen_problems(answers)))


def asked_answers(instrument: Instrument, answers: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the answers without those to questions that a skip rule hides, given the answers before them.

    Somebody may answer, go back, and answer something earlier otherwise. What they said meanwhile is kept until
    they send, but it decides nothing.
    """
    if not any(page.condition or any(item.condition for item in page.items) for page in instrument.pages):
        return answers
    left = dict(answers)
    for page in instrument.pages:
        shown = _allowed(page.condition, left)
        hidden = [
            item.code
            for item in page.items
            if item.code in left and not (shown and _allowed(item.condition, left))
        ]
        for code in hidden:
            del left[code]
    return left


def path_for(instrument: Instrument, *, hired: bool, answers: Mapping[str, Any]) -> tuple[Page, ...]:
    """Return the pages that lead to Send for somebody with these answers; a page with nothing to ask is none."""
    asked = asked_answers(instrument, answers)
    return tuple(page for page in instrument.pages_for(hired=hired) if items_for(page, hired=hired, answers=asked))


def decides_on_pages(instrument: Instrument, page: Page) -> bool:
    """Return whether answers on a page decide if there is a page after it."""
    codes = {item.code for item in page.items}
    return any(
        (LIST_ITEM if isinstance(leaf, AnyProblem) else leaf.item) in codes
        for later in instrument.pages[instrument.pages.index(page) + 1 :]
        for rule in _rules_over_all_of(later)
        for leaf in leaves(rule)
    )


def _rules_over_all_of(page: Page) -> list[Condition]:
    """Return the rules that together can take a page away."""
    of_items = [item.condition for item in page.items]
    rules = [page.condition, *(of_items if all(of_items) else ())]
    return [rule for rule in rules if rule]


def seen_problems(answers: Mapping[str, Any]) -> dict[str, int | None]:
    """Return the ticked codes of the problem list with their severity, None where none was given."""
    ticked = answers.get(LIST_ITEM) or {}
    return {code: severity for code, severity in ticked.items() if code != NONE_OF_THESE}


def list_answered(answers: Mapping[str, Any]) -> bool:
    """Return whether something on the problem list, or "none of these", was ticked."""
    return bool(answers.get(LIST_ITEM))


def shuffled_list(instrument: Instrument, seed: int) -> list[str]:
    """Return the codes of the problem list in the order of one respondent.

    Headings are shuffled, then the items within each heading. The same rule holds for both sources, and the order
    is stored with the response, so it need not be made again.
    """
    draw = random.Random(seed)  # noqa: S311 - an order, not a secret
    headings = [theme.code for theme in instrument.themes]
    draw.shuffle(headings)
    order = []
    for heading in headings:
        under = [problem.code for problem in instrument.problems if problem.heading == heading]
        draw.shuffle(under)
        order += under
    return order


def shuffled_orders(instrument: Instrument, seed: int) -> dict[str, dict[str, list[str]]]:
    """Return the order of one respondent for each page and each question whose parts are shuffled.

    Each is drawn by its own, from the seed and its code, so that a page more leaves the others as they were.
    Options that stay, or shut out the others, keep their place.
    """
    pages = {
        page.code: _shuffled([item.code for item in page.items if item.kind != "note"], f"{seed}/page/{page.code}")
        for page in instrument.pages
        if page.shuffle
    }
    items = {
        item.code: _shuffled(
            [option.code for option in item.options if not (option.stays or option.exclusive)],
            f"{seed}/item/{item.code}",
        )
        for item in instrument.items
        if item.shuffle
    }
    return {name: orders for name, orders in (("pages", pages), ("items", items)) if orders}


def _shuffled(codes: list[str], seed: str) -> list[str]:
    random.Random(seed).shuffle(codes)  # noqa: S311 - an order, not a secret
    return codes


def in_order(
    items: Iterable[Item], page: Page, orders: Mapping[str, Mapping[str, Sequence[str]]]
) -> tuple[Item, ...]:
    """Return items, and the options of each, in the order that was drawn for a respondent."""
    arranged = _arranged(tuple(items), orders.get("pages", {}).get(page.code, ()))
    of_items = orders.get("items", {})
    return tuple(
        replace(item, options=_arranged(item.options, of_items[item.code])) if item.code in of_items else item
        for item in arranged
    )


_Coded = TypeVar("_Coded", Item, Option)


def _arranged(things: tuple[_Coded, ...], order: Sequence[str]) -> tuple[_Coded, ...]:
    """Return things in an order; what the order does not name keeps its place."""
    places = {code: place for place, code in enumerate(order)}
    moved = iter(sorted((thing for thing in things if thing.code in places), key=lambda thing: places[thing.code]))
    return tuple(next(moved) if thing.code in places else thing for thing in things)
