"""In which language a page speaks: that of its address, of the person, or of the browser."""

from __future__ import annotations

from flask import Flask, request, session, url_for
from flask_babel import Babel, get_locale
from flask_login import current_user

from survey_app.rules.spoken import in_language, language_of
from survey_app.rules.vocabulary import LANGUAGES

#: Each language in its own name.
NAMES = {"en": "English", "pl": "Polski", "fi": "Suomi"}
#: Under which name the cookie keeps the language of whoever has yet to show their second factor.
WAITING_LANGUAGE = "tf_language"
#: Page that takes a form → page that asks for it.
_ASKED_FOR = {
    "survey.start": "survey.greet",
    "survey.save": "survey.page",
    "survey.refuse_mail": "survey.ask_no_mail",
    "own.open_": "own.ask",
    "own.resume": "own.ask_to_resume",
    "own.correct": "own.page",
    "shoppers.begin": "shoppers.brief",
    "shoppers.save": "shoppers.page",
}


def set_up_languages(app: Flask) -> None:
    """Choose the language of each request, and teach templates to name it, speak it, lead to another."""
    app.config["BABEL_DEFAULT_LOCALE"] = "en"
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = "translations"
    Babel(app, locale_selector=_select)
    app.jinja_env.globals["current_language"] = lambda: str(get_locale())
    app.jinja_env.globals["in_language"] = _same_page_in
    app.jinja_env.globals["languages"] = NAMES
    app.jinja_env.filters["spoken"] = lambda stored: in_language(stored, str(get_locale()))
    app.jinja_env.filters["spoken_in"] = lambda stored: language_of(stored, str(get_locale()))


def _select() -> str:
    named = (request.view_args or {}).get("language")
    if named in LANGUAGES:
        return str(named)
    if request.args.get("lang") in LANGUAGES:
        return request.args["lang"]
    if "tf_user_id" in session and session.get(WAITING_LANGUAGE) in LANGUAGES:
        return str(session[WAITING_LANGUAGE])
    if "_user_id" in session and current_user.is_authenticated:
        return str(current_user.language)
    return request.accept_languages.best_match(LANGUAGES) or "en"


def _same_page_in(language: str) -> str:
    """Return the address of this page in another language; what was posted is asked for anew."""
    if request.endpoint == "survey.open_link":
        return url_for("survey.greet", language=language, **(request.view_args or {}))
    if "language" not in (request.view_args or {}):
        return f"?lang={language}"
    endpoint = _ASKED_FOR.get(request.endpoint or "", request.endpoint or "")
    return url_for(endpoint, **{**(request.view_args or {}), "language": language})
