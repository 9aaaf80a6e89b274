"""Addresses to hand out: under the public address of the site, whatever name the request came by."""

from __future__ import annotations

import re
from typing import Any

from flask import current_app, url_for

from survey_app.foundations.settings import Settings

#: An address of this site as we write them. To a browser `//host`, `/\host` and `/<tab>/host` are other sites.
_LOCAL = re.compile(r"/(?![/\\])[!-\[\]-~]*")


def local_address(given: str, *, otherwise: str) -> str:
    """Return an address that came with a request if it leads to a page of this site, else the other one."""
    return given if _LOCAL.fullmatch(given) else otherwise


def public_address(endpoint: str, **values: Any) -> str:
    """Return the whole address of a page, for a message, a poster or a QR code."""
    settings: Settings = current_app.extensions["settings"]
    return settings.public_url + url_for(endpoint, **values)
