"""Audit what is proposed to be published, and make the snapshot that would be frozen."""

from __future__ import annotations

import math
import secrets
from collections.abc import Mapping, Sequence
from typing import Any

import structlog

from analysis import Tables
from analysis.documents import compose_for_managers, json_ready
from analysis.language import LANGUAGES
from analysis.shapes import About
from analysis.shapes.comparison import Comparison
from analysis.shapes.results import ProblemResult
from survey_app.actions.publications import (
    claim_proposal,
    fail_proposal,
    finish_proposal,
    keep_proposal_alive,
)
from survey_app.analysis_bridge.compared_cells import compared_cells, version_starts
from survey_app.analysis_bridge.disclosure.batches import keep_earlier_rows
from survey_app.analysis_bridge.disclosure.hierarchy import Hierarchy
from survey_app.analysis_bridge.disclosure.tables import CellCounts, audit, lost, shown_tables
from survey_app.analysis_bridge.heartbeat import heartbeat
from survey_app.foundations import clock
from survey_app.queries.publishing import Earlier, ProposalWork, StudyPlace, proposal_to_do
from survey_app.rules.breakdowns import WHOLE_FIRM, BreakdownProblem, PlaceLevel, read_breakdowns
from survey_app.rules.privacy import Support, too_few
from survey_app.rules.quotations import quotations_to_show
from survey_app.rules.snapshots import check_keys
from survey_app.rules.spoken import sentences

log = structlog.get_logger()
#: A difference of a problem is called clear below this, after the correction for looking at many.
CLEAR = 0.05
#: What a snapshot looks like; pages know how to read each.
SCHEMA = 2


def material_of(tables: Tables, plan: Mapping[str, Any], comparison: Comparison, about: About) -> dict[str, Any]:
    """Return what a publication of a comparison can be made of, so that it rests on the same responses."""
    result = comparison.to_dict()
    cost = result["cost"]
    cells, spread = compared_cells(tables, plan)
    return {
        "documents": {
            language: json_ready(compose_for_managers(comparison, about, language_code=language))
            for language in LANGUAGES
        },
        "cells": cells,
        "versions": version_starts(tables),
        "themes": {theme["theme"]: _theme_names(theme["theme"], about) for theme in result["themes"]},
        "problems": [_problem(row, about) for row in comparison.problems if math.isfinite(row.result.estimate)],
        "numbers": {
            **{name: result["primary"][name] for name in ("estimate", "ci95", "margin", "n")},
            "scale": comparison.plan.scale,
            "themes": result["themes"],
            "spread": spread,
            "cost": {"per_response": cost["per_response"], "to_80_percent": cost["to_80_percent"]},
        },
    }


def _theme_names(theme: str, about: About) -> dict[str, str]:
    return {language: about.said_in(language).themes.get(theme, theme) for language in LANGUAGES}


def _problem(row: ProblemResult, about: About) -> dict[str, Any]:
    """Return what managers read about one problem: shares of responses, over all that are compared."""
    low, high = row.result.ci95
    return {
        "problem": row.problem,
        "theme": row.theme,
        "names": {language: about.said_in(language).label(row.problem) for language in LANGUAGES},
        "complainants": row.result.complainants_mean,
        "shoppers": row.result.shoppers_mean,
        "gap": row.result.estimate,
        "ci95": [low, high] if math.isfinite(low) and math.isfinite(high) else None,
        "reports": row.total,
        "clear": row.tested and row.p_holm < CLEAR,
    }


def run_audit(proposal_id: int) -> None:
    """Claim a proposal, audit it, store the snapshot or why there is none. Does nothing if it is not free."""
    attempt = claim_proposal(proposal_id, at=clock.now())
    if attempt is None:
        return
    try:
        with heartbeat(lambda: keep_proposal_alive(proposal_id, attempt, at=clock.now())):
            _audit(proposal_id, attempt)
    except BreakdownProblem as problem:
        fail_proposal(proposal_id, attempt, failure=str(problem), at=clock.now())
    except Exception as error:
        reference = secrets.token_hex(4)
        log.error("audit failed", proposal=proposal_id, reference=reference, exc_info=error)
        failure = (
            f"Something went wrong in the audit ({reference}), so nothing was published. Ask again; if it fails "
            "again, give this reference to whoever looks after the site: the log says more under it."
        )
        fail_proposal(proposal_id, attempt, failure=failure, at=clock.now())


def _audit(proposal_id: int, attempt: int) -> None:
    work = proposal_to_do(proposal_id)
    after_id = work.earlier.id if work.earlier else None
    if reasons := too_few(Support(**work.support)):
        content: dict[str, Any] = {
            "too_few": [{"what": reason.what, "needed": reason.needed} for reason in reasons]
        }
        finish_proposal(
            proposal_id, attempt, content=content, counts=None, lost=[], after_id=after_id, at=clock.now()
        )
        return
    content, withheld = snapshot(work)
    finish_proposal(
        proposal_id,
        attempt,
        content=content,
        counts={"cells": work.material["cells"]},
        lost=withheld,
        after_id=after_id,
        at=clock.now(),
    )


