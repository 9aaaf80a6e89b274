"""The words that tidy tables may use: arms, routes, origins, stages, and the kind of each column."""

from __future__ import annotations

from typing import Final, Literal

#: arm -> (hired, need): what each arm is, and what its contrasts isolate.
ARMS: Final = {
    "shopper": ("yes", "played"),
    "hired_real_need": ("yes", "real"),
    "complainant": ("no", "real"),
    "customer": ("no", "none"),
}
HIRED_ARMS: Final = ("shopper", "hired_real_need")
#: The two groups of a comparison, as values of the column `arm` inside the inference.
SHOPPERS: Final = "shopper"
COMPLAINANTS: Final = "complainant"

ROUTES: Final = ("assigned", "invited", "open", "brought_in")
COMPARED_ROUTES: Final = ("invited", "open")
NEEDS: Final = ("played", "real", "none")
ORIGINS: Final = ("checklist", "coded")
STAGES: Final = ("handling", "outcome")

#: Themes whose sightings never count as problems seen.
UNCOUNTED_THEMES: Final = ("control", "bogus", "beyond")
#: The theme that lies after the handling unless a stage was recorded.
OUTCOME_THEME: Final = "outcome"

ColumnKind = Literal["text", "number", "signed", "date", "yes_no", "choice"]

RESPONSE_COLUMNS: Final[dict[str, ColumnKind]] = {
    "response_id": "text",
    "arm": "choice",
    "location": "text",
    "hired": "yes_no",
    "need": "choice",
    "route": "choice",
    "channel": "text",
    "scenario": "text",
    "period": "text",
    "cell": "text",
    "shopper": "text",
    "visited_on": "date",
    "submitted_at": "date",
    "minutes": "number",
    "cost": "number",
    "index_problem": "text",
    "list_hash": "text",
    "list_answered": "yes_no",
    "beyond_answered": "yes_no",
    "items_shown": "number",
    "controls_shown": "number",
    "bogus_shown": "number",
    "flags": "text",
    "instrument_version": "text",
    "mirror_of": "text",
    "mirror_draw": "text",
    "stake": "number",
    "felt": "signed",
    "apologised": "text",
    "trace": "number",
    "recommend": "number",
    "told_people": "number",
    "recognised": "text",
    "played_as_briefed": "text",
}
#: No number is larger, so that sums of many stay exact; answers on a scale are smaller still.
LARGEST_NUMBER: Final = 1_000_000_000
LARGEST_ANSWERS: Final = {"felt": 100, "trace": 1_000, "stake": 100_000, "told_people": 1_000_000}
REQUIRED_RESPONSE_COLUMNS: Final = ("response_id", "arm", "location")

SIGHTING_COLUMNS: Final[dict[str, ColumnKind]] = {
    "response_id": "text",
    "problem": "text",
    "theme": "text",
    "severity": "number",
    "stage": "choice",
    "origin": "choice",
}
REQUIRED_SIGHTING_COLUMNS: Final = ("response_id", "problem")

CHOICES: Final[dict[str, tuple[str, ...]]] = {
    "arm": tuple(ARMS),
    "need": NEEDS,
    "route": ROUTES,
    "stage": STAGES,
    "origin": ORIGINS,
}
YES: Final = ("yes", "true", "1")
NO: Final = ("no", "false", "0")
#: What separates several values in one cell (`index_problem`, `flags`).
SEPARATOR: Final = ";"
