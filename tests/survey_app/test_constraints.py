"""The database itself says no to what must never be true, whichever door it came through."""

import pytest
from sqlalchemy import CheckConstraint, select, text
from sqlalchemy.exc import IntegrityError

from survey_app.foundations.database import Base, reading, writing
from survey_app.models import Response
from tests.factories.imports import take_in
from tests.factories.studies import NOW, make_open_study
from tests.journeys.html_forms import Visitor, answer_until_receipt

_AUDIT = (
    "INSERT INTO audit (at, actor_kind, actor_id, action, subject, subject_id, details)"
    " SELECT at, {actor_kind}, NULL, action, subject, subject_id, details FROM audit"
)
PLAN = (
    "INSERT INTO plans (public_id, study_id, number, content, hash, choices_hash, responses, reason, locked_at) "
    "VALUES ('x', 1, {number}, '{{}}', 'h', 'h', {responses}, '{reason}', '2026-01-01')"
)
#: Constraint → a statement that it must refuse.
REFUSED = {
    "ck_assignments_channel_known": "UPDATE assignments SET channel = 'pigeon'",
    "ck_assignments_fee_not_negative": "UPDATE assignments SET fee_cents = -1",
    "ck_assignments_stake_on_its_scale": "UPDATE assignments SET stake = 11",
    "ck_assignments_state_known": "UPDATE assignments SET state = 'lost'",
    "ck_audit_actor_is_named": _AUDIT.format(actor_kind="'person'"),
    "ck_audit_actor_kind_known": _AUDIT.format(actor_kind="'ghost'"),
    "ck_comparisons_attempt_counts_up": "UPDATE comparisons SET attempt = -1",
    "ck_comparisons_failed_says_why": "UPDATE comparisons SET state = 'failed'",
    "ck_comparisons_ready_has_its_result": "UPDATE comparisons SET state = 'ready'",
    "ck_comparisons_running_has_a_heartbeat": "UPDATE comparisons SET state = 'running'",
    "ck_comparisons_state_known": "UPDATE comparisons SET state = 'lost'",
    "ck_proposals_attempt_counts_up": "UPDATE proposals SET attempt = -1",
    "ck_proposals_failed_says_why": "UPDATE proposals SET state = 'failed'",
    "ck_proposals_ready_has_its_content": "UPDATE proposals SET state = 'ready'",
    "ck_proposals_running_has_a_heartbeat": "UPDATE proposals SET state = 'running'",
    "ck_proposals_state_known": "UPDATE proposals SET state = 'lost'",
    "ck_grants_role_known": "UPDATE grants SET role = 'king'",
    "ck_grants_scope_names_its_place": "UPDATE grants SET scope = 'firm', firm_id = NULL",
    "ck_instrument_items_audience_known": "UPDATE instrument_items SET audience = 'nobody'",
    "ck_instrument_versions_number_from_one": (
        "INSERT INTO instrument_versions"
        " (instrument_id, number, schema, definition, hash, list_hash, published_at)"
        " SELECT instrument_id, 0, schema, definition, 'other', list_hash, published_at FROM instrument_versions"
    ),
    "ck_brought_in_basis_known": "UPDATE brought_in SET basis = 'hearsay'",
    "ck_contacts_address_and_hash_go_together": "UPDATE contacts SET address_hash = NULL",
    "ck_contacts_deleted_has_no_name": "UPDATE contacts SET email = NULL, address_hash = NULL, name = 'Anna'",
    "ck_contacts_language_known": "UPDATE contacts SET language = 'xx'",
    "ck_invitations_cap_lets_somebody_in": "UPDATE invitations SET cap = 0 WHERE kind = 'open'",
    "ck_letters_attempts_count_up": "UPDATE letters SET attempts = -1",
    "ck_letters_begun_has_its_moment": "UPDATE letters SET state = 'begun'",
    "ck_letters_kind_known": "UPDATE letters SET kind = 'pigeon'",
    "ck_letters_state_known": "UPDATE letters SET state = 'lost'",
    "ck_invitations_channel_known": "UPDATE invitations SET channel = 'pigeon'",
    "ck_invitations_kind_known": "UPDATE invitations SET kind = 'chain'",
    "ck_invitations_language_known": "UPDATE invitations SET language = 'xx'",
    "ck_invitations_many_share_a_cap": "UPDATE invitations SET cap = 5 WHERE kind = 'single'",
    "ck_invitations_opens_before_it_closes": "UPDATE invitations SET opens_at = made_at, closes_at = made_at",
    "ck_invitations_reached_not_negative": "UPDATE invitations SET reached = -1 WHERE kind = 'open'",
    "ck_invitations_open_is_never_used_up": "UPDATE invitations SET used_at = made_at WHERE kind = 'open'",
    "ck_invitations_single_has_a_secret": "UPDATE invitations SET secret_hash = NULL WHERE kind = 'single'",
    "ck_link_opens_opens_counted": "UPDATE link_opens SET opens = 0",
    "ck_people_email_in_small_letters": "UPDATE people SET email = 'A@example.com'",
    "ck_people_language_known": "UPDATE people SET language = 'xx'",
    "ck_problems_stage_known": "UPDATE problems SET stage = 'never'",
    "ck_regions_not_above_itself": "UPDATE regions SET parent_id = id",
    "ck_consent_texts_language_known": "UPDATE consent_texts SET language = 'sv'",
    "ck_follow_ups_answer_has_its_moment": "UPDATE follow_ups SET answer = 'yes'",
    "ck_responses_resume_only_until_sent": "UPDATE responses SET resume_hash = 'x' WHERE receipt_hash IS NOT NULL",
    "ck_responses_channel_known": "UPDATE responses SET channel = 'pigeon'",
    "ck_responses_cost_not_negative": "UPDATE responses SET cost_cents = -1",
    "ck_responses_customers_have_no_shopper": "UPDATE responses SET shopper_id = 1 WHERE NOT hired",
    "ck_responses_customers_need": "UPDATE responses SET need = 'played' WHERE NOT hired",
    "ck_responses_hired_are_assigned": "UPDATE responses SET route = 'open' WHERE hired",
    "ck_responses_hired_are_reviewed": "UPDATE responses SET review = 'not_needed' WHERE hired",
    "ck_responses_hired_have_a_shopper": "UPDATE responses SET shopper_id = NULL WHERE hired",
    "ck_responses_hired_need": "UPDATE responses SET need = 'none' WHERE hired",
    "ck_responses_language_known": "UPDATE responses SET language = 'xx'",
    "ck_responses_receipt_only_when_sent": "UPDATE responses SET receipt_hash = 'x' WHERE state = 'in_progress'",
    "ck_responses_review_known": "UPDATE responses SET review = 'lost' WHERE hired",
    "ck_responses_revision_counts_up": "UPDATE responses SET revision = -1",
    "ck_responses_route_known": "UPDATE responses SET route = 'smuggled' WHERE NOT hired",
    "ck_responses_sent_is_cut_loose": "UPDATE responses SET draft_of = invitation_id WHERE state = 'submitted'",
    "ck_responses_state_known": "UPDATE responses SET state = 'lost'",
    "ck_responses_submitted_has_its_arm": "UPDATE responses SET need = NULL WHERE state = 'submitted'",
    "ck_responses_submitted_has_its_moment": "UPDATE responses SET submitted_at = NULL WHERE state = 'submitted'",
    "ck_reviews_decision_known": "UPDATE reviews SET decision = 'shrugged', reason = 'why not'",
    "ck_reviews_refusal_has_a_reason": "UPDATE reviews SET decision = 'returned', reason = ''",
    "ck_sightings_origin_known": "UPDATE sightings SET origin = 'dreamt'",
    "ck_sightings_severity_on_its_scale": "UPDATE sightings SET severity = 5",
    "ck_studies_state_known": "UPDATE studies SET state = 'lost'",
    "ck_plans_number_from_one": PLAN.format(number=0, responses=0, reason="why"),
    "ck_plans_responses_count_up": PLAN.format(number=1, responses=-1, reason="why"),
    "ck_plans_late_says_why": PLAN.format(number=2, responses=0, reason=""),
    "ck_looks_look_says_why": "INSERT INTO looks (study_id, comparison_id, reason, looked_at) "
    "VALUES (1, 1, '', '2026-01-01')",
    "ck_quotations_quotation_says_something": (
        "INSERT INTO quotations (public_id, study_id, response_id, problem, text, released_at)"
        " SELECT 'q', study_id, id, 'rude', '', started_at FROM responses LIMIT 1"
    ),
    "ck_exports_state_known": "UPDATE exports SET state = 'lost'",
    "ck_exports_format_known": "UPDATE exports SET format = 'stone'",
    "ck_exports_export_says_why": "UPDATE exports SET reason = ''",
    "ck_exports_attempt_counts_up": "UPDATE exports SET attempt = -1",
    "ck_exports_ready_has_its_file": "UPDATE exports SET state = 'ready'",
    "ck_exports_failed_says_why": "UPDATE exports SET state = 'failed'",
    "ck_undertakings_state_known": "UPDATE undertakings SET state = 'lost', settled_at = added_at",
    "ck_undertakings_says_what_and_who": "UPDATE undertakings SET owner = ''",
    "ck_undertakings_dropped_says_why": "UPDATE undertakings SET state = 'dropped', settled_at = added_at",
    "ck_undertakings_settled_has_its_moment": "UPDATE undertakings SET state = 'done'",
    "ck_undertakings_revision_from_one": "UPDATE undertakings SET revision = 0",
    "fk: an undertaking at a place of another study": "UPDATE undertakings SET location_id = 3",
    # One firm's rows never point at another's, and nothing is there twice.
    "fk: a place of another firm": "UPDATE study_locations SET firm_id = (SELECT max(id) FROM firms)",
    "fk: a scenario that the study does not have": "UPDATE responses SET scenario = 'boredom'",
    "fk: a problem that the study does not list": "UPDATE sightings SET problem = 'boredom'",
    "fk: a shopper of another firm": "UPDATE assignments SET shopper_id = (SELECT max(id) FROM shoppers)",
    "uq: two responses of one submission": "UPDATE responses SET submission_id = 'one'",
    "uq: two responses to one assignment": "UPDATE responses SET assignment_id = 1 WHERE hired",
    "uq: one problem seen twice": "UPDATE sightings SET problem = 'rude'",
    "uq: two shoppers with one link": "UPDATE shoppers SET link_hash = 'one'",
    "uq: two places with one code": "UPDATE locations SET code = 'one'",
}

