"""When answers cannot be saved, say so, and keep them on the page to be sent again."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from survey_app.web.every_page.errors import KEEPS_ANSWERS

View = TypeVar("View", bound=Callable[..., Any])


def keeps_answers(view: View) -> View:
    """Mark a view that takes answers: whatever goes wrong on our side, the page of the error holds them."""
    setattr(view, KEEPS_ANSWERS, True)
    return view
