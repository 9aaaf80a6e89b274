"""Questionnaires as XLSForm, the field's common format, and back. Sheets are plain rows here; files are not.

What XLSForm has no word for stands in columns of our own (`tw_…`), which other programs pass over. What is wrong
with a sheet is said with its row and column, all of it at once.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from survey_app.rules.conditions import ConditionProblem, read_condition, write_condition
from survey_app.rules.findings import SENTENCES
from survey_app.rules.questionnaire import LIST_ITEM, NONE_OF_THESE
from survey_app.rules.shape import AUDIENCES, KINDS, SCHEMA, STAGES, is_code
from survey_app.rules.vocabulary import LANGUAGES
from survey_app.rules.xpath import from_xpath, to_xpath

#: A row of a sheet: its number as people see it, and its cells by column.
Row = tuple[int, Mapping[str, str]]
Sheets = Mapping[str, Sequence[Row]]

_NAMES = {"en": "English (en)", "pl": "Polski (pl)", "fi": "Suomi (fi)"}
_LANGUAGE = re.compile(r"(?:.*\((?P<code>[a-z]{2})\)|(?P<bare>[a-z]{2}))")
#: Column of a text → the text of an item that it holds.
_TEXTS = {
    "label": "text",
    "hint": "hint",
    **{
        f"tw_{key}": key
        for key in ("shopper_text", "low", "high", "unit", "none_text", "severity_text", "dont_know", "refused")
    },
}
_SURVEY = ("type", "name", "required", "relevant", "appearance", "parameters", "constraint")
_OWN = (
    "tw_kind",
    "tw_for",
    "tw_stage",
    "tw_shuffle",
    "tw_most_characters",
    "tw_least",
    "tw_most",
    "tw_currencies",
)
#: Columns that other programs use and that change nothing here.
_PASSED_OVER = ("constraint_message", "required_message", "guidance_hint", "note", "read_only", "readonly")
_CHOICES = ("list_name", "name", "tw_exclusive", "tw_stays", "tw_theme", "tw_heading")
_SETTINGS = ("form_title", "form_id", "default_language", "version", "style", "tw_title")
_TYPES = {
    "integer": "number",
    "decimal": "number",
    "range": "scale",
    "date": "date",
    "time": "time",
    "text": "text",
    "note": "note",
}
_SELECT = re.compile(r"(select_one|select_multiple|select one|select multiple)\s+(\S+)")
_KEEPS = {"select_one": ("choice", "scale", "standards"), "select_multiple": ("choices", "problems")}
_BEGIN, _END = ("begin_group", "begin group"), ("end_group", "end group")
#: Names that XLSForm keeps for itself.
_RESERVED = frozenset({"meta", "instanceid", "instancename", "start", "end", "today", "deviceid", "username"})
_PARAMETER = re.compile(r"(start|end|step)\s*=\s*(-?\d+)")
_BOUND = re.compile(r"\.\s*(<=|>=)\s*(-?\d+)")
_YES = ("yes", "true", "true()", "1")
_NO = ("", "no", "false", "false()", "0")
_THEMES, _IMPLIED, _HISTORY = "tw_themes", "tw_implied", "tw_history"


@dataclass(frozen=True)
class Trap:
    """One thing that is wrong with a workbook, and where."""

    reason: str
    sheet: str
    row: int = 0
    column: str = ""
    details: Mapping[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        """Say it in English."""
        row = f" row {self.row}" if self.row else ""
        column = f", column {self.column}" if self.column else ""
        return f"{self.sheet}{row}{column}: {SENTENCES[self.reason] % self.details}"


class XlsformProblem(ValueError):
    """A workbook that cannot be taken in, with everything that is wrong with it."""

    def __init__(self, traps: Sequence[Trap]) -> None:
        super().__init__("\n".join(map(str, traps)))
        self.traps = tuple(traps)


def tidied(definition: Mapping[str, Any]) -> dict[str, Any]:
    """Return a definition without what says nothing: empty texts and lists, and what holds anyway."""
    kept: dict[str, Any] = {
        "schema": SCHEMA,
        "code": definition["code"],
        "title": _full(definition.get("title", {})),
    }
    kept["pages"] = [
        _without_defaults(page | {"items": [_tidy_item(item) for item in page.get("items", ())]})
        for page in definition.get("pages", ())
    ]
    kept["themes"] = [_without_defaults(theme) for theme in definition.get("themes", ())]
    kept["problems"] = [
        _without_defaults({"heading": problem.get("theme"), **problem})
        for problem in definition.get("problems", ())
    ]
    for key in ("implied", "list_history"):
        if definition.get(key):
            kept[key] = definition[key]
    return kept


_HOLDS_ANYWAY = (
    ("for", "everybody"),
    ("required", False),
    ("shuffle", False),
    ("exclusive", False),
    ("stays", False),
    ("long", False),
    ("whole", True),
    ("most_characters", 200),
    ("only_if", ""),
)


def _tidy_item(item: Mapping[str, Any]) -> dict[str, Any]:
    lists = {
        key: [_without_defaults(option) for option in item[key]]
        for key in ("options", "severity")
        if item.get(key)
    }
    kept = _without_defaults({**item, **lists})
    if "only_if" in kept:
        kept["only_if"] = _usual(kept["only_if"])
    return kept


def _usual(rule: str) -> str:
    try:
        return write_condition(read_condition(rule))
    except ConditionProblem:
        return rule


def _without_defaults(part: Mapping[str, Any]) -> dict[str, Any]:
    kept = {}
    for key, given in part.items():
        value = _full(given) if isinstance(given, Mapping) else given
        if (key, value) in _HOLDS_ANYWAY or (value in ({}, [], None) and key != "items"):
            continue
        kept[key] = value
    return kept


def _full(texts: Mapping[str, str]) -> dict[str, str]:
    return {language: text for language, text in texts.items() if text}


def to_xlsform(definition: Mapping[str, Any]) -> dict[str, tuple[list[str], list[dict[str, Any]]]]:
    """Return the sheets of a definition: columns and rows by name."""
    known = tidied(definition)
    survey = [row for page in known["pages"] for row in _page_rows(page)]
    choices = [row for page in known["pages"] for item in page["items"] for row in _choice_rows(item, known)]
    settings = {
        "form_title": known["title"].get("en", known["code"]),
        "form_id": known["code"],
        "default_language": _NAMES["en"],
        **_in_columns("tw_title", known["title"]),
    }
    sheets = {
        "survey": ([*_SURVEY[:2], *_columns(_TEXTS), *_SURVEY[2:], *_OWN], survey),
        "choices": (["list_name", "name", *_columns(["label"]), *_CHOICES[2:]], choices),
        "settings": (list(settings), [settings]),
    }
    implied = known.get("implied", {})
    if implied:
        rows = [{"scenario": scenario, "problem": code} for scenario, codes in implied.items() for code in codes]
        sheets[_IMPLIED] = (["scenario", "problem"], rows)
    if known.get("list_history"):
        rows = [
            {**change, "of": " ".join(change["of"]), "into": " ".join(change["into"])}
            for change in known["list_history"]
        ]
        sheets[_HISTORY] = (["did", "of", "into", "on"], rows)
    return {
        name: (columns, [{column: str(row.get(column, "")) for column in columns} for row in rows])
        for name, (columns, rows) in sheets.items()
    }


def _columns(names: Any) -> list[str]:
    return [f"{name}::{_NAMES[language]}" for name in names for language in LANGUAGES]


def _in_columns(name: str, texts: Mapping[str, str]) -> dict[str, str]:
    return {f"{name}::{_NAMES[language]}": text for language, text in texts.items()}


def _page_rows(page: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    yield {
        "type": _BEGIN[0],
        "name": page["code"],
        **_in_columns("label", page.get("title", {})),
        **_in_columns("hint", page.get("intro", {})),
        "appearance": "field-list",
        "relevant": _relevant(page),
        "tw_stage": page["stage"],
        "tw_shuffle": "yes" if page.get("shuffle") else "",
    }
    for item in page["items"]:
        yield _item_row(item)
    yield {"type": _END[0], "name": page["code"]}


def _relevant(part: Mapping[str, Any]) -> str:
    try:
        return to_xpath(read_condition(part["only_if"])) if part.get("only_if") else ""
    except ConditionProblem:
        return str(part["only_if"])


def _item_row(item: Mapping[str, Any]) -> dict[str, Any]:
    kind = item["kind"]
    row: dict[str, Any] = {
        "type": _type_of(item),
        "name": item["code"],
        "required": "yes" if item.get("required") else "",
        "relevant": _relevant(item),
        "appearance": "multiline" if item.get("long") else "",
        "tw_kind": kind,
        "tw_for": item.get("for", ""),
        "tw_shuffle": "yes" if item.get("shuffle") else "",
        "tw_most_characters": item.get("most_characters", 200) if kind == "text" else "",
        "tw_currencies": " ".join(item.get("currencies", ())),
    }
    for column, key in _TEXTS.items():
        row |= _in_columns(column, item.get(key, {}))
    if kind == "scale":
        row["tw_least"], row["tw_most"] = item.get("from", ""), item.get("to", "")
        if row["type"] == "range":
            row["parameters"] = f"start={item.get('from', 0)} end={item.get('to', 0)} step=1"
    else:
        row["tw_least"], row["tw_most"] = item.get("least", ""), item.get("most", "")
        bounds = [(">=", item.get("least")), ("<=", item.get("most"))]
        row["constraint"] = " and ".join(f". {sign} {bound}" for sign, bound in bounds if bound is not None)
    return row


def _type_of(item: Mapping[str, Any]) -> str:
    kind = str(item["kind"])
    if kind in ("choice", "standards") or (kind == "scale" and item.get("options")):
        return f"select_one {item['code']}"
    if kind in ("choices", "problems"):
        return f"select_multiple {item['code']}"
    if kind == "number":
        return "integer" if item.get("whole", True) else "decimal"
    return {"scale": "range", "money": "decimal", "hour": "integer"}.get(kind, kind)


def _choice_rows(item: Mapping[str, Any], known: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    for option in item.get("options", ()):
        marks = {f"tw_{mark}": "yes" for mark in ("exclusive", "stays") if option.get(mark)}
        yield {
            "list_name": item["code"],
            "name": option["code"],
            **_in_columns("label", option.get("text", {})),
            **marks,
        }
    if item["kind"] != "problems":
        return
    for problem in known["problems"]:
        yield {
            "list_name": item["code"],
            "name": problem["code"],
            **_in_columns("label", problem.get("text", {})),
            "tw_theme": problem.get("theme", ""),
            "tw_heading": problem.get("heading", ""),
        }
    none = item.get("none_text", {})
    yield {"list_name": item["code"], "name": NONE_OF_THESE, **_in_columns("label", none), "tw_exclusive": "yes"}
    for step in item.get("severity", ()):
        text = _in_columns("label", step.get("text", {}))
        yield {"list_name": f"{item['code']}_severity", "name": step["code"], **text}
    for theme in known["themes"]:
        yield {"list_name": _THEMES, "name": theme["code"], **_in_columns("label", theme.get("text", {}))}


def from_xlsform(sheets: Sheets) -> dict[str, Any]:
    """Return the definition that a workbook says; it may still lack what a questionnaire must have.

    Raises
    ------
    XlsformProblem
        With all that is wrong, each with sheet, row and column.
    """
    return _Workbook(sheets).definition()


class _Workbook:
    """Reads the sheets once, and notes what is wrong on the way."""

    def __init__(self, sheets: Sheets) -> None:
        self._sheets = sheets
        self._traps: list[Trap] = []
        self._kinds: dict[str, str] = {}
        self._lists: dict[str, list[tuple[int, Mapping[str, str]]]] = {}

    def definition(self) -> dict[str, Any]:
        for needed in ("survey", "choices", "settings"):
            if needed not in self._sheets and (needed != "choices" or self._selects()):
                self._note("sheet_missing", needed)
        self._check_columns()
        if any(trap.reason in ("sheet_missing", "column_missing") for trap in self._traps):
            raise XlsformProblem(self._traps)
        self._read_lists()
        pages = self._pages()
        definition = self._settings() | {"pages": pages, **self._problem_list(), **self._extras()}
        if self._traps:
            raise XlsformProblem(
                sorted(self._traps, key=lambda trap: (trap.sheet != "survey", trap.sheet, trap.row))
            )
        return tidied(definition)

    def _selects(self) -> bool:
        return any(
            _SELECT.fullmatch(row.get("type", "").strip()) for _number, row in self._sheets.get("survey", ())
        )

    def _note(self, reason: str, sheet: str, row: int = 0, column: str = "", **details: Any) -> None:
        self._traps.append(Trap(reason, sheet, row, column, details))

    def _check_columns(self) -> None:
        known = {
            "survey": {*_SURVEY, *_OWN, *_PASSED_OVER, *_TEXTS},
            "choices": {*_CHOICES, *_PASSED_OVER, "label"},
            "settings": set(_SETTINGS),
        }
        needed = {"survey": ("type", "name"), "choices": ("list_name", "name"), "settings": ("form_id",)}
        for sheet, columns in known.items():
            rows = self._sheets.get(sheet, ())
            found = dict.fromkeys(column for _number, row in rows for column in row)
            for column in found:
                name, separator, language = column.partition("::")
                if name not in columns:
                    self._note("column_unknown", sheet, 1, column, found=column)
                elif separator and _language(language) not in LANGUAGES:
                    self._note("language_unknown", sheet, 1, column, found=language, known=", ".join(LANGUAGES))
            for column in needed[sheet]:
                if rows and column not in found:
                    self._note("column_missing", sheet, 1, column, missing=column)

    def _read_lists(self) -> None:
        for number, row in self._sheets.get("choices", ()):
            name, code = row.get("list_name", ""), row.get("name", "")
            if not name:
                self._note("cell_missing", "choices", number, "list_name")
                continue
            if not is_code(code):
                self._note("code_shape", "choices", number, "name", found=code)
            if code in [other.get("name") for _number, other in self._lists.get(name, ())]:
                self._note("name_twice", "choices", number, "name", found=code)
            self._complete(row, "choices", number, "label")
            self._lists.setdefault(name, []).append((number, row))

    def _complete(self, row: Mapping[str, str], sheet: str, number: int, name: str) -> None:
        """Note each language in which a text is missing."""
        texts = _texts(row, name)
        for language in LANGUAGES:
            if not texts.get(language):
                column = f"{name}::{_NAMES[language]}"
                self._note("translation_missing", sheet, number, column, language=language)

    def _pages(self) -> list[dict[str, Any]]:
        rows = self._sheets["survey"]
        self._kinds = {row.get("name", ""): kind for _number, row in rows if (kind := self._kind(row))}
        self._check_names(rows)
        pages: list[dict[str, Any]] = []
        begun: int | None = None
        for number, row in rows:
            kind = row.get("type", "").strip()
            if kind in _BEGIN:
                if begun is not None:
                    self._note("group_in_group", "survey", number, "type", begun=begun)
                begun = number
                pages.append(self._page(number, row))
            elif kind in _END:
                if begun is None:
                    self._note("group_not_begun", "survey", number, "type")
                begun = None
            elif begun is None:
                self._note("outside_group", "survey", number, "type")
            else:
                self._add_item(pages[-1], number, row)
        if begun is not None:
            self._note("group_not_ended", "survey", begun, "type")
        return pages

    def _check_names(self, rows: Sequence[Row]) -> None:
        for groups in (True, False):
            named = [
                (number, row.get("name", ""))
                for number, row in rows
                if row.get("type", "").strip() not in _END and (row.get("type", "").strip() in _BEGIN) == groups
            ]
            counts = Counter(name for _number, name in named)
            for number, name in named:
                if not is_code(name):
                    self._note("code_shape", "survey", number, "name", found=name)
                elif name.lower() in _RESERVED:
                    self._note("code_reserved", "survey", number, "name", found=name)
                elif counts[name] > 1 and name in [other for before, other in named if before < number]:
                    self._note("name_twice", "survey", number, "name", found=name)

    def _page(self, number: int, row: Mapping[str, str]) -> dict[str, Any]:
        self._complete(row, "survey", number, "label")
        return {
            "code": row.get("name", ""),
            "stage": self._one_of(row, number, "tw_stage", STAGES, "core"),
            "title": _texts(row, "label"),
            "intro": _texts(row, "hint"),
            "only_if": self._rule(row, number),
            "shuffle": self._yes(row, "survey", number, "tw_shuffle"),
            "items": [],
        }

    def _one_of(self, row: Mapping[str, str], number: int, column: str, known: Sequence[str], usual: str) -> str:
        value = row.get(column, "") or usual
        if value not in known:
            self._note("value_not_known", "survey", number, column, found=value, known=", ".join(known))
            return usual
        return value

    def _yes(self, row: Mapping[str, str], sheet: str, number: int, column: str) -> bool:
        value = row.get(column, "").strip().lower()
        if value not in (*_YES, *_NO):
            self._note("not_yes_or_no", sheet, number, column, found=value)
        return value in _YES

    def _rule(self, row: Mapping[str, str], number: int) -> str:
        text = row.get("relevant", "").strip()
        if not text:
            return ""
        try:
            return write_condition(from_xpath(text, self._kinds))
        except ConditionProblem as problem:
            details = {"position": problem.position, **problem.details}
            self._traps.append(Trap(problem.reason, "survey", number, "relevant", details))
            return ""

    def _kind(self, row: Mapping[str, str]) -> str | None:
        """Return the kind of question of a row, or None for a type that is not supported."""
        written = row.get("type", "").strip()
        select = _SELECT.fullmatch(written)
        own = row.get("tw_kind", "")
        if select:
            kinds = _KEEPS[select[1].replace(" ", "_")]
            return own if own in kinds else kinds[0]
        kind = _TYPES.get(written)
        return own if kind and own in KINDS and own not in ("choice", "choices", "problems", "standards") else kind

    def _add_item(self, page: dict[str, Any], number: int, row: Mapping[str, str]) -> None:
        kind = self._kind(row)
        if kind is None:
            self._note("type_unsupported", "survey", number, "type", found=row.get("type", ""))
            return
        self._complete(row, "survey", number, "label")
        item: dict[str, Any] = {
            "code": row.get("name", ""),
            "kind": kind,
            "for": self._one_of(row, number, "tw_for", AUDIENCES, "everybody"),
            "required": self._yes(row, "survey", number, "required"),
            "only_if": self._rule(row, number),
            "shuffle": self._yes(row, "survey", number, "tw_shuffle"),
            **{key: _texts(row, column) for column, key in _TEXTS.items()},
        }
        page["items"].append(item | self._of_kind(kind, row, number))

    def _of_kind(self, kind: str, row: Mapping[str, str], number: int) -> dict[str, Any]:
        if kind in ("choice", "choices", "standards", "problems") or row.get("type", "").startswith("select"):
            more = self._options(kind, row, number)
            return more | self._range(row, number, "from", "to") if kind == "scale" else more
        if kind == "scale":
            return self._range(row, number, "from", "to")
        if kind == "number":
            return self._range(row, number, "least", "most") | {"whole": row.get("type", "").strip() == "integer"}
        if kind == "money":
            return {"currencies": row.get("tw_currencies", "").split() or ["EUR", "PLN"]}
        if kind == "text":
            more = {"long": "multiline" in row.get("appearance", "")}
            most = self._whole(row, number, "tw_most_characters")
            return more | {"most_characters": most if most is not None else 5000 if more["long"] else 200}
        return {}

    def _range(self, row: Mapping[str, str], number: int, low: str, high: str) -> dict[str, Any]:
        least, most = self._whole(row, number, "tw_least"), self._whole(row, number, "tw_most")
        written: dict[str, str] = dict(_PARAMETER.findall(row.get("parameters", "")))
        bounds: dict[str, str] = dict(_BOUND.findall(row.get("constraint", "")))
        start, end = written.get("start") or bounds.get(">="), written.get("end") or bounds.get("<=")
        if least is None and start:
            least = int(start)
        if most is None and end:
            most = int(end)
        return {key: value for key, value in ((low, least), (high, most)) if value is not None}

    def _whole(self, row: Mapping[str, str], number: int, column: str) -> int | None:
        value = row.get(column, "").strip()
        if not value:
            return None
        if not re.fullmatch(r"-?\d{1,9}", value, re.ASCII):
            self._note("not_whole", "survey", number, column, found=value)
            return None
        return int(value)

    def _options(self, kind: str, row: Mapping[str, str], number: int) -> dict[str, Any]:
        select = _SELECT.fullmatch(row.get("type", "").strip())
        name = select[2] if select else ""
        if name not in self._lists:
            self._note("list_unknown", "survey", number, "type", found=name)
            return {}
        if kind == "problems":
            severity = [self._option(each, there) for there, each in self._lists.get(f"{name}_severity", ())]
            return {"severity": severity}
        return {"options": [self._option(each, there) for there, each in self._lists[name]]}

    def _option(self, row: Mapping[str, str], number: int) -> dict[str, Any]:
        marks = {mark: self._yes(row, "choices", number, f"tw_{mark}") for mark in ("exclusive", "stays")}
        return {"code": row.get("name", ""), "text": _texts(row, "label"), **marks}

    def _problem_list(self) -> dict[str, Any]:
        name = next((name for name, kind in self._kinds.items() if kind == "problems"), LIST_ITEM)
        if self._kinds.get(name) != "problems":
            return {"themes": [], "problems": []}
        themes = [
            {"code": row["name"], "text": _texts(row, "label")} for _number, row in self._lists.get(_THEMES, ())
        ]
        problems = [
            {
                "code": row.get("name", ""),
                "theme": row.get("tw_theme", ""),
                "heading": row.get("tw_heading", "") or row.get("tw_theme", ""),
                "text": _texts(row, "label"),
            }
            for _number, row in self._lists.get(name, ())
            if row.get("name") != NONE_OF_THESE
        ]
        return {"themes": themes, "problems": problems}

    def _settings(self) -> dict[str, Any]:
        for number, row in self._sheets["settings"]:
            code = row.get("form_id", "")
            if not is_code(code):
                self._note("code_shape", "settings", number, "form_id", found=code)
            title = _texts(row, "tw_title") or dict.fromkeys(LANGUAGES, row.get("form_title", ""))
            return {"schema": SCHEMA, "code": code, "title": title}
        self._note("cell_missing", "settings", 2, "form_id")
        return {"schema": SCHEMA, "code": "", "title": {}}

    def _extras(self) -> dict[str, Any]:
        implied: dict[str, list[str]] = {}
        for _number, row in self._sheets.get(_IMPLIED, ()):
            implied.setdefault(row.get("scenario", ""), []).append(row.get("problem", ""))
        history = [
            {
                "did": row.get("did", ""),
                "of": row.get("of", "").split(),
                "into": row.get("into", "").split(),
                **({"on": row["on"]} if row.get("on") else {}),
            }
            for _number, row in self._sheets.get(_HISTORY, ())
        ]
        return {"implied": implied, "list_history": history}


def _language(written: str) -> str:
    found = _LANGUAGE.fullmatch(written.strip())
    return (found["code"] or found["bare"]) if found else ""


def _texts(row: Mapping[str, str], name: str) -> dict[str, str]:
    """Return a text in each language; a column without a language is English."""
    texts = {}
    for column, value in row.items():
        base, separator, language = column.partition("::")
        code = _language(language) if separator else "en"
        if base == name and code in LANGUAGES and value:
            texts[code] = value
    return {language: texts[language] for language in LANGUAGES if language in texts}
