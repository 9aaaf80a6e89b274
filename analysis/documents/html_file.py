"""Write a document as one HTML file that works offline: Plotly inside, nothing fetched, good on paper."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from analysis.documents.blocks import Document

_HERE = Path(__file__).parent
ASSETS = _HERE / "assets"
PLOTLY = ASSETS / "plotly-cartesian-4.1.1.min.js"


def html_file(document: Document) -> str:
    """Return the document as a self-contained HTML page."""
    return html_of(json_ready(document))


def html_of(document: Mapping[str, Any]) -> str:
    """Return a document that came back from JSON as the same self-contained HTML page.

    The page forbids itself every request by a content policy; its two scripts are allowed by their hashes.
    """
    environment = Environment(
        loader=FileSystemLoader(_HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    scripts = [_asset(PLOTLY.name), _asset("draw.js")]
    return environment.get_template("file.html").render(
        document=document,
        styles=[_asset("tokens.css"), _asset("document.css"), _asset("file.css")],
        scripts=scripts,
        script_hashes=[_csp_hash(script) for script in scripts],
    )


def json_ready(document: Document) -> dict[str, Any]:
    """Return the document as it comes back from JSON: lists for tuples, so that file and page render alike."""
    ready: dict[str, Any] = json.loads(json.dumps(document.to_dict(), allow_nan=False))
    return ready


def _asset(name: str) -> Markup:
    return Markup((ASSETS / name).read_text(encoding="utf-8"))  # noqa: S704 - our own files, not user text


def _csp_hash(script: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
