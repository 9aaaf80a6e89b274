"""Who may open a page. Every route says so: `@public`, `@needs(permission)`, or another guard made here."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar, cast

from flask import Flask, abort, current_app
from flask_login import current_user

from survey_app.models import Person
from survey_app.queries.people import actor_of
from survey_app.rules.permissions import Actor, may_anywhere

View = TypeVar("View", bound=Callable[..., Any])
GUARD = "guarded_by"


def guarded(view: View, by: str) -> View:
    """Say by what a view is guarded, so that a test can walk them all."""
    setattr(view, GUARD, by)
    return view


def public(view: View) -> View:
    """Mark a page that anybody may open."""
    return guarded(view, "public")


def needs(permission: str) -> Callable[[View], View]:
    """Let only people in who have a permission somewhere; whether it reaches the row is the query's to say."""

    def decorate(view: View) -> View:
        @wraps(view)
        def checked(*args: Any, **kwargs: Any) -> Any:
            if not current_user.is_authenticated:
                return current_app.login_manager.unauthorized()  # type: ignore[attr-defined]
            if not may_anywhere(current_actor(), permission):
                abort(404)
            return view(*args, **kwargs)

        return guarded(cast(View, checked), permission)

    return decorate


def signed_in(view: View) -> View:
    """Let in whoever is signed in."""

    @wraps(view)
    def checked(*args: Any, **kwargs: Any) -> Any:
        if not current_user.is_authenticated:
            return current_app.login_manager.unauthorized()  # type: ignore[attr-defined]
        return view(*args, **kwargs)

    return guarded(cast(View, checked), "signed in")


def set_up_guards(app: Flask) -> None:
    """Teach templates to ask what the person may do, so that they offer nothing that would be refused."""
    app.jinja_env.globals["permitted"] = lambda permission: may_anywhere(current_actor(), permission)


def current_actor() -> Actor:
    """Return the person who is signed in, with what they may do."""
    return actor_of(cast(Person, current_user))