def snapshot(work: ProposalWork) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Return what would be frozen, and what was withheld for which reason."""
    material = work.material
    keys = {place.code: place.public_id for place in work.places}
    rows = {source: [_counts(row, keys) for row in of] for source, of in material["cells"].items()}
    hierarchy = _hierarchy(work, rows)
    audited = audit(hierarchy, rows)
    tables = shown_tables(hierarchy, audited)
    _keep_earlier(work.earlier, hierarchy, tables, rows, audited, keys)
    content = {
        "schema": SCHEMA,
        "verdict": work.result["verdict"],
        "sentence": sentences(material["documents"], work.result["sentence"]),
        "document": material["documents"],
        "numbers": material["numbers"],
        "themes": material["themes"],
        "problems": material.get("problems", []),
        "quotations": quotations_to_show(work.quotations, work.behind),
        "versions": material["versions"],
        "months": [month for month in (hierarchy.months[0], hierarchy.months[-1]) if month],
        "places": _places(work, hierarchy),
        "tables": tables,
        "before": _before(work.earlier),
        "method": {"plan_hash": work.plan_hash, "data_fingerprint": work.data_fingerprint},
    }
    check_keys(content)
    return content, lost(hierarchy, audited)


def _counts(row: Mapping[str, Any], keys: Mapping[str, str]) -> CellCounts:
    return CellCounts(
        location=keys[row["location"]],
        month=row["month"],
        people=row["people"],
        problems=row["problems"],
        shoppers=tuple(row["shoppers"]),
        themes=row["themes"],
    )


def _hierarchy(work: ProposalWork, rows: Mapping[str, Sequence[CellCounts]]) -> Hierarchy:
    """Return the hierarchy of the places and months that the comparison rests on."""
    compared = {row.location for of in rows.values() for row in of}
    places = [place for place in work.places if place.public_id in compared]
    regions = {
        region_key(region): frozenset(place.public_id for place in places if region in place.regions)
        for region in work.regions
    }
    return Hierarchy(
        locations=tuple(place.public_id for place in places),
        regions={key: within for key, within in regions.items() if within},
        months=tuple(sorted({row.month for of in rows.values() for row in of})),
        chosen=read_breakdowns(work.tables),
    )


def region_key(region_id: int) -> str:
    """Return what stands for a region in a snapshot and in addresses."""
    return f"r{region_id}"


def _places(work: ProposalWork, hierarchy: Hierarchy) -> list[dict[str, Any]]:
    """Return the names of all places in the tables, and which lie above which."""
    found: list[dict[str, Any]] = [{"key": WHOLE_FIRM, "level": PlaceLevel.FIRM, "name": "", "above": []}]
    found += [
        {"key": key, "level": PlaceLevel.REGION, "name": work.regions[region], "above": [WHOLE_FIRM]}
        for region in work.regions
        if (key := region_key(region)) in hierarchy.regions
    ]
    found += [_location(place) for place in work.places if place.public_id in hierarchy.locations]
    return found


def _location(place: StudyPlace) -> dict[str, Any]:
    above = [*(region_key(region) for region in place.regions), WHOLE_FIRM]
    return {"key": place.public_id, "level": PlaceLevel.LOCATION, "name": place.name, "above": above}


def _keep_earlier(
    earlier: Earlier | None,
    hierarchy: Hierarchy,
    tables: list[dict[str, Any]],
    rows: Mapping[str, Sequence[CellCounts]],
    audited: Mapping[str, Any],
    keys: Mapping[str, str],
) -> None:
    if earlier is None or earlier.counts is None or "tables" not in earlier.content:
        return
    then = {
        source: [{**row, "location": keys.get(row["location"], "")} for row in of]
        for source, of in earlier.counts["cells"].items()
    }
    keep_earlier_rows(hierarchy, tables, earlier.content["tables"], rows, then, audited)


def _before(earlier: Earlier | None) -> dict[str, Any] | None:
    """Return what the publication before said, for a reader who wants to know what changed."""
    if earlier is None or "numbers" not in earlier.content:
        return None
    gaps = {
        row["place"]: row["gap"]
        for table in earlier.content["tables"]
        if table["period"] == "whole"
        for row in table["rows"]
        if row["gap"] is not None
    }
    return {
        "day": earlier.published_at.date().isoformat(),
        "verdict": earlier.content["verdict"],
        "estimate": earlier.content["numbers"]["estimate"],
        "gaps": gaps,
    }
