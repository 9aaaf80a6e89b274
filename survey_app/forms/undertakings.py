"""Forms of what managers will do about a finding."""

from __future__ import annotations

from datetime import date, timedelta

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import DateField, SelectField
from wtforms.validators import DataRequired, InputRequired, NumberRange, ValidationError

from survey_app.forms.research import WholeField, line, lines
from survey_app.rules.vocabulary import UndertakingState

_NEEDED = _l("This is needed.")
_LONGEST = 500
_FURTHEST = timedelta(days=5 * 366)
_MOST_WHOLE = 2_147_483_647


class UndertakingForm(FlaskForm):
    """What is to be done, who sees to it, and by when."""

    what = lines(_LONGEST, DataRequired(_NEEDED))
    owner = line()
    due_on = DateField(validators=[InputRequired(_NEEDED)])

    #: Set by the page: the form knows no clock, and nothing of what is kept.
    today: date
    kept_day: date | None = None

    def validate_due_on(self, field: DateField) -> None:
        """Take no day that is over, unless it is the one that is kept, and none that can only be a slip."""
        if field.data in (None, self.kept_day):
            return
        if not self.today <= field.data <= self.today + _FURTHEST:
            raise ValidationError(_l("Choose a day from today on, within five years."))


class NewUndertakingForm(UndertakingForm):
    """Something new: also where, and about what."""

    place = SelectField()
    theme = SelectField()


class ChangeUndertakingForm(UndertakingForm):
    """What became of it, as it was when the page was shown."""

    state = SelectField()
    note = lines(_LONGEST)
    revision = WholeField(validators=[InputRequired(), NumberRange(min=1, max=_MOST_WHOLE)])

    def validate_note(self, field: DateField) -> None:
        """Ask for the reason of what is dropped."""
        if self.state.data == UndertakingState.DROPPED and not field.data:
            raise ValidationError(_l("Say why it is dropped; whoever reads the finding reads that."))
