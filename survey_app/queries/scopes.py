"""Let a query find only what lies within the scope of the actor's grants."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select

from survey_app.models import Study
from survey_app.rules.permissions import Actor, firms_with


def within(
    query: Select[*tuple[Any, ...]], actor: Actor, permission: str, *, firm_column: Any = Study.firm_id
) -> Select[*tuple[Any, ...]]:
    """Return the query with only the rows of firms in which the actor has the permission."""
    firms = firms_with(actor, permission)
    return query if firms is None else query.where(firm_column.in_(firms))
