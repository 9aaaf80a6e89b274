"""Forms that take a table in: people to be invited, complaints from outside."""

from __future__ import annotations

from datetime import date

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import DateField, FileField, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Optional, ValidationError

from survey_app.forms.research import AtMost
from survey_app.rules.text import clean_line

_NEEDED = _l("This is needed.")
#: So long addresses may be kept at most.
_LONGEST_DAYS = 366


class TableForm(FlaskForm):
    """A table that somebody brings: a file, or its text, with the columns that hold what is wanted."""

    file = FileField()
    content = TextAreaField()
    looked_over = StringField()


class ContactsForm(TableForm):
    """People to be invited."""

    name = StringField(filters=[lambda value: value and clean_line(value)], validators=[AtMost(200)])
    email_column = SelectField(choices=[], validate_choice=False)
    name_column = SelectField(choices=[], validate_choice=False)
    language_column = SelectField(choices=[], validate_choice=False)
    place_column = SelectField(choices=[], validate_choice=False)
    place = SelectField()
    language = SelectField()
    channel = SelectField(validators=[Optional()])
    closes_on = DateField(validators=[Optional()])
    delete_on = DateField(validators=[InputRequired(_NEEDED)])

    #: Set by the page: the form knows no clock.
    today: date

    def validate_closes_on(self, field: DateField) -> None:
        """Take no day that is over."""
        if field.data is not None and not 0 <= (field.data - self.today).days <= 3 * _LONGEST_DAYS:
            raise ValidationError(_l("Choose a day that is still to come."))

    def validate_delete_on(self, field: DateField) -> None:
        """Keep no address for longer than a year."""
        if field.data is not None and not 0 < (field.data - self.today).days <= _LONGEST_DAYS:
            raise ValidationError(_l("Choose a day from tomorrow on, within one year."))


class BroughtInForm(TableForm):
    """Complaints from outside."""

    text_column = SelectField(choices=[], validate_choice=False)
    place_column = SelectField(choices=[], validate_choice=False)
    date_column = SelectField(choices=[], validate_choice=False)
    channel_column = SelectField(choices=[], validate_choice=False)
    scenario_column = SelectField(choices=[], validate_choice=False)
    language_column = SelectField(choices=[], validate_choice=False)
    address_column = SelectField(choices=[], validate_choice=False)
    number_column = SelectField(choices=[], validate_choice=False)
    place = SelectField()
    channel = SelectField(validators=[Optional()])
    language = SelectField(validators=[Optional()])
    basis = SelectField()
    note = StringField(filters=[lambda value: value and clean_line(value)], validators=[AtMost(500)])


class AddressForm(FlaskForm):
    """One address."""

    email = StringField(filters=[lambda value: value and clean_line(value)], validators=[DataRequired(_NEEDED)])
