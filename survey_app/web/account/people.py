"""Pages for administrators: who is on the staff, with which roles, and who may still sign in."""

from __future__ import annotations

from datetime import timedelta

from flask import Blueprint, abort, current_app, flash, redirect, render_template, url_for
from flask_babel import get_locale
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from survey_app.actions.staff import (
    CannotInvite,
    Why,
    end_sessions_of,
    forget_factors,
    give_role,
    invite_person,
    renew_invitation,
    set_active,
    take_role,
)
from survey_app.forms.people import InvitationForm, RoleForm
from survey_app.foundations import clock
from survey_app.foundations.settings import Settings
from survey_app.queries.invitations import invitation_link
from survey_app.queries.people import find_person
from survey_app.queries.staff import StaffMember, places_to_give, staff_member, staff_within
from survey_app.rules.within import PlaceToGive
from survey_app.web.account.letters import letters, write, write_factors_forgotten
from survey_app.web.every_page.guards import current_actor, needs
from survey_app.web.every_page.languages import NAMES
from survey_app.web.every_page.words import words_of

people = Blueprint("people", __name__)
#: How long a link to a first password holds.
DAYS = 3


@people.route("/people", methods=["GET", "POST"])
@needs("people.manage")
def staff() -> Response | str:
    """Show who is on the staff, and invite somebody."""
    form = InvitationForm(language=str(get_locale()))
    form.language.choices = list(NAMES.items())
    _offer(form)
    if form.validate_on_submit():
        try:
            person_id = invite_person(
                current_actor(),
                email=form.email.data,
                name=form.name.data,
                language=form.language.data,
                role=form.chosen,
                within=form.place,
                at=clock.now(),
            )
        except CannotInvite as refused:
            form.email.errors = [_why(refused.why)]
        else:
            return _hand_over(person_id, back=url_for("people.staff"))
    return render_template(
        "account/people.html",
        form=form,
        staff=staff_within(current_actor(), at=clock.now()),
        days=DAYS,
        mailed=_mails(),
    )


@people.get("/people/<public_id>")
@needs("people.manage")
def member(public_id: str) -> str:
    """Show one person."""
    return _show(_member(public_id), RoleForm())


@people.post("/people/<public_id>/roles")
@needs("people.manage")
def add_role(public_id: str) -> Response | str:
    """Give somebody another role."""
    found, form = _member(public_id), RoleForm()
    _offer(form)
    if not form.validate_on_submit():
        return _show(found, form)
    give_role(current_actor(), public_id, form.chosen, form.place, at=clock.now())
    return _back(public_id, _("The role is given."))


@people.post("/people/<public_id>/roles/<grant_id>/end")
@needs("people.manage")
def end_role(public_id: str, grant_id: str) -> Response:
    """Take a role from somebody."""
    take_role(current_actor(), public_id, grant_id, at=clock.now())
    if staff_member(current_actor(), public_id, at=clock.now()) is None:
        flash(_("The role is taken away. It was the last one that you could see."), "success")
        return redirect(url_for("people.staff"), 303)
    return _back(public_id, _("The role is taken away."))


@people.post("/people/<public_id>/close")
@needs("people.manage")
def close(public_id: str) -> Response:
    """Close an account."""
    set_active(current_actor(), public_id, active=False, at=clock.now())
    return _back(public_id, _("The account is closed. Whoever had it is signed out."))


@people.post("/people/<public_id>/open")
@needs("people.manage")
def open_again(public_id: str) -> Response:
    """Open an account again."""
    set_active(current_actor(), public_id, active=True, at=clock.now())
    return _back(public_id, _("The account is open again."))


@people.post("/people/<public_id>/sign-out")
@needs("people.manage")
def sign_out(public_id: str) -> Response:
    """Sign somebody out everywhere."""
    end_sessions_of(current_actor(), public_id, at=clock.now())
    return _back(public_id, _("All their sessions are ended."))


@people.post("/people/<public_id>/forget-factors")
@needs("people.manage")
def forget(public_id: str) -> Response:
    """Let somebody who lost their device set up a new second factor."""
    person_id = forget_factors(current_actor(), public_id, at=clock.now())
    letters().post(write_factors_forgotten, person_id)
    return _back(public_id, _("The second factor is removed. After their password they can set up a new one."))


@people.post("/people/<public_id>/invite")
@needs("people.manage")
def invite_again(public_id: str) -> Response | str:
    """Make a new link for somebody who has not chosen a password yet."""
    person_id = renew_invitation(current_actor(), public_id, at=clock.now())
    if person_id is None:
        return _back(public_id, _("They have chosen a password already, and need no link."))
    return _hand_over(person_id, back=url_for("people.member", public_id=public_id))


def _hand_over(person_id: int, *, back: str) -> Response | str:
    """Mail a link to a first password, or show it once where no mail is sent; others have only a new role."""
    person = find_person(id=person_id) or abort(404)
    if person.password is None and not _mails():
        link = invitation_link(person, lasts=timedelta(days=DAYS), at=clock.now())
        return render_template("account/invited.html", person=person, link=link, days=DAYS, back=back)
    if _mails():
        letters().post(_write_invitation, person_id)
        flash(_("A letter is on its way to %(email)s.", email=person.email), "success")
    else:
        flash(_("%(name)s has the role, and signs in as before.", name=person.name), "success")
    return redirect(back, 303)


def _write_invitation(person_id: int) -> None:
    """Write to somebody who was invited: the link to a first password, or that they have another role."""
    person = find_person(id=person_id)
    if person is None or not person.active:
        return
    if person.password is None:
        address = invitation_link(person, lasts=timedelta(days=DAYS), at=clock.now())
        write(person, "invitation", address=address, days=DAYS)
    else:
        write(person, "another_role")


def _why(why: Why) -> str:
    """Return why somebody cannot be invited, and what to do."""
    words = {
        Why.ONESELF: _("This is you. Nobody changes their own roles: another administrator can."),
        Why.ELSEWHERE: _("Somebody with this address works for other firms. Ask an administrator of all firms."),
        Why.CLOSED: _("The account of this person is closed. Open it again first: choose them in the list."),
    }
    return str(words[why])


def _mails() -> bool:
    settings: Settings = current_app.extensions["settings"]
    return bool(settings.mail_url)


def _member(public_id: str) -> StaffMember:
    return staff_member(current_actor(), public_id, at=clock.now()) or abort(404)


def _offer(form: RoleForm) -> None:
    form.offer(places_to_give(current_actor()), role_name=words_of, place_name=_name_of)


def _name_of(place: PlaceToGive) -> str:
    if not place.firm:
        return str(_("everything"))
    if not place.name:
        return str(_("%(firm)s, the whole firm", firm=place.firm))
    if place.within.region_id is not None:
        return str(_("%(name)s and all that lies in it", name=place.name))
    return place.name


def _show(found: StaffMember, form: RoleForm) -> str:
    _offer(form)
    return render_template("account/member.html", member=found, form=form)


def _back(public_id: str, said: str) -> Response:
    flash(said, "success")
    return redirect(url_for("people.member", public_id=public_id), 303)
