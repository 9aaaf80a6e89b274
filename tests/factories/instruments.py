"""A small instrument that has one page of each stage, and an item that must be answered."""


def _texts(english):
    return {"en": english, "pl": f"{english} (pl)", "fi": f"{english} (fi)"}


def _options(*codes):
    return [{"code": code, "text": _texts(code)} for code in codes]


def _item(code, kind, **more):
    return {"code": code, "kind": kind, "text": _texts(f"Question {code}")} | more


def _page(code, stage, *items):
    return {"code": code, "stage": stage, "title": _texts(f"Page {code}"), "items": list(items)}


def small_instrument():
    """Return a definition in which a report cannot be filed without its story."""
    return {
        "schema": 1,
        "code": "small",
        "title": _texts("A small instrument"),
        "themes": [{"code": "people", "text": _texts("People")}],
        "problems": [{"code": code, "theme": "people", "text": _texts(code)} for code in ("rude", "long_wait")],
        "pages": [
            _page(
                "encounter",
                "core",
                _item("channel", "choice", required=True, options=_options("in_person", "phone")),
                _item("visited_on", "date"),
                _item("scenario", "choice", required=True, options=_options("wrong_bill", "delay")),
                _item(
                    "real_problem",
                    "choice",
                    **{"for": "customers"},
                    required=True,
                    options=_options("yes", "no"),
                ),
            ),
            _page("story", "core", _item("story", "text", required=True, long=True)),
            _page(
                "problems",
                "core",
                _item(
                    "problems",
                    "problems",
                    none_text=_texts("None of these"),
                    severity_text=_texts("How bad?"),
                    severity=_options("1", "2", "3", "4"),
                ),
            ),
            _page("feeling", "core", _item("felt", "scale", **{"from": 0, "to": 10})),
            _page("met", "block", _item("met_heard", "scale", **{"from": 1, "to": 5})),
            _page(
                "visit",
                "shopper",
                _item("standards", "standards", options=_options("yes", "no", "not_applicable")),
            ),
        ],
    }
