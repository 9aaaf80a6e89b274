"""A small instrument with a page of each stage, and a rich one with every kind of question and rule."""


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


def rich_instrument():
    """Return a definition with all that an instrument can do beyond the small one."""
    open_answers = {"dont_know": _texts("I don't know"), "refused": _texts("I'd rather not say")}
    where = _options("firm", "public", "other", "nowhere")
    where[2]["stays"] = where[3]["exclusive"] = True
    definition = small_instrument()
    encounter, story, problems, _feeling, met, visit = definition["pages"]
    before = _page(
        "before",
        "core",
        _item("hello", "note"),
        _item("where", "choices", options=where, shuffle=True, dont_know=_texts("I don't know")),
        _item("weeks", "number", least=0, most=520, unit=_texts("weeks"), **open_answers),
        _item("spent", "money", currencies=["EUR", "PLN"], **open_answers),
    ) | {"shuffle": True}
    outside = _page(
        "outside",
        "core",
        _item("pain", "scale", low=_texts("none"), high=_texts("all"), **{"from": 0, "to": 10}),
    ) | {"only_if": "where has public or where has other"}
    after = _page(
        "after",
        "core",
        _item("told", "text", only_if="pain > 5")
        | {"text": {"en": "You said {pain}. {{braces}}", "pl": "{pain}", "fi": "Sanoit {pain}. {{sulut}}"}},
        _item("agree", "scale", options=_options("1", "2", "3", "4", "5"), **{"from": 1, "to": 5}, **open_answers)
        | {"text": dict.fromkeys(("en", "pl", "fi"), "You wrote: {story}")},
        _item("thanks", "note"),
    )
    definition["pages"] = [encounter, story, problems, before, outside, after, met, visit]
    definition["code"] = "rich"
    definition["implied"] = {"wrong_bill": ["rude"]}
    return definition
