"""When answers cannot be saved, say so, and keep them on the page to be sent again."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar, cast

from flask import render_template, request
from sqlalchemy.exc import DBAPIError

from survey_app.web.every_page.errors import RETRY_AFTER, log_error

View = TypeVar("View", bound=Callable[..., Any])


def keeps_answers(view: View) -> View:
    """Answer a post that the database could not take with all that was posted, and a button to send it again.

    Nothing was written, since each action is one transaction; the request id is sent along, so that sending again
    is the same request.
    """

    @wraps(view)
    def kept(*args: Any, **kwargs: Any) -> Any:
        try:
            return view(*args, **kwargs)
        except DBAPIError as error:
            page = render_template(
                "answering/not_sent.html",
                address=request.full_path.rstrip("?"),
                fields=list(request.form.items(multi=True)),
                reference=log_error("answers could not be saved", error),
            )
            return page, 503, {"Retry-After": str(RETRY_AFTER)}

    return cast(View, kept)
