"""The link through which somebody who was taken on chooses their first password: once, and not for ever."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask_babel import get_locale
from flask_babel import gettext as _
from flask_security import hash_password
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response
from wtforms import PasswordField

from survey_app.actions.people import accept_invitation
from survey_app.foundations import clock
from survey_app.models import Person
from survey_app.queries.invitations import invited_by
from survey_app.web.account.home import account
from survey_app.web.account.passwords import refused
from survey_app.web.every_page.guards import public
from survey_app.web.every_page.limits import count_bad_link, refuse_guessers


class FirstPasswordForm(FlaskForm):  # type: ignore[misc]
    """The first password, twice."""

    password = PasswordField()
    password_confirm = PasswordField()

    def validate_for(self, person: Person) -> bool:
        """Return whether the password is taken."""
        if not self.validate():
            return False
        if self.password.data != self.password_confirm.data:
            self.password_confirm.errors = [_("The two passwords differ.")]
            return False
        self.password.errors = refused(self.password.data or "", person) or []
        return not self.password.errors


@account.route("/account/invitation/<token>", methods=["GET", "POST"])
@public
def invitation(token: str) -> Response | str | tuple[str, int]:
    """Ask for the first password; only sending it uses the link up."""
    refuse_guessers()
    person = invited_by(token, at=clock.now())
    if person is None:
        count_bad_link()
        return render_template("account/no_invitation.html"), 404
    form = FirstPasswordForm()
    if request.method == "POST" and form.validate_for(person):
        if accept_invitation(person.fs_uniquifier, hash_password(form.password.data), at=clock.now()):
            flash(_("The password is set. Sign in with it."), "success")
            return redirect(url_for("security.login", lang=str(get_locale())), 303)
        return render_template("account/no_invitation.html"), 404
    return render_template("account/invitation.html", form=form, person=person)
