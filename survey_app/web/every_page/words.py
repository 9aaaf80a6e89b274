"""Codes as people read them, in the language of the page."""

from __future__ import annotations

from datetime import date

from flask import Flask
from flask_babel import format_date, format_decimal, format_percent, format_time, gettext


def words_of(code: str | None) -> str:
    """Return how a state, a channel or an arm is called on a page."""
    names = {
        "imported": lambda: gettext("imported"),
        "draft": lambda: gettext("not open yet"),
        "open": lambda: gettext("open"),
        "closed": lambda: gettext("closed"),
        "not_yet": lambda: gettext("not open yet"),
        "full": lambda: gettext("full"),
        "assigned": lambda: gettext("to be done"),
        "single": lambda: gettext("for one person"),
        "in_progress": lambda: gettext("being written"),
        "submitted": lambda: gettext("sent"),
        "filed": lambda: gettext("filed, waits for review"),
        "waiting": lambda: gettext("waits for review"),
        "returned": lambda: gettext("returned to be mended"),
        "accepted": lambda: gettext("accepted"),
        "rejected": lambda: gettext("rejected"),
        "cancelled": lambda: gettext("cancelled"),
        "requested": lambda: gettext("waiting for its turn"),
        "running": lambda: gettext("being computed"),
        "ready": lambda: gettext("ready"),
        "failed": lambda: gettext("failed"),
        "in_person": lambda: gettext("in person"),
        "phone": lambda: gettext("phone"),
        "e_mail": lambda: gettext("e-mail"),
        "chat": lambda: gettext("chat"),
        "web": lambda: gettext("web site"),
        "app": lambda: gettext("app"),
        "post": lambda: gettext("post"),
        "social_media": lambda: gettext("social media"),
        "public": lambda: gettext("published by its writer for all to read"),
        "consent": lambda: gettext("its writer agreed"),
        "authority": lambda: gettext("handed over by an authority"),
        "shopper": lambda: gettext("mystery shoppers"),
        "complainant": lambda: gettext("customers with a problem"),
        "customer": lambda: gettext("customers without a problem"),
        "supported": lambda: gettext("supported"),
        "reversed": lambda: gettext("reversed"),
        "equivalent": lambda: gettext("no difference worth having"),
        "inconclusive": lambda: gettext("we can’t tell yet"),
        "administrator": lambda: gettext("administrator"),
        "researcher": lambda: gettext("researcher"),
        "coder": lambda: gettext("coder"),
        "manager": lambda: gettext("manager"),
    }
    return str(names[code]()) if code in names else str(code or "")


def set_up_words(app: Flask) -> None:
    """Teach templates the words, and numbers and dates as the language writes them."""
    app.jinja_env.filters["words"] = words_of
    app.jinja_env.filters["day"] = lambda value: format_date(value, "medium")
    app.jinja_env.filters["long_day"] = lambda value: format_date(value, "long")
    app.jinja_env.filters["month"] = lambda value: format_date(value, "LLLL y")
    app.jinja_env.filters["moment"] = lambda value: f"{format_date(value)}, {format_time(value, 'short')} UTC"
    app.jinja_env.filters["count"] = format_decimal
    app.jinja_env.filters["percent"] = format_percent
    app.jinja_env.filters["money"] = lambda cents: format_decimal(cents / 100, "#,##0.00")
    app.jinja_env.filters["iso_day"] = lambda value: format_date(date.fromisoformat(value), "medium")
    app.jinja_env.filters["tenths"] = lambda value: _decimal(value, "0.0")
    app.jinja_env.filters["signed_tenths"] = lambda value: _decimal(value, "+0.0;−0.0")
    app.jinja_env.filters["signed_whole"] = lambda value: _decimal(round(value), "+0;−0")
    app.jinja_env.filters["hundredths"] = lambda value: _decimal(value, "0.00")


def _decimal(value: float | None, pattern: str) -> str:
    """Return a number as the language writes it, with a real minus sign; a dash for what there is not."""
    return "–" if value is None else str(format_decimal(value, pattern)).replace("-", "−")
