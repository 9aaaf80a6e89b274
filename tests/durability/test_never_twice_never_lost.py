"""What a customer sent is there once: whatever they press, reload, go back to, or leave open over night."""

import threading
from datetime import timedelta

import pytest
from sqlalchemy import func, select, text

from survey_app.actions.fieldwork import close_invitation
from survey_app.actions.studies import close_study
from survey_app.foundations import clock
from survey_app.foundations.database import reading, writing
from survey_app.models import Invitation, PageRequest, Response, Sighting
from survey_app.rules.permissions import SYSTEM
from tests.factories.studies import make_open_study
from tests.journeys.html_forms import Visitor, answer_until_receipt, fill, read_page


@pytest.fixture
def study(app):
    return make_open_study()


@pytest.fixture
def visitor(app, study):
    """A customer who has opened the link."""
    return Visitor(app.test_client(use_cookies=False)).open(f"/en/s/{study.links[0]}")


def responses():
    with reading() as session:
        return session.scalars(select(Response).order_by(Response.id)).all()


def the_response():
    (only,) = responses()
    return only


def count(table):
    with reading() as session:
        return session.scalar(select(func.count()).select_from(table))


def form_of(visitor, **wanted):
    """Return address and content of the page that is filled in now."""
    form = read_page(visitor.html)[0][0]
    return form.action, fill(form, **wanted)


def go_to_page(visitor, number):
    visitor.submit()
    for _ in range(number - 1):
        visitor.submit(problems="long_wait")
    return visitor


def send_again(app, address, pairs):
    """Send the same from another connection; return where it led."""
    other = Visitor(app.test_client(use_cookies=False))
    other.send(pairs, to=address)
    return other


def test_looking_writes_nothing(app, study, visitor):
    Visitor(app.test_client()).open(f"/s/{study.links[0]}").open(f"/fi/s/{study.links[0]}")
    assert (count(Response), count(PageRequest)) == (0, 0)


def test_start_pressed_twice_begins_once(app, visitor):
    address, pairs = form_of(visitor)
    first, second = (send_again(app, address, pairs) for _ in range(2))
    assert first.address == second.address
    assert count(Response) == 1


@pytest.mark.parametrize("number", [1, 2, 3, 4])
def test_a_page_sent_twice_counts_once(app, visitor, number):
    go_to_page(visitor, number)
    address, pairs = form_of(visitor, problems="long_wait")
    first, second = (send_again(app, address, pairs) for _ in range(2))
    assert first.address == second.address
    assert the_response().revision <= number
    assert count(PageRequest) == number + 1


def test_send_pressed_twice_gives_one_receipt(app, visitor):
    go_to_page(visitor, 4)
    address, pairs = form_of(visitor)
    codes = {send_again(app, address, pairs).text("receipt-code") for _ in range(3)}
    assert len(codes) == 1
    assert None not in codes
    assert count(Response) == 1


def test_the_receipt_can_be_reloaded(visitor):
    code = answer_until_receipt(visitor)
    assert visitor.open(visitor.address).text("receipt-code") == code
    assert count(Response) == 1


def test_back_and_other_answers_replace_the_first(app, visitor):
    """The browser's Back restores the page as it was, with its old request id."""
    go_to_page(visitor, 1)
    address, pairs = form_of(visitor, stake="3")
    send_again(app, address, pairs)
    again = [(name, "9" if name == "stake" else value) for name, value in pairs]
    assert send_again(app, address, again).response.status_code == 200
    assert the_response().answers["stake"] == 9


def test_back_on_a_page_keeps_what_was_typed(visitor):
    go_to_page(visitor, 2)
    form = read_page(visitor.html)[0][0]
    visitor.send(fill(form, story="Half a sentence"), to=f"{form.action}?go=back")
    assert visitor.address.endswith("/encounter")
    assert the_response().answers["story"] == "Half a sentence"


def test_unticking_on_a_second_visit_takes_the_sighting_away(visitor):
    go_to_page(visitor, 3)
    address = visitor.address
    visitor.submit(problems=["long_wait", "rude"])
    assert count(Sighting) == 2
    visitor.open(address).submit(problems=["rude"])
    assert count(Sighting) == 1
    assert list(the_response().answers["problems"]) == ["rude"]


