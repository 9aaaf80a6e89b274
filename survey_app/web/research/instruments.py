"""Questionnaires: a firm's list, the draft with all that can be done to it, publishing, files."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from functools import partial
from io import BytesIO
from typing import Any

from flask import Response, abort, flash, redirect, render_template, request, url_for
from flask_babel import get_locale
from flask_babel import gettext as _
from werkzeug.wrappers import Response as Answer

from survey_app.actions.instruments import (
    CannotPublish,
    CodeTaken,
    Edit,
    change_draft,
    draft_instrument,
    publish_instrument,
    redo_change,
    undo_change,
)
from survey_app.actions.studies import StudyProblem, take_version
from survey_app.forms.research import EmptyForm
from survey_app.foundations import clock
from survey_app.foundations.spreadsheets import write_sheets
from survey_app.foundations.workbooks import WorkbookRefused, read_workbook
from survey_app.queries.instruments import (
    DraftSeen,
    find_draft,
    find_version,
    instruments_for,
    version_of_study,
)
from survey_app.queries.studies import find_firm
from survey_app.rules.checking import texts_of
from survey_app.rules.definitions import read_draft
from survey_app.rules.editing import (
    add_item,
    add_page,
    duplicate_item,
    merge_problems,
    move_item,
    move_page,
    remove_item,
    remove_page,
    set_item,
    set_list,
    set_page,
    set_texts,
    split_problem,
)
from survey_app.rules.findings import QuestionnaireProblem
from survey_app.rules.rule_checks import rule_of
from survey_app.rules.text import clean_line
from survey_app.rules.versions import publishing_findings
from survey_app.rules.vocabulary import LANGUAGES
from survey_app.rules.xlsform import XlsformProblem, from_xlsform, to_xlsform
from survey_app.web.every_page.guards import current_actor, needs
from survey_app.web.research.instrument_forms import SPARE, item_values, page_values, texts
from survey_app.web.research.instrument_words import (
    all_said,
    audiences,
    in_plain_words,
    kinds,
    rule_said,
    said,
    sentence,
    stages,
    texts_named,
)
from survey_app.web.research.studies import standard_instrument, studies, study_or_404

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_MOST_WHOLE = 9


@studies.route("/firms/<public_id>/instruments", methods=["GET", "POST"])
@needs("studies.design")
def instruments(public_id: str) -> Answer | str | tuple[str, int]:
    """Show a firm's questionnaires, and begin one from the standard, a version, or a file."""
    firm = find_firm(current_actor(), public_id) or abort(404)
    lines, mistakes = instruments_for(current_actor(), public_id), []
    if EmptyForm().validate_on_submit():
        try:
            definition = _beginning()
            code = clean_line(request.form.get("code", ""))
            made = draft_instrument(
                current_actor(), public_id, definition | ({"code": code} if code else {}), at=clock.now()
            )
        except (QuestionnaireProblem, XlsformProblem, WorkbookRefused, CodeTaken) as problem:
            mistakes = _mistakes(problem)
        else:
            return redirect(url_for("research.instrument", public_id=made), 303)
    page = render_template(
        "research/instruments.html", firm=firm, lines=lines, form=EmptyForm(), mistakes=mistakes
    )
    return (page, 422) if mistakes else page


def _beginning() -> dict[str, Any]:
    """Return the definition from which a draft begins: a file, a published version, or the standard."""
    file = request.files.get("file")
    if file is not None and file.filename:
        content = file.read()
        if content.lstrip()[:1] == b"{":
            return _from_json(content)
        return from_xlsform(read_workbook(content))
    begin_with = request.form.get("begin_with", "standard")
    if begin_with == "standard":
        return standard_instrument()
    instrument, _dot, number = begin_with.partition(".")
    return find_version(current_actor(), instrument, _number(number)) or abort(404)


def _from_json(content: bytes) -> dict[str, Any]:
    try:
        definition = json.loads(content)
    except (ValueError, RecursionError):
        raise WorkbookRefused("not_json") from None
    return definition if isinstance(definition, dict) else {}


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) <= _MOST_WHOLE else 0


def _mistakes(problem: Exception) -> list[str]:
    """Return what is wrong, each with its place."""
    if isinstance(problem, XlsformProblem):
        return [
            f"{trap.sheet}{_place(trap.row, trap.column)}: {sentence(trap.reason, trap.details)}"
            for trap in problem.traps
        ]
    if isinstance(problem, WorkbookRefused):
        words = sentence(problem.reason, {})
        return [f"{problem.sheet}{_place(problem.row, problem.column)}: {words}" if problem.sheet else words]
    if isinstance(problem, QuestionnaireProblem):
        return [said(problem.finding)]
    if isinstance(problem, CannotPublish):
        return all_said(problem.findings)
    return [_("The firm has a questionnaire of this code already. Write another code.")]


