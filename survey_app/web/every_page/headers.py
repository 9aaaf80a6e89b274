"""The headers of every response: what a browser may load, keep and tell."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar
from wsgiref.types import StartResponse

from flask import Flask, Response, request

from survey_app.foundations.settings import Settings

View = TypeVar("View", bound=Callable[..., Any])

_CHARTS = "shows_charts"

_POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data:",
    "connect-src": "'self'",
    "object-src": "'none'",
    "base-uri": "'none'",
    "form-action": "'self'",
    "frame-ancestors": "'none'",
}
#: Plotly sets the style of its elements one by one, and makes pictures of charts as blobs.
_CHART_POLICY = _POLICY | {"style-src-attr": "'unsafe-inline'", "img-src": "'self' data: blob:"}
_ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Frame-Options": "DENY",
}
_ONE_YEAR = 31_536_000


def shows_charts(view: View) -> View:
    """Mark a view whose page draws charts, so that its policy allows what Plotly needs and no more."""
    setattr(view, _CHARTS, True)
    return view


def set_up_headers(app: Flask, settings: Settings) -> None:
    """Put the headers on every response of the application, errors included."""

    @app.after_request
    def add_headers(response: Response) -> Response:
        view = app.view_functions.get(request.endpoint or "")
        charts = getattr(view, _CHARTS, False) and response.status_code == 200
        policy = _CHART_POLICY if charts else _POLICY
        response.headers["Content-Security-Policy"] = _written(policy)
        response.headers.update(_ALWAYS)
        response.headers["Cache-Control"] = "no-store"
        if settings.https:
            response.headers["Strict-Transport-Security"] = f"max-age={_ONE_YEAR}; includeSubDomains"
        return response


def with_static_headers(start_response: StartResponse) -> StartResponse:
    """Put the same headers on a static file, and on the answer that it has not changed."""

    def start(status: str, headers: list[tuple[str, str]], *more: Any) -> Callable[[bytes], object]:
        found = {name.lower() for name, _value in headers}
        added = {"Content-Security-Policy": _written(_POLICY), **_ALWAYS}
        headers += [(name, value) for name, value in added.items() if name.lower() not in found]
        return start_response(status, headers, *more)

    return start


def _written(policy: dict[str, str]) -> str:
    return "; ".join(f"{directive} {sources}" for directive, sources in policy.items())
