"""An instrument as frozen values: pages, items, the problem list. Read from its JSON definition, checked once."""

from __future__ import annotations

import hashlib
import json
import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, get_args

from survey_app.rules.vocabulary import LANGUAGES

SCHEMA = 1

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
]
Audience = Literal["everybody", "customers", "shoppers"]
Stage = Literal["core", "block", "shopper"]
Texts = Mapping[str, str]

#: The tick that excludes all others.
NONE_OF_THESE = "none"
#: Items that every instrument must ask under these codes, because pairing rests on them.
KEY_ITEMS = ("channel", "scenario", "real_problem")
#: Themes of the list whose items are not problems.
UNCOUNTED_THEMES = ("control", "bogus")


class QuestionnaireProblem(ValueError):
    """A definition that cannot be used: where in it, what is wrong, and what to do."""


@dataclass(frozen=True)
class Option:
    """One answer that may be chosen."""

    code: str
    text: Texts


@dataclass(frozen=True)
class Item:
    """One question. Which of the optional attributes mean something depends on its kind."""

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
    return tuple(item for item in page.items if _asked(item, hired=hired, answers=answers))


def _asked(item: Item, *, hired: bool, answers: Mapping[str, Any]) -> bool:
    if item.audience == ("customers" if hired else "shoppers"):
        return False
    return item.only_if != "any_problem" or bool(seen_problems(answers))


def seen_problems(answers: Mapping[str, Any]) -> dict[str, int | None]:
    """Return the ticked codes of the problem list with their severity, None where none was given."""
    ticked = answers.get("problems") or {}
    return {code: severity for code, severity in ticked.items() if code != NONE_OF_THESE}


def list_answered(answers: Mapping[str, Any]) -> bool:
    """Return whether something on the problem list, or "none of these", was ticked."""
    return bool(answers.get("problems"))


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


def hash_of(value: Any) -> str:
    """Return the SHA-256 of a JSON value in one canonical form."""
    canonical = json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


def list_hash(definition: Mapping[str, Any]) -> str:
    """Return the hash of what decides whether two lists ask the same: codes, headings and wording."""
    return hash_of([definition.get("themes", []), definition.get("problems", [])])


def read_instrument(definition: Mapping[str, Any]) -> Instrument:
    """Return the instrument of a definition.

    Raises
    ------
    QuestionnaireProblem
        Saying where, what and what to do.
    """
    if definition.get("schema") != SCHEMA:
        raise QuestionnaireProblem(f"schema: {definition.get('schema')!r} is not known. Write {SCHEMA}.")
    themes = tuple(
        Theme(_code(theme, f"themes[{place}]"), _texts(theme, "text", f"themes[{place}]"))
        for place, theme in enumerate(definition.get("themes", []))
    )
    problems = tuple(
        _problem(problem, f"problems[{place}]", {theme.code for theme in themes})
        for place, problem in enumerate(definition.get("problems", []))
    )
    instrument = Instrument(
        code=_code(definition, "the instrument"),
        title=_texts(definition, "title", "the instrument"),
        pages=tuple(_page(page, f"pages[{place}]") for place, page in enumerate(definition.get("pages", []))),
        themes=themes,
        problems=problems,
        implied={scenario: tuple(codes) for scenario, codes in definition.get("implied", {}).items()},
    )
    _check_codes(instrument)
    _check_lists(instrument)
    return instrument


def _check_lists(instrument: Instrument) -> None:
    for item in instrument.items:
        if item.kind == "problems" and not (item.none_text and item.severity_text and item.severity):
            raise QuestionnaireProblem(
                f"item {item.code!r}: a problem list needs none_text, severity_text and severity. Write them."
            )
        if item.kind in ("choice", "choices", "standards") and not item.options:
            raise QuestionnaireProblem(f"item {item.code!r}: there is nothing to choose from. Write its options.")
        if item.kind == "scale" and (item.least is None or item.most is None or item.least >= item.most):
            raise QuestionnaireProblem(f"item {item.code!r}: a scale needs from and to, and from below to.")


