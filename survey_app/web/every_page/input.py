"""What a request may look like: a form as browsers send it, one value where one is meant, text that is kept."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any, TypeVar

from flask import Flask, current_app, request
from werkzeug.exceptions import BadRequest
from werkzeug.wrappers import Response
from wtforms import SelectMultipleField
from wtforms.form import Form

from survey_app.forms.research import PublicationForm, StudyForm
from survey_app.rules.text import TextRefused

View = TypeVar("View", bound=Callable[..., Any])

_FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")
_TAKES = "takes_content"
#: Pages whose form has a field that may be sent several times. Pages of questions say it item by item.
_SEVERAL = {"research.new_study": StudyForm, "research.publish": PublicationForm}
_QUESTIONS = ("survey.save", "shoppers.save", "own.correct")


def takes(*kinds: str) -> Callable[[View], View]:
    """Mark a view that takes these kinds of content instead of a form, such as application/json."""

    def decorate(view: View) -> View:
        setattr(view, _TAKES, kinds)
        return view

    return decorate


def set_up_input(app: Flask) -> None:
    """Answer what no form of ours can have sent with a page that says so, before anything is looked at."""
    app.before_request(_refuse_other_content)
    app.before_request(_refuse_two_values)
    app.register_error_handler(TextRefused, _say_it_cannot_be_read)


def _refuse_other_content() -> None:
    """Refuse a body of a kind that the view does not take; a body without anything in it is no body."""
    view = current_app.view_functions.get(request.endpoint or "")
    if request.method in ("GET", "HEAD", "OPTIONS") or view is None:
        return
    has_body = bool(request.content_length) or "chunked" in request.headers.get("Transfer-Encoding", "")
    if (has_body or request.mimetype) and request.mimetype not in getattr(view, _TAKES, _FORMS):
        raise BadRequest


def _refuse_two_values() -> None:
    if request.endpoint not in _QUESTIONS:
        form = _SEVERAL.get(request.endpoint or "")
        one_value_each(may_repeat=_several_of(form) if form else ())


def _several_of(form: type[Form]) -> set[str]:
    """Return the names of a form's fields that may be sent several times."""
    return {name for name in dir(form) if getattr(getattr(form, name), "field_class", None) is SelectMultipleField}


def one_value_each(*, may_repeat: Collection[str]) -> None:
    """Refuse two different values under one name: which of them was meant, first or last, nobody can know."""
    for fields in (request.args, request.form):
        for name, values in fields.lists():
            if name not in may_repeat and len(set(values)) > 1:
                raise BadRequest


def _say_it_cannot_be_read(_error: TextRefused) -> Response | Any:
    return current_app.handle_user_exception(BadRequest())
