"""Behind a number stand stories: for those who may read them, and blind while the study collects."""

from sqlalchemy import update

from survey_app.actions.studies import close_study
from survey_app.foundations.database import reading, writing
from survey_app.models import Response, Sighting
from survey_app.queries.stories import problems_with_stories, stories_behind
from survey_app.rules.permissions import SYSTEM
from tests.factories.imports import PROBLEMS, take_in
from tests.factories.studies import NOW, make_open_study

STORY = "<b>Nobody</b> listened, and =1+1 is not 3."


def test_stories_are_those_of_who_saw_the_problem_and_counts(app):
    study = make_open_study()
    take_in(study.study)
    problem = PROBLEMS[0]
    with writing() as session:
        saw = session.query(Sighting.response_id).where(Sighting.problem == problem)
        ids = [row for (row,) in saw.order_by(Sighting.response_id)]
        for row_id in ids[:3]:
            session.execute(update(Response).where(Response.id == row_id).values(answers={"story": STORY}))
        session.execute(update(Response).where(Response.id == ids[0]).values(state="void"))
        outside = session.query(Response.id).where(Response.id.not_in(ids)).first()[0]
        session.execute(update(Response).where(Response.id == outside).values(answers={"story": "Another."}))
    seen = stories_behind(SYSTEM, study.study, problem)
    assert [story.text for story in seen.stories] == [STORY, STORY]
    assert seen.sightings == len(ids) - 1
    assert seen.blind
    assert {story.arm for story in seen.stories} == {None}
    close_study(SYSTEM, study.study, at=NOW)
    told = stories_behind(SYSTEM, study.study, problem)
    assert {story.arm for story in told.stories} <= {"shopper", "complainant"}
    assert problem in [code for code, _labels in problems_with_stories(SYSTEM, study.study)]
    assert stories_behind(SYSTEM, study.study, "no such problem") is None
    with reading() as session:
        assert session.get(Response, ids[0]).state == "void"