def _check_codes(instrument: Instrument) -> None:
    for what, codes in (
        ("page", [page.code for page in instrument.pages]),
        ("item", [item.code for item in instrument.items]),
        ("problem", [problem.code for problem in instrument.problems]),
    ):
        doubles = sorted({code for code in codes if codes.count(code) > 1})
        if doubles:
            raise QuestionnaireProblem(f"{what} {doubles[0]!r} stands there twice. Give each its own code.")
    if not any(page.stage == "core" for page in instrument.pages):
        raise QuestionnaireProblem("There is no core page. Give at least one page the stage 'core'.")
    core = {item.code for page in instrument.pages if page.stage == "core" for item in page.items}
    missing = [code for code in KEY_ITEMS if code not in core]
    if missing:
        raise QuestionnaireProblem(f"No core page asks {missing[0]!r}, on which pairing rests. Add it.")
    if NONE_OF_THESE in [problem.code for problem in instrument.problems]:
        raise QuestionnaireProblem(f"{NONE_OF_THESE!r} is no code for a problem. Choose another.")


def _page(page: Mapping[str, Any], where: str) -> Page:
    if page.get("stage") not in get_args(Stage):
        raise QuestionnaireProblem(f"{where}: stage is none of {', '.join(get_args(Stage))}. Correct it.")
    return Page(
        code=_code(page, where),
        stage=page["stage"],
        title=_texts(page, "title", where),
        intro=_texts(page, "intro", where) if "intro" in page else None,
        items=tuple(_item(item, f"{where}.items[{place}]") for place, item in enumerate(page.get("items", []))),
    )


def _item(item: Mapping[str, Any], where: str) -> Item:
    if item.get("kind") not in get_args(Kind):
        raise QuestionnaireProblem(f"{where}: kind is none of {', '.join(get_args(Kind))}. Correct it.")
    scale = item["kind"] == "scale"

    def optional(key: str) -> Texts | None:
        return _texts(item, key, where) if key in item else None

    return Item(
        code=_code(item, where),
        kind=item["kind"],
        text=_texts(item, "text", where),
        audience=item.get("for", "everybody"),
        required=bool(item.get("required", False)),
        shopper_text=optional("shopper_text"),
        hint=optional("hint"),
        options=_options(item, "options", where),
        least=item.get("from") if scale else item.get("least"),
        most=item.get("to") if scale else item.get("most"),
        low=optional("low"),
        high=optional("high"),
        unit=optional("unit"),
        whole=bool(item.get("whole", True)),
        currencies=tuple(item.get("currencies", ())),
        long=bool(item.get("long", False)),
        most_characters=int(item.get("most_characters", 200)),
        only_if=item.get("only_if"),
        none_text=optional("none_text"),
        severity_text=optional("severity_text"),
        severity=_options(item, "severity", where),
    )


def _options(item: Mapping[str, Any], key: str, where: str) -> tuple[Option, ...]:
    return tuple(
        Option(_code(option, f"{where}.{key}[{place}]"), _texts(option, "text", f"{where}.{key}[{place}]"))
        for place, option in enumerate(item.get(key, []))
    )


def _problem(problem: Mapping[str, Any], where: str, themes: set[str]) -> Problem:
    heading = problem.get("heading", problem.get("theme"))
    if heading not in themes:
        raise QuestionnaireProblem(f"{where}: heading {heading!r} is not among the themes. Add it there.")
    return Problem(
        _code(problem, where), str(problem.get("theme", heading)), heading, _texts(problem, "text", where)
    )


def _code(value: Mapping[str, Any], where: str) -> str:
    code = value.get("code")
    if not isinstance(code, str) or not code.replace("_", "").isalnum() or not code.isascii():
        raise QuestionnaireProblem(f"{where}: the code {code!r} is not made of letters, digits and _. Correct it.")
    return code


def _texts(value: Mapping[str, Any], key: str, where: str) -> Texts:
    texts = value.get(key)
    if not isinstance(texts, Mapping):
        raise QuestionnaireProblem(f"{where}: {key} is missing. Write it in {', '.join(LANGUAGES)}.")
    for language in LANGUAGES:
        if not texts.get(language):
            raise QuestionnaireProblem(f"{where}: {key} has no text in {language!r}. Write it.")
    return dict(texts)
