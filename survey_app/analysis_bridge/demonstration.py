"""What the demonstration takes in: the Birbhum visits, and a made-up study whose truth is known."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from analysis import Tables, convert
from analysis.shapes import read_about
from analysis.shapes.toml_file import read_toml
from analysis.simulation import World, simulate_tables
from survey_app.actions.imports import Imported
from survey_app.actions.studies import ListedProblem, NewStudy
from survey_app.rules.questionnaire import Instrument
from survey_app.rules.vocabulary import Need, Route

#: Complainants see 36 % more; places and shoppers differ; shoppers go anywhere.
_WORLD = World(
    locations=24,
    shoppers=12,
    rate_ratio=1.36,
    cells=(4, 4),
    shopper_responses=(1, 2),
    complainant_responses=(2, 5),
)
_SEED = 20261124
_MONTHS = ("2026-03", "2026-04", "2026-05")
_SCENARIOS = ("faulty_product", "late_or_missing_delivery", "wrong_bill", "return_or_refund")
_NEEDS = {
    "shopper": (True, Need.PLAYED),
    "hired_real_need": (True, Need.REAL),
    "complainant": (False, Need.REAL),
    "customer": (False, Need.NONE),
}

_TRUTH = f"{_WORLD.truth:.2g}".replace(".", ",")
_MADE_UP_ELSEWHERE = {
    "pl": {
        "title": "Sieć sklepów z telefonami, wiosna 2026",
        "people": "Nikt nie brał udziału: każdą odpowiedź wylosował program, żeby wypróbować strony.",
        "source": f"analysis.simulation, ziarno losowości {_SEED}.",
        "limits": [
            "To badanie jest zmyślone. Nie mówi nic o żadnej firmie.",
            f"W tym zmyślonym świecie klienci z problemem widzą o {_TRUTH} problemu więcej na odpowiedź. Badanie "
            "jest po to, by sprawdzić, czy porównanie to znajdzie.",
            "To, który problem ktoś widzi, losuje się równo, więc za żadnym pojedynczym problemem nie stoi nic "
            "poza przypadkiem.",
        ],
    },
    "fi": {
        "title": "Puhelinmyymäläketju, kevät 2026",
        "people": "Kukaan ei osallistunut: ohjelma arpoi jokaisen vastauksen, jotta sivuja voisi kokeilla.",
        "source": f"analysis.simulation, siemenluku {_SEED}.",
        "limits": [
            "Tämä tutkimus on keksitty. Se ei kerro mitään mistään yrityksestä.",
            f"Tässä keksityssä maailmassa ongelman kokeneet asiakkaat näkevät {_TRUTH} ongelmaa enemmän vastausta "
            "kohti. Tutkimuksen tehtävä on näyttää, löytääkö vertailu sen.",
            "Se, mikä ongelma nähdään, arvotaan tasan, joten yksittäisen ongelman takana on pelkkä sattuma.",
        ],
    },
}


def birbhum(folder: Path, *, name: str) -> tuple[NewStudy, dict[str, Any], list[Imported]]:
    """Return the Birbhum study, its plan, and its responses."""
    mapping = folder / "mapping.toml"
    tables = convert(folder / "visits.csv", mapping)
    about = read_about(mapping)
    problems = read_toml(mapping)[0]["problems"]
    new = NewStudy(
        name=name,
        currency="INR",
        problems=tuple(
            ListedProblem(code, problem["theme"], problem["label"], problem["stage"])
            for code, problem in problems.items()
        ),
        about={
            "title": about.title,
            "people": about.people,
            "source": about.source,
            "licence": about.licence,
            "limits": list(about.limits),
            **{
                language: {
                    "title": other.title,
                    "people": other.people,
                    "source": other.source,
                    "licence": other.licence,
                    "limits": list(other.limits),
                    "problems": dict(other.labels),
                    "label_complainants": dict(other.label_complainants),
                }
                for language, other in about.others.items()
            },
        },
    )
    return new, read_toml(folder / "plan.toml")[0], imported(tables)


def made_up(definition: dict[str, Any], instrument: Instrument, *, name: str) -> tuple[NewStudy, list[Imported]]:
    """Return a finished study that nobody took part in; its truth is written in its limits."""
    problems = {
        problem.code: problem.theme
        for problem in instrument.problems
        if problem.theme not in ("control", "bogus", "outcome")
    }
    tables = simulate_tables(
        _WORLD,
        np.random.default_rng(_SEED),
        problems=problems,
        scenarios=_SCENARIOS,
        months=_MONTHS,
        cost=25.0,
    )
    new = NewStudy(
        name=name,
        made_up=True,
        definition=definition,
        about={
            "title": "A telephone shop chain, spring 2026",
            "people": "Nobody took part: every response was drawn by a program, to try the pages out.",
            "source": f"analysis.simulation, seed {_SEED}.",
            "limits": [
                "This study is made up. It says nothing about any firm.",
                f"In this made-up world complainants see {_WORLD.truth:.2g} more problems per response. Whether "
                "the comparison finds that is what the study is for.",
                "Which problem is seen is drawn evenly, so no single problem has more to it than chance.",
            ],
            **_MADE_UP_ELSEWHERE,
        },
    )
    return new, imported(tables)


def imported(tables: Tables) -> list[Imported]:
    """Return tidy tables as responses that can be taken in."""
    has_severity = "severity" in tables.sightings
    seen: dict[str, list[tuple[str, int | None]]] = {}
    for row in tables.sightings.to_dict("records"):
        severity = int(row["severity"]) if has_severity and not pd.isna(row["severity"]) else None
        seen.setdefault(row["response_id"], []).append((row["problem"], severity))
    return [_imported(row, tuple(seen.get(row["response_id"], ()))) for row in tables.responses.to_dict("records")]


def _imported(row: dict[Any, Any], seen: tuple[tuple[str, int | None], ...]) -> Imported:
    hired, need = _NEEDS[row["arm"]]
    day = row.get("visited_on")
    visited_on: date | None = None if day is None or pd.isna(day) else day.date()
    minutes, cost = row.get("minutes"), row.get("cost")
    return Imported(
        source_id=row["response_id"],
        hired=hired,
        need=need,
        route=Route(row["route"]),
        location=row["location"],
        shopper=row.get("shopper", ""),
        channel=row.get("channel") or None,
        scenario=row.get("scenario") or None,
        visited_on=visited_on,
        submitted_at=datetime.combine(visited_on, time(), tzinfo=UTC) if visited_on else None,
        list_answered=row["list_answered"] == "yes",
        cost_cents=None if cost is None or pd.isna(cost) else round(100 * cost),
        answers={} if minutes is None or pd.isna(minutes) else {"minutes_spent": minutes},
        seen=seen,
    )
