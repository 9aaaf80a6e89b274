"""Answers that could tell who has an account all leave on the same beat, whatever was found."""

from __future__ import annotations

import time

from flask import Flask, Response, g, request

#: Far longer than the work takes, so that all of it fits between two beats.
BEAT = 0.25
_ENDPOINTS = ("security.login", "security.forgot_password", "account.invitation")


def set_up_equal_answers(app: Flask) -> None:
    """Hold the answers of these pages until the next beat; those who got in need not wait."""

    @app.before_request
    def note() -> None:
        g.asked_at = time.monotonic()

    @app.after_request
    def hold(response: Response) -> Response:
        held = request.method == "POST" and request.endpoint in _ENDPOINTS and "asked_at" in g
        if held and response.status_code not in (302, 303):
            time.sleep(-(time.monotonic() - g.asked_at) % BEAT)
        return response
