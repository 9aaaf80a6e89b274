"""Who may do what ends where their grant ends."""

import pytest

from survey_app.rules.permissions import (
    CUSTOMER,
    GRANTS,
    SYSTEM,
    WITHIN_PART_OF_A_FIRM,
    Actor,
    Grant,
    NotAllowed,
    firms_with,
    may,
    may_anywhere,
    require,
)
from survey_app.rules.privacy import Support, too_few
from survey_app.rules.vocabulary import ActorKind, Role, Scope


def person(role, scope, firm_id=None):
    return Actor(ActorKind.PERSON, 1, (Grant(role, scope, firm_id),))


@pytest.mark.parametrize("permission", GRANTS)
@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("scope", Scope)
def test_a_grant_reaches_its_own_firm_and_no_other(permission, role, scope):
    actor = person(role, scope, None if scope is Scope.ALL else 7)
    carries = role in GRANTS[permission] and (
        scope in (Scope.ALL, Scope.FIRM) or permission in WITHIN_PART_OF_A_FIRM
    )
    assert may(actor, permission, firm_id=7) == carries
    assert may(actor, permission, firm_id=8) == (carries and scope is Scope.ALL)
    assert may_anywhere(actor, permission) == carries
    expected = (None if scope is Scope.ALL else {7}) if carries else set()
    assert firms_with(actor, permission) == expected


@pytest.mark.parametrize("permission", GRANTS)
def test_customers_and_shoppers_have_no_permission_and_the_system_has_all(permission):
    for actor in (CUSTOMER, Actor(ActorKind.SHOPPER, 1)):
        assert not may_anywhere(actor, permission)
        with pytest.raises(NotAllowed):
            require(actor, permission, firm_id=1)
    require(SYSTEM, permission, firm_id=1)


def test_what_belongs_to_no_firm_needs_a_grant_for_everything():
    require(person(Role.ADMINISTRATOR, Scope.ALL), "people.manage", firm_id=None)
    with pytest.raises(NotAllowed):
        require(person(Role.ADMINISTRATOR, Scope.FIRM, 7), "people.manage", firm_id=None)


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
