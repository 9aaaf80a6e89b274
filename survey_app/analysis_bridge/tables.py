"""Rows of the database as tidy tables. A download carries the same rows, with the same pseudonymous ids."""

from __future__ import annotations

import pandas as pd

from analysis import Tables
from survey_app.queries.comparing import StudyData
from survey_app.queries.tidy import RESPONSES, SIGHTINGS, response_rows


def tidy_tables(data: StudyData) -> Tables:
    """Return the two tidy tables of a study."""
    responses = pd.DataFrame(list(response_rows(data)), columns=list(RESPONSES))
    sightings = pd.DataFrame(list(data.sightings), columns=list(SIGHTINGS))
    return Tables(responses, sightings)
