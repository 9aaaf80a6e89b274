"""Addresses to hand out: under the public address of the site, whatever name the request came by."""

from __future__ import annotations

from typing import Any

from flask import current_app, url_for

from survey_app.foundations.settings import Settings


def public_address(endpoint: str, **values: Any) -> str:
    """Return the whole address of a page, for a message, a poster or a QR code."""
    settings: Settings = current_app.extensions["settings"]
    return settings.public_url + url_for(endpoint, **values)
