"""Who may do what: one table, permission → whose it is and how far it reaches.

A permission belongs to roles, within the scope of the grant that gives the role (everything, a firm, a region with
all that lies below it, a location); or to whoever owns the thing: their visits, their answers, their account.
Queries filter by it (`queries.scopes.within`), actions require it (`require`, `require_own`), and each route says
which it needs (`web.every_page.guards`).
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field

from survey_app.rules.vocabulary import ActorKind, Role, Scope

#: From wide to narrow.
_WIDTH = {Scope.ALL: 0, Scope.FIRM: 1, Scope.REGION: 2, Scope.LOCATION: 3}


@dataclass(frozen=True)
class Carriers:
    """Who has a permission.

    Attributes
    ----------
    roles : the roles that carry it, within the scope of the grant
    down_to : the narrowest scope in which a grant carries it; a narrower grant does not
    own : kinds of actors who have it over what is their own, without a grant
    """

    roles: frozenset[Role] = frozenset()
    down_to: Scope = Scope.FIRM
    own: frozenset[ActorKind] = frozenset()


_RESEARCH = frozenset({Role.ADMINISTRATOR, Role.RESEARCHER})

#: Permission → who has it.
GRANTS: dict[str, Carriers] = {
    "people.manage": Carriers(frozenset({Role.ADMINISTRATOR})),
    # A new firm lies within no grant but one for everything.
    "firms.make": Carriers(_RESEARCH, Scope.ALL),
    "studies.read": Carriers(_RESEARCH),
    "studies.design": Carriers(_RESEARCH),
    # Addresses of people who are invited: kept apart from answers, with a permission of their own.
    "contacts.keep": Carriers(_RESEARCH),
    "responses.review": Carriers(_RESEARCH),
    "responses.import": Carriers(_RESEARCH),
    "exports.make": Carriers(_RESEARCH),
    "comparisons.run": Carriers(_RESEARCH),
    "comparisons.publish": Carriers(_RESEARCH),
    "publications.read": Carriers(_RESEARCH | {Role.MANAGER}, Scope.LOCATION),
    # What a firm will do about a finding is its managers' to say; researchers read it.
    "undertakings.keep": Carriers(frozenset({Role.ADMINISTRATOR, Role.MANAGER}), Scope.LOCATION),
    "visits.file": Carriers(own=frozenset({ActorKind.SHOPPER})),
    "answers.give": Carriers(own=frozenset({ActorKind.CUSTOMER})),
    "account.keep": Carriers(own=frozenset({ActorKind.PERSON})),
}

#: Role → the narrowest scope within which it is given.
NARROWEST = {
    Role.ADMINISTRATOR: Scope.FIRM,
    Role.RESEARCHER: Scope.FIRM,
    Role.CODER: Scope.FIRM,
    Role.MANAGER: Scope.LOCATION,
}


class NotAllowed(Exception):
    """The actor may not do this here. Pages answer as if it did not exist."""


@dataclass(frozen=True)
class Grant:
    """One role of one person within one scope; `firm_id` is the firm of the scope, None for everything."""

    role: Role
    scope: Scope
    firm_id: int | None = None
    region_id: int | None = None
    location_id: int | None = None


@dataclass(frozen=True)
class Actor:
    """Who acts: a person with grants, a shopper, a customer, or the system itself."""

    kind: ActorKind
    id: int | None = None
    grants: tuple[Grant, ...] = field(default=())


SYSTEM = Actor(ActorKind.SYSTEM)
CUSTOMER = Actor(ActorKind.CUSTOMER)


@dataclass(frozen=True)
class Reach:
    """How far a permission of an actor reaches: everything; or firms, regions (with all below), locations."""

    everything: bool = False
    firms: frozenset[int] = frozenset()
    regions: frozenset[int] = frozenset()
    locations: frozenset[int] = frozenset()


def _carrying(actor: Actor, permission: str) -> Iterator[Grant]:
    """Yield the grants of an actor that carry the permission."""
    carriers = GRANTS[permission]
    for grant in actor.grants:
        if grant.role in carriers.roles and _WIDTH[grant.scope] <= _WIDTH[carriers.down_to]:
            yield grant


def covers(
    grant: Grant, *, firm_id: int, location_id: int | None = None, region_ids: Collection[int] = ()
) -> bool:
    """Return whether what belongs to a firm, or to one location of it, lies within the scope of a grant.

    `region_ids` are those above the location, up to the top of the tree.
    """
    if grant.scope is Scope.ALL:
        return True
    if grant.firm_id != firm_id:
        return False
    if grant.scope is Scope.REGION:
        return grant.region_id in region_ids
    return grant.scope is Scope.FIRM or (location_id is not None and grant.location_id == location_id)


def may(
    actor: Actor,
    permission: str,
    *,
    firm_id: int,
    location_id: int | None = None,
    region_ids: Collection[int] = (),
) -> bool:
    """Return whether the actor has the permission over what belongs to a firm, or to one location of it.

    >>> researcher = Actor(ActorKind.PERSON, 1, (Grant(Role.RESEARCHER, Scope.FIRM, 7),))
    >>> may(researcher, "studies.design", firm_id=7), may(researcher, "studies.design", firm_id=8)
    (True, False)
    """
    return actor.kind is ActorKind.SYSTEM or any(
        covers(grant, firm_id=firm_id, location_id=location_id, region_ids=region_ids)
        for grant in _carrying(actor, permission)
    )


def may_anywhere(actor: Actor, permission: str) -> bool:
    """Return whether the actor has the permission somewhere: what a page asks before it looks for a row."""
    return actor.kind is ActorKind.SYSTEM or any(True for _grant in _carrying(actor, permission))


def can_be_given(role: Role, scope: Scope) -> bool:
    """Return whether a role can be given within such a scope: a researcher of one place could do next to nothing.

    >>> can_be_given(Role.MANAGER, Scope.LOCATION), can_be_given(Role.RESEARCHER, Scope.LOCATION)
    (True, False)
    """
    return _WIDTH[scope] <= _WIDTH[NARROWEST[role]]


def reach(actor: Actor, permission: str) -> Reach:
    """Return how far the actor's permission reaches: what a query filters by."""
    if actor.kind is ActorKind.SYSTEM:
        return Reach(everything=True)
    grants = list(_carrying(actor, permission))
    return Reach(
        everything=any(grant.scope is Scope.ALL for grant in grants),
        firms=frozenset(grant.firm_id for grant in grants if grant.scope is Scope.FIRM and grant.firm_id),
        regions=frozenset(grant.region_id for grant in grants if grant.scope is Scope.REGION and grant.region_id),
        locations=frozenset(
            grant.location_id for grant in grants if grant.scope is Scope.LOCATION and grant.location_id
        ),
    )


def require(actor: Actor, permission: str, *, firm_id: int | None) -> None:
    """Raise NotAllowed unless the actor has the permission in the firm; without a firm it must reach everything.

    Raises
    ------
    NotAllowed
    """
    allowed = reach(actor, permission).everything if firm_id is None else may(actor, permission, firm_id=firm_id)
    if not allowed:
        raise NotAllowed(permission)


def require_own(actor: Actor, permission: str, *, owner_id: int | None) -> None:
    """Raise NotAllowed unless the thing is the actor's own, and their kind has the permission over their own.

    Raises
    ------
    NotAllowed
    """
    if actor.kind not in GRANTS[permission].own or actor.id != owner_id:
        raise NotAllowed(permission)
