"""Drafts keep their history, versions are frozen and keep their codes' meaning, studies take them."""

from functools import partial

import pytest
from sqlalchemy import select

from survey_app.actions.instruments import (
    MOST_STEPS,
    CannotPublish,
    CodeTaken,
    change_draft,
    draft_instrument,
    publish_instrument,
    redo_change,
    undo_change,
)
from survey_app.actions.responses import start_response
from survey_app.actions.studies import NewStudy, StudyProblem, make_firm, make_study, take_version
from survey_app.foundations.database import reading
from survey_app.foundations.tokens import new_random_id
from survey_app.models import AuditLine, DraftStep, InstrumentItem, InstrumentVersion, Problem, Response, Scenario
from survey_app.queries.instruments import find_draft, find_version, instruments_for
from survey_app.rules.consent import Consent
from survey_app.rules.editing import (
    add_item,
    add_page,
    duplicate_item,
    merge_problems,
    move_item,
    move_page,
    remove_item,
    set_item,
    set_texts,
    split_problem,
)
from survey_app.rules.findings import QuestionnaireProblem
from survey_app.rules.permissions import SYSTEM, Actor, NotAllowed
from survey_app.rules.versions import findings_of_versions
from survey_app.rules.vocabulary import ActorKind
from tests.factories.instruments import rich_instrument, small_instrument
from tests.factories.studies import NOW, make_open_study

TEXTS = {"en": "How long?", "pl": "Jak długo?", "fi": "Kuinka kauan?"}


@pytest.fixture
def firm(app):
    return make_firm(SYSTEM, name="A", controller="A Ltd", contact="+358", at=NOW)


@pytest.fixture
def draft(firm):
    return draft_instrument(SYSTEM, firm, rich_instrument(), at=NOW)


def seen(draft):
    return find_draft(SYSTEM, draft)


def change(draft, edit, *given, did="change", revision=None, **more):
    change_draft(
        SYSTEM,
        draft,
        lambda definition: edit(definition, *given, **more),
        did=did,
        seen_revision=seen(draft).revision if revision is None else revision,
        at=NOW,
    )


def publish(draft):
    return publish_instrument(SYSTEM, draft, seen_revision=seen(draft).revision, at=NOW)


def codes(draft):
    return [item["code"] for page in seen(draft).definition["pages"] for item in page["items"]]


def test_each_change_can_be_undone_and_done_again(draft):
    before = seen(draft).definition
    change(draft, remove_item, "pain")
    change(draft, duplicate_item, "weeks")
    assert "weeks_2" in codes(draft)
    after = seen(draft).definition
    for _ in range(2):
        undo_change(SYSTEM, draft, seen_revision=seen(draft).revision, at=NOW)
    assert seen(draft).definition == before
    assert not seen(draft).can_undo
    for _ in range(2):
        redo_change(SYSTEM, draft, seen_revision=seen(draft).revision, at=NOW)
    assert seen(draft).definition == after
    assert not seen(draft).can_redo
    with pytest.raises(QuestionnaireProblem, match="nothing to do again"):
        redo_change(SYSTEM, draft, seen_revision=seen(draft).revision, at=NOW)


def test_a_change_after_undoing_begins_another_future(draft):
    change(draft, remove_item, "pain")
    undo_change(SYSTEM, draft, seen_revision=seen(draft).revision, at=NOW)
    change(draft, move_item, "weeks", -1)
    assert not seen(draft).can_redo
    assert "pain" in codes(draft)


def test_history_is_kept_to_a_length(draft):
    for _ in range(MOST_STEPS + 5):
        change(draft, move_page, "before", 1)
    with reading() as session:
        assert len(session.scalars(select(DraftStep.id)).all()) == MOST_STEPS


def test_two_who_change_at_once_lose_nothing(draft):
    revision = seen(draft).revision
    change(draft, remove_item, "pain", revision=revision)
    with pytest.raises(QuestionnaireProblem, match="meanwhile"):
        change(draft, remove_item, "weeks", revision=revision)
    assert "weeks" in codes(draft)


def test_strangers_find_no_draft(draft, firm):
    stranger = Actor(ActorKind.PERSON, 7)
    assert find_draft(stranger, draft) is None
    assert instruments_for(stranger, firm) == []
    with pytest.raises(NotAllowed):
        publish_instrument(stranger, draft, seen_revision=1, at=NOW)
    with pytest.raises(NotAllowed):
        draft_instrument(stranger, firm, small_instrument(), at=NOW)


def test_a_code_belongs_to_one_questionnaire_of_a_firm(draft, firm):
    with pytest.raises(CodeTaken):
        draft_instrument(SYSTEM, firm, rich_instrument(), at=NOW)


def test_publishing_freezes_and_numbers_what_is_there(draft):
    assert publish(draft) == 1
    with pytest.raises(CannotPublish, match="nothing to publish"):
        publish(draft)
    change(draft, set_texts, {("item", "weeks", "text"): TEXTS})
    assert publish(draft) == 2
    assert find_version(SYSTEM, draft, 1) != find_version(SYSTEM, draft, 2)
    with reading() as session:
        assert session.scalars(select(InstrumentVersion.number)).all() == [1, 2]
        items = session.scalars(select(InstrumentItem).where(InstrumentItem.code == "weeks")).all()
        assert [item.kind for item in items] == ["number", "number"]
        done = session.scalars(select(AuditLine.action).where(AuditLine.subject == "instruments")).all()
    assert done == ["instrument.draft", "instrument.publish", "instrument.change", "instrument.publish"]