def at_once(app, work, clients=20):
    """Let many clients do the same at the same moment; return what each got."""
    barrier = threading.Barrier(clients)
    results = [None] * clients

    def act(number):
        barrier.wait()
        results[number] = work(number)

    threads = [threading.Thread(target=act, args=(number,)) for number in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def test_twenty_clients_that_opened_the_page_apart_make_one_response(app, visitor):
    """Each has its own request id, all say the same: nobody is refused, nothing is there twice."""
    go_to_page(visitor, 4)
    pages = [Visitor(app.test_client(use_cookies=False)).open(visitor.address) for _ in range(20)]
    results = at_once(app, lambda number: pages[number].submit().text("receipt-code"))
    assert len(set(results)) == 1
    assert None not in results
    assert count(Response) == 1


@pytest.mark.parametrize("wait", [timedelta(hours=1), timedelta(days=1), timedelta(days=60)])
def test_a_page_may_be_left_open(monkeypatch, visitor, wait):
    go_to_page(visitor, 3)
    later = clock.now() + wait
    monkeypatch.setattr(clock, "now", lambda: later)
    assert answer_until_receipt(visitor, problems="long_wait")
    assert the_response().submitted_at == later


def test_a_stale_tab_leads_to_the_receipt_and_changes_nothing(app, visitor):
    go_to_page(visitor, 2)
    address, pairs = form_of(visitor, story="Written in the other tab")
    code = answer_until_receipt(visitor, story="Sent")
    assert send_again(app, address, pairs).text("receipt-code") == code
    assert the_response().answers["story"] == "Sent"


def test_a_stale_page_of_another_device_asks_which_to_keep(app, visitor):
    go_to_page(visitor, 2)
    other = Visitor(app.test_client(use_cookies=False)).open(visitor.address)
    visitor.submit(story="Written on the phone")
    other.submit(story="Written on the laptop")
    assert other.response.status_code == 409
    assert "Written on the phone" in other.html
    assert "Written on the laptop" in other.html
    assert the_response().answers["story"] == "Written on the phone"
    other.submit()
    assert other.response.status_code == 200
    assert the_response().answers["story"] == "Written on the laptop"


def test_a_stale_blank_never_erases_a_newer_answer(app, visitor):
    go_to_page(visitor, 2)
    other = Visitor(app.test_client(use_cookies=False)).open(visitor.address)
    visitor.submit(story="Written on the phone")
    other.submit(story="")
    assert other.response.status_code == 200
    assert the_response().answers["story"] == "Written on the phone"


def test_the_same_answers_from_two_devices_do_not_conflict(app, visitor):
    go_to_page(visitor, 2)
    other = Visitor(app.test_client(use_cookies=False)).open(visitor.address)
    visitor.submit(story="The same")
    assert other.submit(story="The same").response.status_code == 200


@pytest.mark.parametrize("close", ["link", "study"])
def test_closing_between_two_pages_loses_nothing(app, study, visitor, close):
    go_to_page(visitor, 2)
    if close == "study":
        close_study(SYSTEM, study.study, at=clock.now())
    else:
        close_invitation(SYSTEM, study.study, study.links[0], at=clock.now())
    assert answer_until_receipt(visitor)
    assert the_response().state == "submitted"
    newcomer = Visitor(app.test_client()).open(f"/en/s/{study.links[0]}")
    assert newcomer.response.status_code == 410
    assert "This survey is closed" in newcomer.html


def test_a_single_link_resumes_its_draft_and_is_cut_loose_when_sent(app, study):
    link = f"/en/s/{study.single_link}"
    phone = Visitor(app.test_client(use_cookies=False)).open(link)
    phone.submit()
    phone.submit(stake="7")
    laptop = Visitor(app.test_client(use_cookies=False)).open(link)
    assert "Go on where you stopped" in laptop.html
    laptop.submit()
    assert count(Response) == 1
    assert answer_until_receipt(laptop)
    response = the_response()
    assert (response.draft_of, response.invitation_id, response.route) == (None, None, "invited")
    used = Visitor(app.test_client()).open(link)
    assert used.response.status_code == 410
    assert "This link has been used" in used.html
    assert used.send([("submission", "")], to=link).response.status_code == 410


def test_the_block_after_the_receipt_is_a_revision_of_the_same_response(app, visitor):
    code = answer_until_receipt(visitor)
    before = the_response()
    visitor.open(f"{visitor.address.rpartition('/')[0]}/{before.presented['block']}")
    address, pairs = form_of(visitor)
    for _ in range(2):
        assert send_again(app, address, pairs).text("receipt-code") == code
    after = the_response()
    assert after.revision == before.revision + 1
    assert after.answers.items() > before.answers.items()
    assert after.submitted_at == before.submitted_at


def test_another_block_than_the_one_drawn_is_not_offered(visitor):
    answer_until_receipt(visitor)
    drawn = the_response().presented["block"]
    other = next(block for block in ("h2h", "met", "duties") if block != drawn)
    assert visitor.open(f"{visitor.address.rpartition('/')[0]}/{other}").response.status_code == 404


def test_what_is_missing_is_asked_for_before_sending(app, visitor):
    go_to_page(visitor, 1)
    last = f"{visitor.address.rpartition('/')[0]}/feeling"
    visitor.open(last).submit(felt="2")
    assert visitor.address.endswith("/encounter?missing=channel")
    assert "Error:" in visitor.html
    assert the_response().answers["felt"] == 2
    assert answer_until_receipt(visitor)


@pytest.mark.parametrize("address", ["/en/s/nowhere", "/s/nowhere", "/en/a/nowhere/story", "/en/a/a.b/receipt"])
def test_unknown_links_and_tokens_get_a_clear_page(app, address):
    response = app.test_client().get(address)
    assert response.status_code == 404
    assert b"<h1>" in response.data


def test_a_token_that_somebody_else_signed_is_unknown(app, visitor):
    go_to_page(visitor, 1)
    head, _dot, tail = visitor.address.partition(".")
    assert visitor.open(f"{head}.x{tail[1:]}").response.status_code == 404


def test_a_link_that_has_run_out_says_so(app, study):
    with writing() as session:
        invitation = session.scalars(select(Invitation).where(Invitation.kind == "single")).one()
        invitation.closes_at = clock.now() - timedelta(days=1)
    page = Visitor(app.test_client()).open(f"/pl/s/{study.single_link}")
    assert page.response.status_code == 410


@pytest.mark.parametrize("table", ["page_requests", "studies"])
def test_what_could_not_be_saved_is_kept_on_the_page(app, visitor, table):
    """A table is away for a while: first where answers are written, then already where the page is looked up."""
    go_to_page(visitor, 2)
    rename(table, "away")
    app.testing, app.config["PROPAGATE_EXCEPTIONS"] = False, False
    visitor.submit(story="Long, and typed with one thumb")
    assert visitor.response.status_code == 503
    assert visitor.response.headers["Retry-After"]
    assert "Your answers are kept here" in visitor.html
    assert table not in visitor.html
    visitor.submit()
    assert visitor.response.status_code == 503
    rename("away", table)
    visitor.submit()
    assert visitor.response.status_code == 200
    assert the_response().answers["story"] == "Long, and typed with one thumb"
    assert answer_until_receipt(visitor)


def test_an_error_of_ours_keeps_the_answers_as_well(app, visitor):
    go_to_page(visitor, 2)
    with writing() as session:
        session.execute(text("UPDATE responses SET trail = '{\"stake\": 5}'"))
    app.testing, app.config["PROPAGATE_EXCEPTIONS"] = False, False
    visitor.submit(story="Long, and typed with one thumb")
    assert visitor.response.status_code == 500
    assert "Your answers are kept here" in visitor.html
    with writing() as session:
        session.execute(text("UPDATE responses SET trail = '{}'"))
    visitor.submit()
    assert visitor.response.status_code == 200
    assert the_response().answers["story"] == "Long, and typed with one thumb"


def rename(table, new):
    with writing() as session:
        session.execute(text(f"ALTER TABLE {table} RENAME TO {new}"))


def test_no_cookie_is_asked_for(visitor):
    answer_until_receipt(visitor)
    assert "Set-Cookie" not in visitor.response.headers