def _place(row: int, column: str) -> str:
    in_row = " " + _("row %(row)s", row=row) if row else ""
    return in_row + (", " + _("column %(column)s", column=column) if column else "")


def draft_or_404(public_id: str) -> DraftSeen:
    """Return a draft that the person may see; a foreign one looks like a missing one."""
    return find_draft(current_actor(), public_id) or abort(404)


@studies.route("/instruments/<public_id>", methods=["GET", "POST"])
@needs("studies.design")
def instrument(public_id: str) -> Answer | str | tuple[str, int]:
    """Show a draft page by page, and make one change to its order and its parts."""
    draft, mistakes = draft_or_404(public_id), []
    if EmptyForm().validate_on_submit():
        try:
            _do(public_id, *request.form.get("do", "").partition(":")[::2])
        except (QuestionnaireProblem, CodeTaken) as problem:
            mistakes = _mistakes(problem)
        else:
            return redirect(url_for("research.instrument", public_id=public_id), 303)
    definition = draft.definition
    page = _render("research/instrument.html", draft, mistakes=mistakes, pages=definition.get("pages", []))
    return (page, 422) if mistakes else page


def _do(public_id: str, what: str, code: str) -> None:
    """Do what one of the buttons of the outline says."""
    if what in ("undo", "redo"):
        step = undo_change if what == "undo" else redo_change
        step(current_actor(), public_id, seen_revision=_revision(), at=clock.now())
        return
    fields = request.form
    new_code = clean_line(fields.get("new_code", ""))
    edits: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
        "add_page": lambda draft: add_page(draft, new_code, fields.get("stage", "core"), texts(fields, "title")),
        "add_item": lambda draft: add_item(draft, code, new_code, fields.get("kind", "choice")),
        "page_up": lambda draft: move_page(draft, code, -1),
        "page_down": lambda draft: move_page(draft, code, 1),
        "remove_page": lambda draft: remove_page(draft, code),
        "item_up": lambda draft: move_item(draft, code, -1),
        "item_down": lambda draft: move_item(draft, code, 1),
        "duplicate_item": lambda draft: duplicate_item(draft, code),
        "remove_item": lambda draft: remove_item(draft, code),
    }
    if what not in edits:
        abort(400)
    _change(public_id, edits[what], what)


def _change(public_id: str, edit: Edit, did: str) -> None:
    change_draft(current_actor(), public_id, edit, did=did, seen_revision=_revision(), at=clock.now())


def _revision() -> int:
    return _number(request.form.get("revision", ""))


def _render(template: str, draft: DraftSeen, **more: Any) -> str:
    language = str(get_locale())
    instrument = read_draft(draft.definition)
    findings = publishing_findings(draft.definition, draft.earlier)
    return render_template(
        template,
        draft=draft,
        title=instrument.title[language],
        form=EmptyForm(),
        findings=[(finding, said(finding)) for finding in findings],
        rule_words=partial(in_plain_words, instrument=instrument, language=language),
        kinds=kinds(),
        stages=stages(),
        audiences=audiences(),
        texts_named=texts_named,
        survey_languages=LANGUAGES,
        **more,
    )


@studies.route("/instruments/<public_id>/page", methods=["GET", "POST"])
@needs("studies.design")
def instrument_page(public_id: str) -> Answer | str | tuple[str, int]:
    """Show one page of a draft, and change its title, its rule, its place."""
    draft = draft_or_404(public_id)
    part = _chosen(draft.definition.get("pages", []), request.values.get("code"))
    return _edit_part(draft, part, "research/instrument_page.html", set_page, page_values, page=part["code"])


@studies.route("/instruments/<public_id>/item", methods=["GET", "POST"])
@needs("studies.design")
def instrument_item(public_id: str) -> Answer | str | tuple[str, int]:
    """Show one question of a draft, and change its texts, answers and rule."""
    draft = draft_or_404(public_id)
    pages = [(page["code"], item) for page in draft.definition.get("pages", []) for item in page["items"]]
    part = _chosen([item for _page, item in pages], request.values.get("code"))
    page = next(code for code, item in pages if item is part)
    values = partial(item_values, kind=part["kind"])
    return _edit_part(
        draft, part, "research/instrument_item.html", set_item, values, page=page, is_item=True, spare=SPARE
    )


