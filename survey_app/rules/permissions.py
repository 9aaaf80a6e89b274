"""Who may do what: one table, permission → roles, and how far a grant reaches."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from survey_app.rules.vocabulary import ActorKind, Role, Scope

#: Permission → the roles that carry it. A permission holds within the scope of the grant that gives the role.
GRANTS: dict[str, frozenset[Role]] = {
    "people.manage": frozenset({Role.ADMINISTRATOR}),
    "firms.make": frozenset({Role.ADMINISTRATOR, Role.RESEARCHER}),
    "studies.read": frozenset({Role.ADMINISTRATOR, Role.RESEARCHER}),
    "studies.design": frozenset({Role.ADMINISTRATOR, Role.RESEARCHER}),
    "responses.review": frozenset({Role.ADMINISTRATOR, Role.RESEARCHER}),
    "responses.import": frozenset({Role.ADMINISTRATOR, Role.RESEARCHER}),
    "comparisons.run": frozenset({Role.ADMINISTRATOR, Role.RESEARCHER}),
    "comparisons.publish": frozenset({Role.ADMINISTRATOR, Role.RESEARCHER}),
    "publications.read": frozenset({Role.ADMINISTRATOR, Role.RESEARCHER, Role.MANAGER}),
}
#: Those that a grant on one region or location gives as well; the others need the firm or everything.
WITHIN_PART_OF_A_FIRM = frozenset({"publications.read"})


class NotAllowed(Exception):
    """The actor may not do this here. Pages answer as if it did not exist."""


@dataclass(frozen=True)
class Grant:
    """One role of one person within one scope; `firm_id` is the firm of the scope, None for everything."""

    role: Role
    scope: Scope
    firm_id: int | None = None


@dataclass(frozen=True)
class Actor:
    """Who acts: a person with grants, a shopper, a customer, or the system itself."""

    kind: ActorKind
    id: int | None = None
    grants: tuple[Grant, ...] = field(default=())


SYSTEM = Actor(ActorKind.SYSTEM)
CUSTOMER = Actor(ActorKind.CUSTOMER)


def _carries(grant: Grant, permission: str) -> bool:
    if grant.role not in GRANTS[permission]:
        return False
    return grant.scope in (Scope.ALL, Scope.FIRM) or permission in WITHIN_PART_OF_A_FIRM


def may(actor: Actor, permission: str, *, firm_id: int) -> bool:
    """Return whether the actor has the permission in a firm.

    >>> researcher = Actor(ActorKind.PERSON, 1, (Grant(Role.RESEARCHER, Scope.FIRM, 7),))
    >>> may(researcher, "studies.design", firm_id=7), may(researcher, "studies.design", firm_id=8)
    (True, False)
    """
    if actor.kind is ActorKind.SYSTEM:
        return True
    return any(
        _carries(grant, permission) and (grant.scope is Scope.ALL or grant.firm_id == firm_id)
        for grant in actor.grants
    )


def may_anywhere(actor: Actor, permission: str) -> bool:
    """Return whether the actor has the permission in some firm: what a page asks before it looks for a row."""
    return actor.kind is ActorKind.SYSTEM or any(_carries(grant, permission) for grant in actor.grants)


def firms_with(actor: Actor, permission: str) -> frozenset[int] | None:
    """Return the ids of the firms in which the actor has the permission; None means all."""
    if actor.kind is ActorKind.SYSTEM:
        return None
    grants: Iterable[Grant] = [grant for grant in actor.grants if _carries(grant, permission)]
    if any(grant.scope is Scope.ALL for grant in grants):
        return None
    return frozenset(grant.firm_id for grant in grants if grant.firm_id is not None)


def require(actor: Actor, permission: str, *, firm_id: int | None) -> None:
    """Raise NotAllowed unless the actor has the permission in the firm; without a firm it must reach everything.

    Raises
    ------
    NotAllowed
    """
    allowed = firms_with(actor, permission) is None if firm_id is None else may(actor, permission, firm_id=firm_id)
    if not allowed:
        raise NotAllowed(permission)
