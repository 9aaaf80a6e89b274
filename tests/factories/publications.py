"""Publications made of counts that a test chooses, by the same road as real ones: comparison, audit, snapshot."""

from survey_app.actions.comparisons import claim_comparison, finish_comparison, request_comparison
from survey_app.actions.publications import propose_publication, publish_proposal
from survey_app.analysis_bridge.publishing import run_audit
from survey_app.queries.comparisons import comparison_key
from survey_app.queries.publishing import proposal_key
from survey_app.rules.permissions import SYSTEM
from survey_app.rules.plans import make_plan
from survey_app.rules.privacy import Support
from survey_app.rules.vocabulary import LANGUAGES
from tests.factories.studies import NOW
from tests.factories.world import DOCUMENT

EVERYTHING = ["firm-quarter", "firm-month", "region-whole", "location-whole", "location-month"]
MONTHS = ("2026-02", "2026-04")


def cells(counts, *, problems=2, months=MONTHS):
    """Return what a comparison keeps of places with so many customers in each month, and five visits."""

    def row(place, month, people, shoppers):
        return {
            "location": f"place-{place}",
            "month": month,
            "people": people,
            "problems": problems * people,
            "shoppers": shoppers,
            "themes": {"staff": people // 2},
        }

    pairs = [
        (place, month, people) for place, of in enumerate(counts) for month, people in zip(months, of, strict=True)
    ]
    return {
        "complainants": [row(*pair, []) for pair in pairs],
        "shoppers": [row(place, month, 5, ["s0", "s1"]) for place, month, _people in pairs],
    }


def problem_row(code, gap):
    """Return what a comparison keeps of one problem for managers."""
    return {
        "problem": code,
        "theme": "staff",
        "names": dict.fromkeys(LANGUAGES, code.title()),
        "complainants": 0.4,
        "shoppers": 0.4 - gap,
        "gap": gap,
        "ci95": [gap - 0.1, gap + 0.1],
        "reports": 21,
        "clear": True,
    }


def comparison_of(study, counts, *, fingerprint="0" * 64, months=MONTHS):
    """Return a finished comparison of a study, with so many customers by place and month."""
    asked = request_comparison(SYSTEM, study, make_plan(), at=NOW)
    row_id = comparison_key(asked)
    numbers = {
        "estimate": 0.9,
        "ci95": [0.4, 1.4],
        "margin": 0.5,
        "n": {"responses": 60},
        "scale": "difference",
        "themes": [{"theme": "staff", "estimate": 0.4, "ci95": None, "ratio": None, "in_focus": True}],
        "spread": {source: {"mean": 2.0, "variance": 2.0} for source in ("complainants", "shoppers")},
        "cost": {"per_response": {}, "to_80_percent": {"responses": {}, "days": {}}},
    }
    finish_comparison(
        row_id,
        claim_comparison(row_id, at=NOW),
        result={"verdict": "supported", "sentence": "Complainants saw more."},
        documents={},
        support=Support(complainant_responses=sum(map(sum, counts)), visits=10 * len(counts), shoppers=2),
        data_fingerprint=fingerprint,
        material={
            "documents": {language: DOCUMENT | {"language": language} for language in LANGUAGES},
            "cells": cells(counts, months=months),
            "versions": [{"version": "1", "month": "2026-02"}, {"version": "2", "month": "2026-04"}],
            "themes": {"staff": dict.fromkeys(LANGUAGES, "Staff")},
            "problems": [problem_row(code, gap) for code, gap in (("rude", 0.3), ("long_wait", -0.2))],
            "numbers": numbers,
        },
        at=NOW,
    )
    return asked


def proposed(comparison, *, tables=EVERYTHING):
    """Return a proposal that was audited."""
    proposal = propose_publication(SYSTEM, comparison, tables=tables, at=NOW)
    run_audit(proposal_key(proposal))
    return proposal


def published(study, counts, **how):
    """Return a publication of a comparison with these counts."""
    tables = how.pop("tables", EVERYTHING)
    return publish_proposal(SYSTEM, proposed(comparison_of(study, counts, **how), tables=tables), at=NOW)