def _chosen(parts: list[dict[str, Any]], code: str | None) -> dict[str, Any]:
    """Return the part of a code, or the first."""
    found = next((part for part in parts if code in (None, part["code"])), None)
    return found or abort(404)


def _edit_part(
    draft: DraftSeen,
    part: dict[str, Any],
    template: str,
    edit: Callable[..., dict[str, Any]],
    values: Callable[[Mapping[str, str]], dict[str, Any]],
    *,
    page: str,
    is_item: bool = False,
    **more: Any,
) -> Answer | str | tuple[str, int]:
    mistakes: list[str] = []
    shown = part
    if EmptyForm().validate_on_submit():
        try:
            shown = {"code": part["code"], **values(request.form)}
            mistakes = _save_part(draft, part, shown, edit, page=page, is_item=is_item)
        except (QuestionnaireProblem, CodeTaken) as problem:
            mistakes = _mistakes(problem)
        if not mistakes:
            return redirect(url_for("research.instrument", public_id=draft.public_id, _anchor=shown["code"]), 303)
    rendered = _render(template, draft, part=shown, before=part["code"], mistakes=mistakes, **more)
    return (rendered, 422) if mistakes else rendered


def _save_part(
    draft: DraftSeen,
    part: dict[str, Any],
    values: dict[str, Any],
    edit: Callable[..., dict[str, Any]],
    *,
    page: str,
    is_item: bool,
) -> list[str]:
    """Save a part, unless its rule cannot be followed; return what is wrong with the rule."""
    after = edit(draft.definition, part["code"], values)
    rule = values.get("only_if", "")
    if rule:
        where = {"page": page, "item": values["code"]} if is_item else {"page": values["code"]}
        problems = rule_of(read_draft(after), rule, **where)
        if problems:
            return [rule_said(problem) for problem in problems]
    _change(draft.public_id, lambda definition: edit(definition, part["code"], values), "change")
    return []


@studies.route("/instruments/<public_id>/texts", methods=["GET", "POST"])
@needs("studies.design")
def instrument_texts(public_id: str) -> Answer | str | tuple[str, int]:
    """Show the texts of one page, or of the problem list, in three languages side by side, and write them."""
    draft, mistakes = draft_or_404(public_id), []
    sections = [page["code"] for page in draft.definition.get("pages", [])]
    section = request.values.get("section", "")
    wanted = [
        line for line in texts_of(draft.definition) if _section_of(draft.definition, line[0], line[1]) == section
    ]
    if EmptyForm().validate_on_submit():
        written: dict[tuple[str, str, str], dict[str, str]] = {
            (str(place), code, what): texts(request.form, f"{place}/{code}/{what}")
            for place, code, what, _texts in wanted
        }
        try:
            _change(public_id, lambda definition: set_texts(definition, written), "translate")
        except (QuestionnaireProblem, CodeTaken) as problem:
            mistakes = _mistakes(problem)
        else:
            flash(_("The texts are saved."), "success")
            return redirect(url_for("research.instrument_texts", public_id=public_id, section=section), 303)
    page = _render(
        "research/instrument_texts.html",
        draft,
        section=section,
        sections=sections,
        wanted=wanted,
        mistakes=mistakes,
        missing=_missing(draft),
    )
    return (page, 422) if mistakes else page


def _section_of(definition: Mapping[str, Any], place: str, code: str) -> str:
    """Return on which page of translations a text stands; the title and the problem list share the first."""
    if place == "page":
        return code
    if place != "item":
        return ""
    return next(
        str(page["code"]) for page in definition["pages"] if any(item["code"] == code for item in page["items"])
    )


def _missing(draft: DraftSeen) -> dict[str, int]:
    """Return how many texts each section still lacks."""
    missing: dict[str, int] = {}
    for place, code, _what, written in texts_of(draft.definition):
        section = _section_of(draft.definition, place, code)
        lacking = sum(1 for language in LANGUAGES if not written.get(language))
        missing[section] = missing.get(section, 0) + lacking
    return missing


@studies.route("/instruments/<public_id>/problems", methods=["GET", "POST"])
@needs("studies.design")
def instrument_list(public_id: str) -> Answer | str | tuple[str, int]:
    """Show the problem list under its themes; change it, merge problems, or split one."""
    draft, mistakes = draft_or_404(public_id), []
    if EmptyForm().validate_on_submit():
        try:
            _change(public_id, _list_edit(draft.definition), request.form.get("do", "list")[:20])
        except (QuestionnaireProblem, CodeTaken) as problem:
            mistakes = _mistakes(problem)
        else:
            flash(_("The list is saved."), "success")
            return redirect(url_for("research.instrument_list", public_id=public_id), 303)
    page = _render("research/instrument_list.html", draft, mistakes=mistakes, spare=SPARE)
    return (page, 422) if mistakes else page