#: Rows of tables that the factories leave empty.
ROWS = (
    "INSERT INTO people (public_id, email, name, language, active, fs_uniquifier, made_at) "
    "VALUES ('p', 'a@example.com', 'A', 'en', true, 'u', :at)",
    "INSERT INTO grants (public_id, person_id, role, scope) VALUES ('g', 1, 'manager', 'all')",
    "INSERT INTO regions (firm_id, name, name_key) VALUES (1, 'North', 'north')",
    "INSERT INTO comparisons (public_id, study_id, plan, plan_hash, state, attempt, steps_done, steps_all, "
    "requested_at) VALUES ('c', 1, '{}', 'h', 'requested', 0, 0, 0, :at)",
    "INSERT INTO publications (public_id, study_id, comparison_id, lead, content, for_everybody, published_at) "
    "VALUES ('p', 1, 1, '', '{\"sentence\": \"s\"}', false, :at)",
    "INSERT INTO proposals (public_id, study_id, comparison_id, lead, tables, state, attempt, requested_at) "
    "VALUES ('q', 1, 1, '', '[]', 'requested', 0, :at)",
    "INSERT INTO follow_ups (public_id, response_id, text, asked_at) VALUES ('f', :hired, 'Why?', :at)",
    "INSERT INTO reviews (response_id, person_id, decision, reason, revision, decided_at) "
    "VALUES (:hired, 1, 'accepted', '', 0, :at)",
    "INSERT INTO contact_lists (public_id, study_id, name, delete_on, made_at) VALUES ('l', 1, 'L', :at, :at)",
    "INSERT INTO contacts (public_id, study_id, list_id, invitation_id, email, address_hash, name, language) "
    "VALUES ('c', 1, 1, 1, 'anna@example.com', 'h', '', 'en')",
    "INSERT INTO brought_in (response_id, address, basis, note, brought_at) "
    "VALUES (:hired, '', 'public', '', :at)",
    "INSERT INTO exports (public_id, study_id, format, identifying, reason, state, attempt, requested_at, "
    "expires_at) VALUES ('e', 1, 'csv', false, 'why', 'requested', 0, :at, :at)",
    "INSERT INTO undertakings (public_id, study_id, publication_id, theme, what, owner, due_on, state, note, "
    "revision, added_at) VALUES ('u', 1, 1, '', 'Train', 'Anna', :at, 'open', '', 1, :at)",
    "INSERT INTO letters (contact_id, kind, state, attempts) VALUES (1, 'invitation', 'waiting', 0)",
)