def test_what_is_not_whole_is_not_published(draft):
    change(draft, add_item, "before", "new_one", "choice")
    with pytest.raises(CannotPublish) as caught:
        publish(draft)
    assert {finding.reason for finding in caught.value.findings} == {"text_missing", "no_options"}


def edited(edit, *given, **more):
    return edit(rich_instrument(), *given, **more)


def swapped():
    definition = rich_instrument()
    item = next(item for page in definition["pages"] for item in page["items"] if item["code"] == "where")
    first, second = item["options"][:2]
    first["text"], second["text"] = second["text"], first["text"]
    return definition


def problems_swapped():
    definition = rich_instrument()
    first, second = definition["problems"]
    first["text"], second["text"] = second["text"], first["text"]
    return definition


def without_problem():
    definition = rich_instrument()
    definition["problems"].pop()
    return definition


@pytest.mark.parametrize(
    ("now", "reasons"),
    [
        (partial(edited, set_item, "pain", {"kind": "number"}), {"reused_kind"}),
        (partial(edited, set_item, "pain", {"from": 1, "to": 7}), {"reused_scale"}),
        (partial(edited, set_item, "weeks", {"unit": {"en": "d", "pl": "dn", "fi": "pv"}}), {"reused_unit"}),
        (partial(edited, set_item, "weeks", {"unit": {"en": "week", "pl": "weeks (pl)", "fi": "vk"}}), set()),
        (partial(edited, set_texts, {("item", "pain", "text"): TEXTS}), set()),
        (partial(edited, remove_item, "thanks"), {"item_gone"}),
        (swapped, {"reused_option"}),
        (problems_swapped, {"reused_problem", "list_changed"}),
        (without_problem, {"list_changed"}),
        (rich_instrument, set()),
    ],
)
def test_a_code_keeps_its_meaning(now, reasons):
    earlier = [(1, rich_instrument())]
    assert {finding.reason for finding in findings_of_versions(now(), earlier)} == reasons
    assert list(findings_of_versions(now(), [])) == []


def test_a_code_that_left_cannot_come_back_as_another():
    earlier = [(1, rich_instrument()), (2, edited(remove_item, "pain"))]
    back = add_item(edited(remove_item, "pain"), "after", "pain", "text")
    assert [finding.details["number"] for finding in findings_of_versions(back, earlier) if finding.blocking] == [
        1
    ]


def test_merging_and_splitting_problems_is_written_down():
    merged = merge_problems(
        rich_instrument(), ["rude", "long_wait"], {"code": "badly_met", "text": TEXTS}, on="2026-11-24"
    )
    assert [problem["code"] for problem in merged["problems"]] == ["badly_met"]
    assert merged["implied"] == {"wrong_bill": ["badly_met"]}
    parts = [{"code": "cold", "text": TEXTS}, {"code": "loud", "text": TEXTS}]
    split = split_problem(merged, "badly_met", parts, on="2026-11-25")
    assert [problem["theme"] for problem in split["problems"]] == ["people", "people"]
    assert [(change["did"], change["of"], change["into"]) for change in split["list_history"]] == [
        ("merge", ["rude", "long_wait"], ["badly_met"]),
        ("split", ["badly_met"], ["cold", "loud"]),
    ]
    with pytest.raises(QuestionnaireProblem, match="twice"):
        split_problem(split, "cold", [{"code": "rude", "text": TEXTS}], on="")


def test_a_study_takes_a_newer_version_and_each_response_keeps_its_own(app):
    study = make_open_study()
    own = draft_instrument(SYSTEM, study.firm, rich_instrument(), at=NOW)
    publish(own)
    fresh = make_study(SYSTEM, study.firm, NewStudy(name="Fresh"), location_public_ids=study.places, at=NOW)
    take_version(SYSTEM, fresh, own, 1, at=NOW)
    with reading() as session:
        listed = session.scalars(
            select(Problem.code).join_from(Problem, Scenario, Problem.study_id == Scenario.study_id)
        )
        assert set(listed) >= {"rude", "long_wait"}
    told = Consent("en", ("We keep your answers.",))
    start_response(
        study.links[0],
        submission_id=new_random_id(),
        request_id=new_random_id(),
        consent=told,
        agreed_to=told.hash,
        at=NOW,
    )
    with pytest.raises(StudyProblem, match="another questionnaire"):
        take_version(SYSTEM, study.study, own, 1, at=NOW)
    with reading() as session:
        assert session.scalars(select(Response.version_id)).one() is not None


def test_a_page_that_is_added_stands_with_its_like():
    definition = add_page(rich_instrument(), "more", "core", TEXTS)
    assert [page["code"] for page in definition["pages"]][6] == "more"
    with pytest.raises(QuestionnaireProblem, match="twice"):
        add_page(definition, "more", "core", TEXTS)


def test_a_question_moves_over_the_edge_of_its_page():
    definition = move_item(rich_instrument(), "hello", -1)
    assert definition["pages"][2]["items"][-1]["code"] == "hello"
    assert move_item(definition, "hello", 1)["pages"] == rich_instrument()["pages"]
