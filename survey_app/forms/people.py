"""Forms with which administrators invite people and give them roles."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from email_validator import EmailNotValidError, validate_email
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import Field, SelectField, StringField, ValidationError
from wtforms.validators import InputRequired

from survey_app.forms.research import AtMost
from survey_app.rules.permissions import can_be_given
from survey_app.rules.text import clean_line
from survey_app.rules.vocabulary import Role
from survey_app.rules.within import PlaceToGive, Within

_NAME = _l("Write their name.")
_LONGEST_NAME = 200


class RoleForm(FlaskForm):
    """A role, and for what it holds."""

    role = SelectField(validators=[InputRequired(_l("Choose a role."))])
    within = SelectField(validators=[InputRequired(_l("Choose for what it holds."))])

    def offer(
        self,
        places: Sequence[PlaceToGive],
        *,
        role_name: Callable[[str], str],
        place_name: Callable[[PlaceToGive], str],
    ) -> None:
        """Offer what the administrator may give, firm by firm."""
        self._places = {each.value: each.within for each in places}
        nothing = ("", str(_l("choose …")))
        self.role.choices = [nothing, *((role.value, role_name(role.value)) for role in Role)]
        grouped = {"": [nothing]}
        for each in places:
            grouped.setdefault(each.firm or str(_l("All firms")), []).append((each.value, place_name(each)))
        self.within.choices = grouped

    def validate_within(self, field: Field) -> None:
        """Refuse a role that would carry nothing in so narrow a place."""
        within = self._places.get(field.data)
        known = within is not None and self.role.data in {role.value for role in Role}
        if known and not can_be_given(Role(self.role.data), self.place.scope):
            raise ValidationError(
                _l("This role is for whole firms. Choose a firm, or make them a manager of the place.")
            )

    @property
    def chosen(self) -> Role:
        """The role that was chosen."""
        return Role(self.role.data)

    @property
    def place(self) -> Within:
        """For what it holds."""
        return self._places[self.within.data]


class InvitationForm(RoleForm):
    """Somebody new."""

    email = StringField(
        filters=[lambda value: value and clean_line(value).lower()],
        validators=[InputRequired(_l("Write their e-mail address."))],
    )
    name = StringField(
        filters=[lambda value: value and clean_line(value)],
        validators=[InputRequired(_NAME), AtMost(_LONGEST_NAME)],
    )
    language = SelectField()

    def validate_email(self, field: Field) -> None:
        """See that it is an address that mail can be sent to."""
        try:
            field.data = validate_email(field.data or "", check_deliverability=False).normalized.lower()
        except EmailNotValidError as error:
            raise ValidationError(_l("This is no e-mail address.")) from error

    def validate_name(self, field: Field) -> None:
        """Refuse a name in which nothing can be read."""
        if not field.data:
            raise ValidationError(_NAME)
