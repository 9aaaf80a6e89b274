"""Who may do what ends where their grant ends."""

import pytest

from survey_app.rules.permissions import (
    CUSTOMER,
    GRANTS,
    SYSTEM,
    Actor,
    Grant,
    NotAllowed,
    can_be_given,
    covers,
    may,
    may_anywhere,
    reach,
    require,
    require_own,
)
from survey_app.rules.privacy import Support, too_few
from survey_app.rules.vocabulary import ActorKind, Role, Scope

#: A grant of each scope: firm 7, region 3 of it, location 5 of it.
PLACES = {
    Scope.ALL: {},
    Scope.FIRM: {"firm_id": 7},
    Scope.REGION: {"firm_id": 7, "region_id": 3},
    Scope.LOCATION: {"firm_id": 7, "location_id": 5},
}
FROM_WIDE_TO_NARROW = list(PLACES)
GIVEN = [permission for permission, carriers in GRANTS.items() if carriers.roles]
OWN = [permission for permission, carriers in GRANTS.items() if carriers.own]


def person(role, scope, **place):
    return Actor(ActorKind.PERSON, 1, (Grant(role, scope, **place),))


def carries(permission, role, scope):
    allowed = FROM_WIDE_TO_NARROW[: FROM_WIDE_TO_NARROW.index(GRANTS[permission].down_to) + 1]
    return role in GRANTS[permission].roles and scope in allowed


@pytest.mark.parametrize("permission", GRANTS)
@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("scope", Scope)
def test_a_grant_reaches_its_own_place_and_no_other(permission, role, scope):
    actor = person(role, scope, **PLACES[scope])
    carried = carries(permission, role, scope)
    assert may_anywhere(actor, permission) == carried
    assert may(actor, permission, firm_id=7) == (carried and scope in (Scope.ALL, Scope.FIRM))
    assert may(actor, permission, firm_id=8) == (carried and scope is Scope.ALL)
    there = {"firm_id": 7, "location_id": 5, "region_ids": {3, 2}}
    assert may(actor, permission, **there) == carried
    elsewhere = {"firm_id": 7, "location_id": 6, "region_ids": {4, 2}}
    assert may(actor, permission, **elsewhere) == (carried and scope in (Scope.ALL, Scope.FIRM))
    reached = reach(actor, permission)
    assert reached.everything == (carried and scope is Scope.ALL)
    assert reached.firms == ({7} if carried and scope is Scope.FIRM else set())
    assert reached.regions == ({3} if carried and scope is Scope.REGION else set())
    assert reached.locations == ({5} if carried and scope is Scope.LOCATION else set())


@pytest.mark.parametrize("scope", [Scope.FIRM, Scope.REGION, Scope.LOCATION])
def test_the_same_numbers_in_another_firm_are_another_place(scope):
    grant = Grant(Role.MANAGER, scope, **PLACES[scope])
    assert not covers(grant, firm_id=8, location_id=5, region_ids={3})


@pytest.mark.parametrize("permission", GIVEN)
def test_customers_and_shoppers_are_given_nothing_and_the_system_has_all(permission):
    for actor in (CUSTOMER, Actor(ActorKind.SHOPPER, 1)):
        assert not may_anywhere(actor, permission)
        with pytest.raises(NotAllowed):
            require(actor, permission, firm_id=1)
    require(SYSTEM, permission, firm_id=1)


@pytest.mark.parametrize("permission", OWN)
def test_what_is_ones_own_is_nobody_elses(permission):
    owner = Actor(next(iter(GRANTS[permission].own)), 4)
    require_own(owner, permission, owner_id=4)
    others = [Actor(kind, 4) for kind in ActorKind if kind not in GRANTS[permission].own]
    for actor, owner_id in [(owner, 5), (owner, None), *((other, 4) for other in others)]:
        with pytest.raises(NotAllowed):
            require_own(actor, permission, owner_id=owner_id)


def test_every_permission_is_somebodys():
    assert set(GIVEN) | set(OWN) == set(GRANTS)
    assert not set(GIVEN) & set(OWN)


def test_no_role_that_an_administrator_gives_is_more_than_theirs():
    assert all(Role.ADMINISTRATOR in GRANTS[permission].roles for permission in GIVEN)


@pytest.mark.parametrize("role", Role)
def test_a_role_can_be_given_down_to_where_it_opens_its_pages(role):
    home = {Role.MANAGER: "publications.read"}.get(role, "studies.read")
    for scope in Scope:
        reaches = carries(home, role, scope)
        assert can_be_given(role, scope) == (
            reaches if role is not Role.CODER else scope in (Scope.ALL, Scope.FIRM)
        )


def test_what_belongs_to_no_firm_needs_a_grant_for_everything():
    require(person(Role.ADMINISTRATOR, Scope.ALL), "people.manage", firm_id=None)
    with pytest.raises(NotAllowed):
        require(person(Role.ADMINISTRATOR, Scope.FIRM, firm_id=7), "people.manage", firm_id=None)


def test_managers_see_nothing_below_the_thresholds():
    enough = Support(complainant_responses=10, visits=3, shoppers=2)
    assert too_few(enough) == ()
    short = [
        Support(complainant_responses=9, visits=3, shoppers=2),
        Support(complainant_responses=10, visits=2, shoppers=2),
        Support(complainant_responses=10, visits=3, shoppers=1),
        Support(complainant_responses=10, visits=3, shoppers=None),
    ]
    assert [len(too_few(support)) for support in short] == [1, 1, 1, 1]
