"""Compare the files of a demonstration and bring the document to the form that is stored."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from analysis import compare, convert
from analysis.documents import compose_document, json_ready
from analysis.shapes import read_about


@dataclass(frozen=True)
class MadeDocument:
    """A document ready to be kept, with the hashes that say what it was made from."""

    content: dict[str, Any]
    plan_hash: str
    data_fingerprint: str


def make_document(folder: Path) -> MadeDocument:
    """Convert `visits.csv` by `mapping.toml`, compare by `plan.toml`, and compose the document."""
    mapping = folder / "mapping.toml"
    comparison = compare(convert(folder / "visits.csv", mapping), folder / "plan.toml")
    return MadeDocument(
        content=json_ready(compose_document(comparison, read_about(mapping))),
        plan_hash=comparison.provenance.plan_hash,
        data_fingerprint=comparison.provenance.data_fingerprint,
    )
