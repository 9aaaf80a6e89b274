"""Whether a questionnaire can be published: what it must have, its texts in every language, its rules."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from survey_app.rules.answered import NOT_GIVEN
from survey_app.rules.conditions import KEYWORDS
from survey_app.rules.findings import Finding, Place
from survey_app.rules.questionnaire import (
    KEY_ITEMS,
    LIST_ITEM,
    NONE_OF_THESE,
    UNCOUNTED_THEMES,
    Instrument,
    Item,
    Page,
)
from survey_app.rules.rule_checks import rule_findings, text_findings
from survey_app.rules.vocabulary import LANGUAGES, Channel

#: What says in exports what became of a question, and so cannot be an answer's code.
RESERVED_OPTIONS = frozenset({*NOT_GIVEN, "skipped", "not_shown"})
#: Codes whose answers other parts of the product read, and the kind that they must have.
_KINDS: Mapping[str, tuple[str, ...]] = {
    "channel": ("choice",),
    "scenario": ("choice",),
    "real_problem": ("choice",),
    "visited_on": ("date",),
    "beyond": ("choices",),
    "stake": ("scale", "number"),
    "minutes_spent": ("number",),
}
#: Kinds that cannot offer "I don't know".
_NOTHING_ELSE = ("problems", "standards", "note")
_MOST_POINTS = 21
_SEVERITIES = ("1", "2", "3", "4")


def findings_of(definition: Mapping[str, Any], instrument: Instrument) -> Iterator[Finding]:
    """Yield everything that keeps a definition from being published, then what is worth a second look.

    Parameters
    ----------
    definition : in its usual shape
    instrument : the same, read as a draft
    """
    found = [
        *_codes(instrument),
        *_key_items(instrument),
        *_missing_texts(definition),
        *(finding for item in instrument.items for finding in _item(item)),
        *_problem_list(instrument),
        *rule_findings(instrument),
        *text_findings(definition, instrument),
        *_second_looks(instrument),
    ]
    yield from sorted(found, key=lambda finding: not finding.blocking)


def _codes(instrument: Instrument) -> Iterator[Finding]:
    things: tuple[tuple[Place, list[str]], ...] = (
        ("page", [page.code for page in instrument.pages]),
        ("item", [item.code for item in instrument.items]),
        ("theme", [theme.code for theme in instrument.themes]),
        ("problem", [problem.code for problem in instrument.problems]),
    )
    for place, codes in things:
        for code in _doubles(codes):
            yield Finding("code_twice", place, code, "code")
    for item in instrument.items:
        if item.code in KEYWORDS:
            yield Finding("code_reserved", "item", item.code, "code", {"found": item.code})
        for option in item.options:
            if option.code in RESERVED_OPTIONS:
                yield Finding("code_reserved", "item", item.code, "options", {"found": option.code})
        if _doubles(option.code for option in item.options):
            yield Finding("code_twice", "item", item.code, "options")
    if any(problem.code == NONE_OF_THESE for problem in instrument.problems):
        yield Finding("code_reserved", "problem", NONE_OF_THESE, "code", {"found": NONE_OF_THESE})


def _doubles(codes: Iterable[str]) -> list[str]:
    return [code for code, count in Counter(codes).items() if count > 1]


def _key_items(instrument: Instrument) -> Iterator[Finding]:
    core = {item.code: item for page in instrument.pages if page.stage == "core" for item in page.items}
    if not any(page.stage == "core" for page in instrument.pages):
        yield Finding("no_core_page")
        return
    for code in KEY_ITEMS:
        if code not in core:
            yield Finding("key_item_missing", details={"missing": code})
    for item in instrument.items:
        if item.code in _KINDS and item.kind not in _KINDS[item.code]:
            wanted = " / ".join(_KINDS[item.code])
            yield Finding("key_item_kind", "item", item.code, "kind", {"wanted": wanted})
    for page in instrument.pages:
        for item in page.items:
            if item.code in KEY_ITEMS and (item.only_if or page.only_if or item.dont_know or item.refused):
                yield Finding("key_item_open", "item", item.code, "only_if")
    yield from _key_options(core)


def _key_options(core: Mapping[str, Item]) -> Iterator[Finding]:
    known = {"channel": [channel.value for channel in Channel], "real_problem": ["yes", "no"]}
    for code, allowed in known.items():
        offered = [option.code for option in core[code].options] if code in core else allowed
        for option in offered:
            if option not in allowed:
                details = {"known": ", ".join(allowed), "found": option}
                yield Finding("key_item_options", "item", code, "options", details)
    if "real_problem" in core:
        for missing in {"yes", "no"} - {option.code for option in core["real_problem"].options}:
            yield Finding("key_item_option_missing", "item", "real_problem", "options", {"missing": missing})


def _missing_texts(definition: Mapping[str, Any]) -> Iterator[Finding]:
    for place, code, what, texts in texts_of(definition):
        for language in LANGUAGES:
            if not texts.get(language):
                yield Finding("text_missing", place, code, what, {"language": language, "what": what})


#: Texts of an item that it must have.
_NEEDED_TEXTS: Mapping[str, tuple[str, ...]] = {"problems": ("none_text", "severity_text")}
_ITEM_TEXTS = (
    "text",
    "shopper_text",
    "hint",
    "low",
    "high",
    "unit",
    "none_text",
    "severity_text",
    "dont_know",
    "refused",
)


def texts_of(definition: Mapping[str, Any]) -> Iterator[tuple[Place, str, str, Mapping[str, str]]]:
    """Yield every text that a definition needs: of what, its code, which of its texts, and the languages.

    A text that nobody needs is yielded only where somebody began to write it.
    """
    yield "instrument", "", "title", definition.get("title", {})
    for page in definition.get("pages", ()):
        yield "page", page["code"], "title", page.get("title", {})
        if any(page.get("intro", {}).values()):
            yield "page", page["code"], "intro", page["intro"]
        for item in page.get("items", ()):
            yield from _texts_of_item(item)
    for theme in definition.get("themes", ()):
        yield "theme", theme["code"], "text", theme.get("text", {})
    for problem in definition.get("problems", ()):
        yield "problem", problem["code"], "text", problem.get("text", {})


def _texts_of_item(item: Mapping[str, Any]) -> Iterator[tuple[Place, str, str, Mapping[str, str]]]:
    needed = ("text", *_NEEDED_TEXTS.get(item["kind"], ()))
    for key in _ITEM_TEXTS:
        if key in needed or any(item.get(key, {}).values()):
            yield "item", item["code"], key, item.get(key, {})
    for key in ("options", "severity"):
        for option in item.get(key, ()):
            yield "item", item["code"], f"{key}.{option['code']}", option.get("text", {})


def _item(item: Item) -> Iterator[Finding]:
    check = _ITEM_CHECKS.get(item.kind)
    for reason in check(item) if check else ():
        yield Finding(reason, "item", item.code, details={"most": _MOST_POINTS})
    if item.kind in _NOTHING_ELSE and (item.dont_know or item.refused):
        yield Finding("open_kind", "item", item.code, "dont_know")
    if item.kind != "choices" and any(option.exclusive for option in item.options):
        yield Finding("exclusive_kind", "item", item.code, "options")


def _choice(item: Item) -> Iterator[str]:
    if not item.options:
        yield "no_options"
    elif item.kind == "choices" and all(option.exclusive for option in item.options):
        yield "too_many_exclusive"


def _scale(item: Item) -> Iterator[str]:
    if item.least is None or item.most is None or not item.least < item.most < item.least + _MOST_POINTS:
        yield "scale_ends"
    elif item.options and [option.code for option in item.options] != [str(point) for point in item.points]:
        yield "scale_words"


def _number(item: Item) -> Iterator[str]:
    if item.least is not None and item.most is not None and item.least > item.most:
        yield "range_ends"


def _money(item: Item) -> Iterator[str]:
    if not item.currencies:
        yield "no_currencies"


def _list_item(item: Item) -> Iterator[str]:
    if tuple(step.code for step in item.severity) != _SEVERITIES:
        yield "list_incomplete"
    if item.code != LIST_ITEM:
        yield "list_code"


_ITEM_CHECKS: Mapping[str, Callable[[Item], Iterable[str]]] = {
    "choice": _choice,
    "choices": _choice,
    "standards": _choice,
    "scale": _scale,
    "number": _number,
    "money": _money,
    "problems": _list_item,
}


def _problem_list(instrument: Instrument) -> Iterator[Finding]:
    headings = {theme.code for theme in instrument.themes}
    for problem in instrument.problems:
        if problem.heading not in headings:
            yield Finding("heading_unknown", "problem", problem.code, "heading", {"found": problem.heading})
    asked = any(item.kind == "problems" for item in instrument.items)
    if asked and not instrument.problems:
        yield Finding("list_empty", "item", LIST_ITEM)
    scenarios = {option.code for item in instrument.items if item.code == "scenario" for option in item.options}
    problems = {problem.code for problem in instrument.problems}
    for scenario, implied in instrument.implied.items():
        for code in implied:
            if scenario not in scenarios or code not in problems:
                details = {"scenario": scenario, "found": code}
                yield Finding("implied_unknown", "problem", code, "implied", details)


def _second_looks(instrument: Instrument) -> Iterator[Finding]:
    lists = [(page, item) for page in instrument.pages for item in page.items if item.kind == "problems"]
    if not lists:
        yield Finding("no_list", blocking=False)
    elif not {problem.theme for problem in instrument.problems} & set(UNCOUNTED_THEMES):
        yield Finding("no_controls", blocking=False)
    for page, item in lists:
        if page.stage != "core" or item.audience != "everybody":
            yield Finding("list_one_source", "item", item.code, blocking=False)
    for page in instrument.pages:
        yield from _page_looks(page)


def _page_looks(page: Page) -> Iterator[Finding]:
    if not page.items:
        yield Finding("page_empty", "page", page.code, blocking=False)
    if page.stage == "block":
        yield Finding("after_the_receipt", "page", page.code, blocking=False)
    for item in page.items:
        if item.kind == "scale" and not (item.options or item.low or item.high):
            yield Finding("scale_silent", "item", item.code, blocking=False)
        if item.shopper_text:
            yield Finding("asked_otherwise", "item", item.code, blocking=False)
        if item.audience != "everybody" or page.stage == "shopper":
            audience = "shoppers" if page.stage == "shopper" else item.audience
            yield Finding("one_source_only", "item", item.code, details={"audience": audience}, blocking=False)