def _list_edit(definition: Mapping[str, Any]) -> Edit:
    fields = request.form
    today = clock.now().date().isoformat()
    if fields.get("do") == "merge":
        codes = [each["code"] for each in definition.get("problems", []) if f"merge.{each['code']}" in fields]
        into = {"code": clean_line(fields.get("into", "")), "text": texts(fields, "into")}
        return lambda draft: merge_problems(draft, codes, into, on=today)
    if fields.get("do") == "split":
        parts = [
            {"code": code, "text": texts(fields, f"part.{number}")}
            for number in range(SPARE)
            if (code := clean_line(fields.get(f"part.{number}.code", "")))
        ]
        return lambda draft: split_problem(draft, fields.get("split", ""), parts, on=today)
    themes = [
        {"code": code, "text": texts(fields, f"theme.{number}")}
        for number in range(len(definition.get("themes", [])) + SPARE)
        if (code := clean_line(fields.get(f"theme.{number}.code", "")))
    ]
    problems = [
        {
            "code": code,
            "theme": clean_line(fields.get(f"problem.{number}.theme", "")),
            "heading": clean_line(fields.get(f"problem.{number}.heading", ""))
            or clean_line(fields.get(f"problem.{number}.theme", "")),
            "text": texts(fields, f"problem.{number}"),
        }
        for number in range(len(definition.get("problems", [])) + SPARE)
        if (code := clean_line(fields.get(f"problem.{number}.code", "")))
    ]
    return lambda draft: set_list(draft, themes, problems)


@studies.route("/instruments/<public_id>/publish", methods=["GET", "POST"])
@needs("studies.design")
def instrument_publish(public_id: str) -> Answer | str | tuple[str, int]:
    """Show what keeps a draft from being published and what is worth a second look; publish it."""
    draft, mistakes = draft_or_404(public_id), []
    if EmptyForm().validate_on_submit():
        try:
            number = publish_instrument(current_actor(), public_id, seen_revision=_revision(), at=clock.now())
        except (CannotPublish, QuestionnaireProblem) as problem:
            mistakes = _mistakes(problem)
        else:
            flash(_("Version %(number)s is published.", number=number), "success")
            return redirect(url_for("research.instrument", public_id=public_id), 303)
    page = _render("research/instrument_publish.html", draft, mistakes=mistakes)
    return (page, 422) if mistakes else page


@studies.get('/instruments/<public_id>/file/<any("json", "xlsx"):kind>')
@needs("studies.design")
def instrument_file(public_id: str, kind: str) -> Response:
    """Give a draft, or one of its versions, as a file."""
    draft = draft_or_404(public_id)
    number = _number(request.args.get("version", ""))
    definition = dict(draft.earlier).get(number) if number else draft.definition
    if definition is None:
        abort(404)
    name = f"{definition['code']}-{number or 'draft'}.{kind}"
    if kind == "json":
        content = json.dumps(definition, ensure_ascii=False, indent=2).encode() + b"\n"
    else:
        target = BytesIO()
        write_sheets(target, to_xlsform(definition))
        content = target.getvalue()
    answer = Response(content, mimetype="application/json" if kind == "json" else _XLSX)
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


@studies.route("/studies/<public_id>/instrument", methods=["GET", "POST"])
@needs("studies.design")
def study_instrument(public_id: str) -> Answer | str | tuple[str, int]:
    """Show with which version a study asks, and let it take another."""
    study, status = study_or_404(public_id), 200
    lines = [line for line in instruments_for(current_actor(), study.firm_public_id) if line.latest]
    if EmptyForm().validate_on_submit():
        instrument, _dot, number = request.form.get("version", "").partition(".")
        try:
            take_version(current_actor(), public_id, instrument, _number(number), at=clock.now())
        except StudyProblem as problem:
            flash(str(problem), "error")
            status = 422
        else:
            flash(_("The study asks with this version from now on."), "success")
            return redirect(url_for("research.study_instrument", public_id=public_id), 303)
    page = render_template(
        "research/study_instrument.html",
        study=study,
        form=EmptyForm(),
        lines=lines,
        now=version_of_study(current_actor(), public_id),
    )
    return page, status
