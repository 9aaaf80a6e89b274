"""Forms about links for customers."""

from __future__ import annotations

from datetime import date

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, DateField, SelectField
from wtforms.validators import NumberRange, Optional, ValidationError

from survey_app.forms.research import WholeField

_MOST = 1_000_000
_EARLIEST, _LATEST = date(2000, 1, 1), date(2100, 12, 31)


class LinkDaysForm(FlaskForm):
    """In which language a link greets, on which days it lets people begin, and how many."""

    language = SelectField(choices=[], validators=[Optional()])
    opens_on = DateField(validators=[Optional()])
    closes_on = DateField(validators=[Optional()])
    cap = WholeField(validators=[Optional(), NumberRange(min=1, max=_MOST)])

    def validate_opens_on(self, field: DateField) -> None:
        """Take no day that can only be a slip."""
        _a_likely_day(field)

    def validate_closes_on(self, field: DateField) -> None:
        """Close no link before it opens."""
        _a_likely_day(field)
        if field.data and self.opens_on.data and field.data < self.opens_on.data:
            raise ValidationError(_l("The last day is before the first. Choose the same day or a later one."))


class NewLinkForm(LinkDaysForm):
    """A new link for customers, at one place or at each."""

    place = SelectField()
    channel = SelectField(validators=[Optional()])
    single = BooleanField()

    def validate_single(self, field: BooleanField) -> None:
        """A link for one person is for one place, and needs no cap."""
        if field.data and self.cap.data is not None:
            raise ValidationError(_l("A link for one person needs no cap. Leave the cap empty."))
        if field.data and not self.place.data:
            raise ValidationError(_l("Choose the place of the one person."))


class ChangeLinkForm(LinkDaysForm):
    """What can be set of an open link afterwards."""

    reached = WholeField(validators=[Optional(), NumberRange(min=0, max=100_000_000)])


def _a_likely_day(field: DateField) -> None:
    if field.data is not None and not _EARLIEST <= field.data <= _LATEST:
        raise ValidationError(_l("Choose a day from 2000 to 2100."))
