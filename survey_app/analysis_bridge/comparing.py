"""Run a comparison that was asked for, and store what it found: behind a fence, with a heartbeat."""

from __future__ import annotations

import math
import secrets
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import structlog
from flask import current_app

from analysis import compare
from analysis.conductor import STEPS
from analysis.documents import compose_document, json_ready
from analysis.engine import chosen_engine
from analysis.language import LANGUAGES
from analysis.shapes import About
from analysis.shapes.data_problem import DataProblem
from analysis.shapes.results import TwoWay
from survey_app.actions.comparisons import (
    claim_comparison,
    fail_comparison,
    finish_comparison,
    release_comparison,
    report_progress,
)
from survey_app.analysis_bridge.heartbeat import heartbeat
from survey_app.analysis_bridge.publishing import material_of
from survey_app.analysis_bridge.tables import tidy_tables
from survey_app.foundations import clock
from survey_app.foundations.settings import Settings
from survey_app.queries.comparing import StudyData, comparison_to_do, study_data
from survey_app.rules.privacy import Support
from survey_app.rules.spoken import DEFAULT, in_language

log = structlog.get_logger()
_MADE_UP = {"en": "Made up", "pl": "Zmyślone", "fi": "Keksitty"}
_ALL_STEPS = ("reading the responses", *STEPS, "writing the document")


#: The comparison and the attempt that this process is at; a worker does one thing at a time.
_under_way: set[tuple[int, int]] = set()


class _NoLongerWantedError(Exception):
    """Somebody cancelled the comparison, or another attempt took over."""


def run_comparison(comparison_id: int) -> None:
    """Claim a comparison, compute it, store the result or why there is none. Does nothing if it is not free."""
    attempt = claim_comparison(comparison_id, at=clock.now())
    if attempt is None:
        return
    _under_way.add((comparison_id, attempt))
    try:
        with heartbeat(lambda: report_progress(comparison_id, attempt, at=clock.now())):
            _compute(comparison_id, attempt)
    except _NoLongerWantedError:
        log.info("comparison given up", comparison=comparison_id, attempt=attempt)
    except DataProblem as problem:
        fail_comparison(comparison_id, attempt, failure=str(problem), at=clock.now())
    except Exception as error:
        reference = secrets.token_hex(4)
        log.error("comparison failed", comparison=comparison_id, reference=reference, exc_info=error)
        failure = (
            f"Something went wrong in the computation ({reference}). Ask again; if it fails again, give this "
            "reference to whoever looks after the site: the log says more under it."
        )
        fail_comparison(comparison_id, attempt, failure=failure, at=clock.now())
    finally:
        _under_way.discard((comparison_id, attempt))


def let_go() -> None:
    """Give back what this process is at, since it is about to end: the next worker takes it up at once."""
    for comparison_id, attempt in list(_under_way):
        release_comparison(comparison_id, attempt, at=clock.now())


def _compute(comparison_id: int, attempt: int) -> None:
    def tell(step: str) -> None:
        done = _ALL_STEPS.index(step)
        wanted = report_progress(comparison_id, attempt, step=step, done=done, of=len(_ALL_STEPS), at=clock.now())
        if not wanted:
            raise _NoLongerWantedError

    tell(_ALL_STEPS[0])
    study_id, plan = comparison_to_do(comparison_id)
    data = study_data(study_id)
    tables = tidy_tables(data)
    settings: Settings = current_app.extensions["settings"]
    with chosen_engine(scheduler=settings.dask_scheduler) as engine:
        comparison = compare(tables, plan, progress=tell, engine=engine)
    tell(_ALL_STEPS[-1])
    about = about_of(data)
    finish_comparison(
        comparison_id,
        attempt,
        result=comparison.to_dict(),
        documents={
            language: json_ready(compose_document(comparison, about, language_code=language))
            for language in LANGUAGES
        },
        support=_support(comparison.primary),
        data_fingerprint=comparison.provenance.data_fingerprint,
        material=material_of(tables, plan, comparison, about),
        at=clock.now(),
    )


def _support(primary: TwoWay) -> Support:
    """Return how many stand behind the estimate."""
    shoppers = primary.shoppers
    return Support(
        complainant_responses=primary.complainant_responses,
        visits=primary.shopper_responses,
        shoppers=None if math.isnan(shoppers) else int(shoppers),
    )


def about_of(data: StudyData) -> About:
    """Return what a reader must be told about the data of a study, in every language in which it is known."""
    others = {
        language: _about(data, data.about.get(language, {}), language)
        for language in LANGUAGES
        if language != DEFAULT
    }
    return replace(_about(data, data.about, DEFAULT), others=others)


def _about(data: StudyData, about: Mapping[str, Any], language: str) -> About:
    title = about.get("title") or data.about.get("title") or data.study_name
    return About(
        title=f"{_MADE_UP[language]}: {title}" if data.made_up else title,
        people=about.get("people", ""),
        source=about.get("source", ""),
        licence=about.get("licence", ""),
        limits=tuple(about.get("limits", ())),
        labels={code: in_language(names, language) for code, names in data.labels.items()}
        | about.get("problems", {}),
        themes={code: in_language(names, language) for code, names in data.themes.items()},
        label_complainants=about.get("label_complainants", {}),
    )
