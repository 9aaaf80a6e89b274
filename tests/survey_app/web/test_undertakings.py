"""What managers undertake about a finding: where they are in charge, seen by those concerned, and not lost."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from survey_app.actions.undertakings import UndertakingRefused, add_undertaking, change_undertaking
from survey_app.foundations import clock
from survey_app.foundations.database import reading
from survey_app.models import AuditLine, Undertaking
from survey_app.queries.people import actor_of, find_person
from survey_app.rules.permissions import SYSTEM, NotAllowed
from survey_app.rules.vocabulary import Role, UndertakingState
from tests.factories.publications import published
from tests.factories.studies import NOW, make_open_study
from tests.survey_app.web.account.test_people_at_once import at_once
from tests.survey_app.web.test_managers import signed_in

DAY = NOW.date() + timedelta(days=30)


@pytest.fixture
def study(app):
    return make_open_study(places=4)


def found(study, **how):
    return published(study.study, [(20, 20)] * 4, **how)


def add(publication, **said):
    said = {"what": "Train the desk.", "owner": "Anna <b>", "due_on": DAY, "at": NOW} | said
    return add_undertaking(SYSTEM, publication, **said)


def change(public_id, *, state=UndertakingState.OPEN, seen=1, what="Train the desk.", note="", at=NOW):
    change_undertaking(
        SYSTEM,
        public_id,
        what=what,
        owner="Anna",
        due_on=DAY,
        state=state,
        note=note,
        seen_revision=seen,
        at=at,
    )


def kept(public_id):
    with reading() as session:
        return session.scalar(select(Undertaking).where(Undertaking.public_id == public_id))


def test_a_manager_adds_says_what_became_of_it_and_reads_it_at_home(app, study):
    name = found(study)
    manager = signed_in(app, place=study.places[0])
    page = manager.open(f"/manager/{name}").html
    assert "Nothing has been undertaken" in page
    manager.open(f"/manager/{name}/actions/new")
    day = (clock.now() + timedelta(days=9)).date()
    manager.submit(
        manager.form_with("theme"),
        what="Answer within a day.",
        owner="Anna",
        due_on=day.isoformat(),
        place=study.places[0],
    )
    assert "Answer within a day." in manager.html
    assert "1 added, 0 done, 0 dropped" in manager.html
    assert "Answer within a day." in manager.open("/manager").html
    with reading() as session:
        public_id = session.scalar(select(Undertaking.public_id))
    manager.open(f"/manager/actions/{public_id}")
    manager.submit(manager.form_with("state"), what="Answer within a day.", state="dropped")
    assert "Say why it is dropped" in manager.html
    manager.submit(
        manager.form_with("state"), what="Answer within a day.", state="dropped", note="It costs too much."
    )
    assert "It costs too much." in manager.html
    assert "1 added, 0 done, 1 dropped" in manager.html
    assert "Answer within a day." not in manager.open("/manager").html, "what is settled is not to be done"
    with reading() as session:
        lines = session.scalars(
            select(AuditLine.action).where(AuditLine.subject == "undertakings").order_by(AuditLine.id)
        ).all()
    assert lines == ["undertaking.add", "undertaking.change"]


def test_a_day_that_is_over_is_taken_only_where_it_is_kept_already(app, study):
    name = found(study)
    public_id = add(name, due_on=NOW.date() - timedelta(days=400))
    manager = signed_in(app)
    manager.open(f"/manager/{name}/actions/new")
    manager.submit(manager.form_with("theme"), what="Train.", owner="Anna", due_on="2020-01-01", place="all")
    assert "from today on" in manager.html
    assert "late" in manager.open(f"/manager/{name}").html
    manager.open(f"/manager/actions/{public_id}")
    manager.submit(manager.form_with("state"), what="Train the desk.", state="done")
    assert kept(public_id).state == UndertakingState.DONE


def test_each_sees_and_changes_what_is_in_their_charge(app, study):
    name = found(study)
    of_one = add(name, what="Only here.", place=study.places[1])
    of_all = add(name, what="In the whole firm.")
    firm = signed_in(app)
    own = signed_in(app, place=study.places[1])
    other = signed_in(app, place=study.places[2])
    researcher = signed_in(app, role=Role.RESEARCHER)
    seen = {
        who: [text in visitor.open(f"/manager/{name}").html for text in ("Only here.", "In the whole firm.")]
        for who, visitor in {"firm": firm, "own": own, "other": other, "researcher": researcher}.items()
    }
    assert seen == {"firm": [True, True], "own": [True, True], "other": [False, True], "researcher": [True, True]}
    statuses = {
        (who, where): visitor.open(f"/manager/actions/{public_id}").response.status_code
        for who, visitor in {"firm": firm, "own": own, "other": other, "researcher": researcher}.items()
        for where, public_id in (("one", of_one), ("all", of_all))
    }
    assert {key for key, status in statuses.items() if status == 200} == {
        ("firm", "one"),
        ("firm", "all"),
        ("own", "one"),
    }
    assert set(statuses.values()) == {200, 404}
    manager = actor_of(find_person(email=f"{study.places[1]}@example.com"))
    for place in (study.places[2], "all", "nowhere"):
        with pytest.raises(NotAllowed):
            add_undertaking(manager, name, place=place, what="W", owner="O", due_on=DAY, at=NOW)
    assert researcher.open(f"/manager/{name}/actions/new").response.status_code == 404


def test_after_the_next_finding_it_says_what_was_done_since_the_last(app, study):
    first = found(study)
    done = add(first, what="Done meanwhile.", theme="staff")
    change(done, state=UndertakingState.DONE, what="Done meanwhile.", note="In March.")
    second = found(study)
    page = signed_in(app).open(f"/manager/{second}").html
    assert "1 added, 1 done, 0 dropped" in page
    assert "Done meanwhile." in page
    assert "Staff" in page[page.index("Done meanwhile.") :]


def test_the_same_again_is_once_and_what_is_settled_can_be_opened_again(study):
    name = found(study)
    first = add(name)
    assert add(name) == first
    change(first, state=UndertakingState.DONE)
    with pytest.raises(UndertakingRefused, match="other_state"):
        change(first, state=UndertakingState.DROPPED, note="why", seen=2)
    change(first, seen=2)
    assert (kept(first).state, kept(first).settled_at) == (UndertakingState.OPEN, None)
    with pytest.raises(UndertakingRefused, match="say_why"):
        change(first, state=UndertakingState.DROPPED, seen=3)
    with pytest.raises(UndertakingRefused, match="no_theme"):
        add(name, theme="weather")
    with reading() as session:
        assert session.scalar(select(func.count()).select_from(Undertaking)) == 1


def test_nothing_is_undertaken_about_what_shows_nothing(app, study):
    name = published(study.study, [(1, 1)] * 4)
    manager = signed_in(app)
    assert "Add an action" not in manager.open(f"/manager/{name}").html
    assert manager.open(f"/manager/{name}/actions/new").response.status_code == 404
    with pytest.raises(NotAllowed):
        add(name)


class Blind(int):
    """A revision that is equal to any: the mutant does not look whether somebody was there before."""

    def __eq__(self, other):
        return True

    def __ne__(self, other):
        return False

    __hash__ = int.__hash__


def test_of_two_who_change_it_at_once_the_second_is_told(app, study):
    name = found(study)

    def both(seen):
        public_id = add(name, what=f"As it was {seen!r} {type(seen)}.")
        wrong = at_once(app, *(lambda words=words: change(public_id, what=words, seen=seen) for words in "AB"))
        return public_id, wrong

    public_id, wrong = both(1)
    assert [getattr(error, "code", error) for error in wrong] == ["changed_meanwhile"]
    assert kept(public_id).revision == 2
    _public_id, wrong = both(Blind(1))
    assert wrong == [], "the mutant: the words of one are gone, and nobody is told"


def test_who_comes_second_sees_both_and_decides(app, study):
    name = found(study)
    public_id = add(name)
    manager = signed_in(app).open(f"/manager/actions/{public_id}")
    change(public_id, what="Theirs.")
    manager.submit(manager.form_with("state"), what="Mine.")
    assert "Somebody changed this meanwhile" in manager.html
    assert "Theirs." in manager.html
    assert "Mine." in manager.html
    assert kept(public_id).what == "Theirs."
    manager.submit(manager.form_with("state"), what="Both.")
    assert kept(public_id).what == "Both."