@pytest.fixture
def filled(app):
    """Rows in every table that has a rule."""
    study = make_open_study(places=2)
    make_open_study(name="Another Bank")
    take_in(study.study)
    answer_until_receipt(Visitor(app.test_client()).open(f"/en/s/{study.links[0]}"))
    Visitor(app.test_client()).open(f"/en/s/{study.links[0]}").submit()
    app.extensions["opens"].write()
    with reading() as session:
        hired = session.scalar(select(Response.id).where(Response.hired).limit(1))
    with writing() as session:
        for statement in ROWS:
            session.execute(text(statement), {"at": NOW.replace(tzinfo=None), "hired": hired})


def test_what_must_never_be_true_is_refused(filled):
    for rule, statement in REFUSED.items():
        with pytest.raises(IntegrityError) as refused, writing() as session:
            session.execute(text(statement))
        if rule.startswith("ck_"):
            assert rule in str(refused.value.orig), f"{rule}: refused by another rule: {refused.value.orig}"


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE instrument_versions SET definition = '{}'",
        "UPDATE instrument_versions SET hash = 'other'",
        "UPDATE comparisons SET plan = '{\"margin\": 9}'",
        "UPDATE publications SET content = '{}'",
        "UPDATE audit SET action = 'nothing.happened'",
        "DELETE FROM audit",
    ],
)
def test_what_is_frozen_stays(filled, statement):
    with pytest.raises(IntegrityError, match="is frozen"), writing() as session:
        session.execute(text(statement))


def test_what_is_not_frozen_of_the_same_rows_may_change(filled):
    with writing() as session:
        session.execute(text("UPDATE comparisons SET attempt = attempt + 1"))
        session.execute(text("UPDATE publications SET withdrawn_at = published_at"))


def test_every_rule_of_the_tables_is_tried():
    rules = {
        constraint.name
        for table in Base.metadata.sorted_tables
        for constraint in table.constraints
        if isinstance(constraint, CheckConstraint)
    }
    assert rules == {rule for rule in REFUSED if rule.startswith("ck_")}
