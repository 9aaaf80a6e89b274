"""What customers are told before the first question and after the last, in their language and the firm's words."""

import pytest
from sqlalchemy import select

from survey_app.actions.notices import NOTICES, NoticeIncomplete, set_notices
from survey_app.actions.studies import NameTaken
from survey_app.foundations.database import reading
from survey_app.models import AuditLine, ConsentText, Firm
from survey_app.rules.permissions import SYSTEM
from tests.factories.studies import NOW, make_open_study
from tests.journeys.html_forms import Visitor, answer_until_receipt, read_page
from tests.survey_app.web.test_links import researcher as researcher  # noqa: PLC0414 - a fixture

WORDS = {
    notice: {"en": f"English <{notice}>", "pl": f"Polskie <{notice}>", "fi": f"Suomenkieliset <{notice}>"}
    for notice in NOTICES
}


@pytest.fixture
def study(app):
    return make_open_study()


def tell(study, *, name="Test Bank", **texts):
    wanted = {notice: {} for notice in NOTICES} | texts
    set_notices(SYSTEM, study.firm, name=name, controller="C Ltd", contact="+48 22", texts=wanted, at=NOW)


def visit(app, path):
    return Visitor(app.test_client(use_cookies=False)).open(path)


@pytest.mark.parametrize(("language", "begins"), [("en", "English"), ("pl", "Polskie"), ("fi", "Suomenkieliset")])
def test_a_firms_own_words_stand_before_the_first_question_and_after_the_last(app, study, language, begins):
    tell(study, **WORDS)
    first = visit(app, f"/{language}/s/{study.links[0]}")
    for notice in ("privacy", "urgent"):
        assert f"{begins} &lt;{notice}&gt;" in first.html
    for page in ("privacy", "accessibility"):
        assert f"/{language}/{page}/{study.firm}" in first.html
        own = visit(app, f"/{language}/{page}/{study.firm}")
        assert f"{begins} &lt;{page}&gt;" in own.html
        assert "+48 22" in own.html
    assert "C Ltd" in visit(app, f"/{language}/privacy/{study.firm}").html
    answer_until_receipt(first)
    for notice in ("urgent", "thanks"):
        assert f"{begins} &lt;{notice}&gt;" in first.html
    assert f"/{language}/privacy/{study.firm}" in first.html


def test_a_firm_that_adds_nothing_has_all_pages(app, study):
    for page in ("privacy", "accessibility"):
        assert "In the words of" not in visit(app, f"/en/{page}/{study.firm}").html
    assert answer_until_receipt(visit(app, f"/en/s/{study.links[0]}"))
    assert visit(app, "/en/privacy/nowhere").response.status_code == 404


def test_who_began_to_read_before_a_change_reads_the_new_words_first(app, study):
    """T91. Old records keep the old words."""
    tell(study, privacy=WORDS["privacy"])
    assert answer_until_receipt(visit(app, f"/en/s/{study.links[0]}"))
    waiting = visit(app, f"/en/s/{study.links[0]}")
    tell(study, privacy={"en": "Now other words.", "pl": "Inne.", "fi": "Muut."})
    waiting.submit()
    assert "put in other words meanwhile" in waiting.html
    assert "Now other words." in waiting.html
    assert answer_until_receipt(waiting.submit())
    with reading() as session:
        texts = session.scalars(select(ConsentText.text).order_by(ConsentText.id)).all()
    assert ["English <privacy>" in text for text in texts] == [True, False]
    assert ["Now other words." in text for text in texts] == [False, True]


def test_a_notice_is_written_in_every_language_or_in_none(study):
    with pytest.raises(NoticeIncomplete) as refused:
        tell(study, thanks={"en": "Thanks.", "pl": ""})
    assert (refused.value.notice, refused.value.language) == ("thanks", "pl")


def test_two_firms_have_two_names(study):
    make_open_study(name="Other Bank")
    with pytest.raises(NameTaken):
        tell(study, name="other  BANK")


def test_a_researcher_sets_them_and_is_told_what_is_missing(researcher, study):
    page = f"/research/firms/{study.firm}/notices"
    form = next(form for form in read_page(researcher.open(page).html)[0] if "controller" in form.typed)
    kept = [*form.fixed, ("name", "New Bank"), ("controller", "N Ltd"), ("contact", "+358")]
    researcher.send([*kept, ("urgent_en", "Call us.")], to=page)
    assert "Write it in Polski as well" in researcher.html
    researcher.send([*kept, *((f"urgent_{code}", "Call us.") for code in ("en", "pl", "fi"))], to=page)
    assert "Saved." in researcher.html
    with reading() as session:
        firm = session.scalar(select(Firm).where(Firm.public_id == study.firm))
        lines = session.scalars(select(AuditLine.action).where(AuditLine.action == "notices.set")).all()
    assert (firm.name, firm.controller, firm.contact, len(lines)) == ("New Bank", "N Ltd", "+358", 1)
