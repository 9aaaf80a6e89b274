"""What a researcher can do to a draft: each step takes a definition and returns another, never a broken one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from copy import deepcopy
from typing import Any

from survey_app.rules.findings import Finding, Place, QuestionnaireProblem
from survey_app.rules.questionnaire import LIST_ITEM
from survey_app.rules.shape import is_code, shaped

Definition = dict[str, Any]


def _refuse(reason: str, place: Place, code: str, **details: Any) -> QuestionnaireProblem:
    return QuestionnaireProblem(Finding(reason, place, code, details=details))


def _place_of(things: Sequence[Mapping[str, Any]], code: str, place: Place) -> int:
    found = next((number for number, thing in enumerate(things) if thing["code"] == code), None)
    if found is None:
        raise _refuse("edit_gone", place, code)
    return found


def _unused(code: str, taken: set[str], place: Place) -> str:
    if not is_code(code):
        raise _refuse("code_shape", place, code, found=code)
    if code in taken:
        raise _refuse("code_twice", place, code)
    return code


def _pages(definition: Definition) -> list[dict[str, Any]]:
    pages: list[dict[str, Any]] = definition.setdefault("pages", [])
    return pages


def _item_codes(definition: Definition) -> set[str]:
    return {item["code"] for page in _pages(definition) for item in page["items"]}


def _find_item(definition: Definition, code: str) -> tuple[list[dict[str, Any]], int, int]:
    for number, page in enumerate(_pages(definition)):
        for place, item in enumerate(page["items"]):
            if item["code"] == code:
                return page["items"], place, number
    raise _refuse("edit_gone", "item", code)


def add_page(definition: Definition, code: str, stage: str, title: Mapping[str, str]) -> Definition:
    """Add a page after the last of its stage."""
    changed = deepcopy(definition)
    pages = _pages(changed)
    _unused(code, {page["code"] for page in pages}, "page")
    same = [number for number, page in enumerate(pages) if page["stage"] == stage]
    pages.insert(
        same[-1] + 1 if same else len(pages), {"code": code, "stage": stage, "title": dict(title), "items": []}
    )
    return shaped(changed)


def set_page(definition: Definition, code: str, values: Mapping[str, Any]) -> Definition:
    """Give a page another title, introduction, rule, stage or code."""
    changed = deepcopy(definition)
    pages = _pages(changed)
    place = _place_of(pages, code, "page")
    if values.get("code", code) != code:
        _unused(values["code"], {page["code"] for page in pages}, "page")
    pages[place] = {**values, "code": values.get("code", code), "items": pages[place]["items"]}
    return shaped(changed)


def move_page(definition: Definition, code: str, by: int) -> Definition:
    """Move a page up (−1) or down (1)."""
    changed = deepcopy(definition)
    _move(_pages(changed), _place_of(_pages(changed), code, "page"), by)
    return changed


def remove_page(definition: Definition, code: str) -> Definition:
    """Take a page away, with its questions."""
    changed = deepcopy(definition)
    del _pages(changed)[_place_of(_pages(changed), code, "page")]
    return changed


def _move(things: list[dict[str, Any]], place: int, by: int) -> None:
    target = min(max(place + by, 0), len(things) - 1)
    things.insert(target, things.pop(place))


def add_item(definition: Definition, page: str, code: str, kind: str) -> Definition:
    """Add a question at the end of a page."""
    changed = deepcopy(definition)
    _unused(code, _item_codes(changed), "item")
    target = _pages(changed)[_place_of(_pages(changed), page, "page")]
    target["items"].append({"code": code, "kind": kind, **_begin_with(kind)})
    return shaped(changed)


def _begin_with(kind: str) -> dict[str, Any]:
    if kind == "scale":
        return {"from": 1, "to": 7}
    if kind == "money":
        return {"currencies": ["EUR", "PLN"]}
    if kind == "problems":
        return {"severity": [{"code": str(step), "text": {}} for step in range(1, 5)]}
    if kind == "standards":
        return {"options": [{"code": code, "text": {}} for code in ("yes", "no", "not_applicable")]}
    return {}


def set_item(definition: Definition, code: str, values: Mapping[str, Any]) -> Definition:
    """Give a question other texts, answers, a rule, or another code."""
    changed = deepcopy(definition)
    items, place, _page = _find_item(changed, code)
    if values.get("code", code) != code:
        _unused(values["code"], _item_codes(changed), "item")
    items[place] = {"kind": items[place]["kind"], "code": code, **values}
    return shaped(changed)


def move_item(definition: Definition, code: str, by: int) -> Definition:
    """Move a question up (−1) or down (1); beyond the first or last of its page it goes to the next page."""
    changed = deepcopy(definition)
    items, place, number = _find_item(changed, code)
    pages = _pages(changed)
    if 0 <= place + by < len(items):
        _move(items, place, by)
    elif 0 <= number + by < len(pages):
        moved = items.pop(place)
        neighbours = pages[number + by]["items"]
        neighbours.insert(len(neighbours) if by < 0 else 0, moved)
    return changed


def duplicate_item(definition: Definition, code: str) -> Definition:
    """Put a copy of a question behind it, under a code of its own."""
    changed = deepcopy(definition)
    items, place, _page = _find_item(changed, code)
    taken = _item_codes(changed)
    copy = next(name for number in range(2, 1000) if (name := f"{code[:55]}_{number}") not in taken)
    items.insert(place + 1, {**deepcopy(items[place]), "code": copy})
    return shaped(changed)


def remove_item(definition: Definition, code: str) -> Definition:
    """Take a question away."""
    changed = deepcopy(definition)
    items, place, _page = _find_item(changed, code)
    del items[place]
    return changed


def set_texts(definition: Definition, texts: Mapping[tuple[str, str, str], Mapping[str, str]]) -> Definition:
    """Write texts, each named by what it belongs to: (place, code, which of its texts) → language → text."""
    changed = deepcopy(definition)
    for (place, code, what), written in texts.items():
        holder = _holder(changed, place, code)
        key, dot, option = what.partition(".")
        if dot:
            options = holder.get(key, [])
            holder, key = options[_place_of(options, option, "item")], "text"
        holder[key] = {language: text for language, text in written.items() if text}
    return shaped(changed)


def _holder(definition: Definition, place: str, code: str) -> dict[str, Any]:
    if place == "instrument":
        return definition
    if place == "item":
        items, number, _page = _find_item(definition, code)
        return items[number]
    things: list[dict[str, Any]] = definition.get(
        {"page": "pages", "theme": "themes", "problem": "problems"}[place], []
    )
    return things[_place_of(things, code, "item")]


def set_list(
    definition: Definition, themes: Sequence[Mapping[str, Any]], problems: Sequence[Mapping[str, Any]]
) -> Definition:
    """Give the problem list other themes and problems."""
    return shaped({**deepcopy(definition), "themes": list(themes), "problems": list(problems)})


def merge_problems(
    definition: Definition, codes: Sequence[str], into: Mapping[str, Any], *, on: str
) -> Definition:
    """Put one problem with a code of its own in the place of several; what was merged stays written down."""
    return _replace(definition, "merge", list(codes), [into], on=on)


def split_problem(definition: Definition, code: str, into: Sequence[Mapping[str, Any]], *, on: str) -> Definition:
    """Put several problems with codes of their own in the place of one; what was split stays written down."""
    return _replace(definition, "split", [code], list(into), on=on)


def _replace(
    definition: Definition, did: str, codes: list[str], into: list[Mapping[str, Any]], *, on: str
) -> Definition:
    changed = deepcopy(definition)
    problems: list[dict[str, Any]] = changed.get("problems", [])
    known = {problem["code"] for problem in problems}
    retired = {code for change in changed.get("list_history", ()) for code in change["of"]}
    place = min(_place_of(problems, code, "problem") for code in codes)
    for problem in into:
        _unused(problem["code"], known | retired | {LIST_ITEM}, "problem")
    first = problems[place]
    new = [
        {"theme": first.get("theme"), "heading": first.get("heading", first.get("theme")), **each} for each in into
    ]
    changed["problems"] = [
        *(problem for problem in problems[:place] if problem["code"] not in codes),
        *new,
        *(problem for problem in problems[place:] if problem["code"] not in codes),
    ]
    change = {"did": did, "of": codes, "into": [problem["code"] for problem in into], "on": on}
    changed["list_history"] = [*changed.get("list_history", ()), change]
    _follow(changed, codes, [problem["code"] for problem in into])
    return shaped(changed)


def _follow(definition: Definition, gone: list[str], instead: list[str]) -> None:
    """Let what a scenario implies follow a merge or a split."""
    for scenario, codes in definition.get("implied", {}).items():
        if set(codes) & set(gone):
            definition["implied"][scenario] = [*(code for code in codes if code not in gone), *instead]
