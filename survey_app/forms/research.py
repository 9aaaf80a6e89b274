"""Forms of the research pages."""

from __future__ import annotations

from datetime import date
from typing import Any
from unicodedata import normalize

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    DateField,
    Field,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import (
    AnyOf,
    DataRequired,
    InputRequired,
    NumberRange,
    StopValidation,
    ValidationError,
)

from survey_app.rules.breakdowns import BREAKDOWNS
from survey_app.rules.numbers import AmbiguousNumber, NotANumber, read_number
from survey_app.rules.text import clean_line, clean_text

CURRENCIES = ("EUR", "PLN", "USD", "GBP", "SEK", "NOK", "DKK", "CZK", "CHF", "UAH", "INR")
_NEEDED = _l("This is needed.")
_LONGEST = 200
_LONGEST_CODE = 60
_MOST_WHOLE = 2_147_483_647
_EARLIEST, _LATEST = date(2000, 1, 1), date(2100, 12, 31)


def _in_lines(value: str | None) -> str | None:
    return None if value is None else clean_text(value)


def _in_one_line(value: str | None) -> str | None:
    return None if value is None else clean_line(value)


def _as_code(value: str | None) -> str | None:
    """Return a code in the one form that all programs compare it in."""
    return None if value is None else normalize("NFC", clean_line(value))


class AtMost:
    """There is room for so many characters."""

    def __init__(self, most: int) -> None:
        self.most = most

    def __call__(self, _form: FlaskForm, field: Field) -> None:
        """Count what is left after cleaning, in characters as people count them, never in bytes."""
        found = len(field.data or "")
        if found > self.most:
            raise ValidationError(
                _l(
                    "This has %(found)s characters; there is room for %(most)s. Please shorten it.",
                    found=found,
                    most=self.most,
                )
            )


class DecimalField(StringField):
    """A number as people write it, with a comma or a point, and so many digits after it."""

    def __init__(self, *, places: int = 10, **options: Any) -> None:
        super().__init__(**options)
        self.places = places

    data: Any

    def process_formdata(self, values: list[str]) -> None:
        """Read the number, or say how to write it; what was written stays on the page."""
        if not values or not values[0].strip():
            self.data = None
            return
        try:
            self.data = read_number(clean_line(values[0]))
        except AmbiguousNumber:
            self._refuse(
                _l("A comma before three digits can mean thousands or a fraction. Write for example 1500 or 1.5.")
            )
        except NotANumber:
            self._refuse(_l("Write a number, for example 15."))
        if self.data is not None and round(self.data, self.places) != self.data:
            self._refuse(
                _l("Write a whole number, without a fraction.")
                if self.places == 0
                else _l("Write at most two digits after the comma or point.")
            )

    def pre_validate(self, _form: FlaskForm) -> None:
        """Say one thing about a field: not that it is out of range, too, if it is no number."""
        if self.process_errors:
            raise StopValidation

    def _refuse(self, why: Any) -> None:
        self.data = None
        raise ValueError(why)

    def _value(self) -> str:
        return self.raw_data[0] if self.raw_data else "" if self.data is None else f"{self.data}"


class WholeField(DecimalField):
    """A whole number."""

    def __init__(self, **options: Any) -> None:
        super().__init__(places=0, **options)

    def process_formdata(self, values: list[str]) -> None:
        """Read the number."""
        super().process_formdata(values)
        if self.data is not None:
            self.data = int(self.data)


def line(longest: int = _LONGEST) -> StringField:
    """Return a field of one line that is needed."""
    return StringField(filters=[_in_one_line], validators=[DataRequired(_NEEDED), AtMost(longest)])


def _code() -> StringField:
    return StringField(filters=[_as_code], validators=[DataRequired(_NEEDED), AtMost(_LONGEST_CODE)])


def lines(longest: int, *needed: DataRequired) -> TextAreaField:
    """Return a field of several lines."""
    return TextAreaField(filters=[_in_lines], validators=[*needed, AtMost(longest)])


class FirmForm(FlaskForm):
    """A new firm."""

    name = line()
    controller = line()
    contact = line()


class PlacesForm(FlaskForm):
    """New places of a firm, one a line: code; name."""

    places = lines(20_000, DataRequired(_NEEDED))
    time_zone = line(60)

    def validate_places(self, _field: TextAreaField) -> None:
        """See that each line has a code and a name, and that both fit."""
        for number, (code, name) in enumerate(self.lines(), start=1):
            if not (code and name):
                example = "turku; Turku, Kauppatori"
                raise ValidationError(
                    _l(
                        "Line %(number)s is not “code; name”. Write for example: %(example)s",
                        number=number,
                        example=example,
                    )
                )
            for part, most in ((code, _LONGEST_CODE), (name, _LONGEST)):
                if len(part) > most:
                    raise ValidationError(
                        _l(
                            "Line %(number)s: “%(start)s…” has %(found)s characters; there is room for %(most)s.",
                            number=number,
                            start=part[:20],
                            found=len(part),
                            most=most,
                        )
                    )

    def lines(self) -> list[tuple[str, str]]:
        """Return code and name of each place."""
        lines = [line for line in (self.places.data or "").split("\n") if line.strip()]
        parts = [line.partition(";") for line in lines]
        return [(_as_code(code) or "", clean_line(name)) for code, _semicolon, name in parts]


class ShopperForm(FlaskForm):
    """A new shopper."""

    code = _code()
    name = line()


class StudyForm(FlaskForm):
    """A new study with the standard instrument."""

    name = line()
    currency = SelectField(choices=list(CURRENCIES))
    time_zone = line(60)
    places = SelectMultipleField(validators=[DataRequired(_l("Choose at least one place."))])


class StudySettingsForm(FlaskForm):
    """What a study is called, in what it pays, and by which clock it counts days."""

    name = line()
    currency = SelectField(choices=list(CURRENCIES))
    time_zone = line(60)


class StudyCopyForm(FlaskForm):
    """The name of a copy."""

    copy_name = line()


class AssignmentForm(FlaskForm):
    """A visit for a shopper to make."""

    shopper = SelectField()
    place = SelectField()
    scenario = SelectField()
    channel = SelectField()
    due_on = DateField(validators=[InputRequired(_NEEDED)])
    fee = DecimalField(places=2, validators=[InputRequired(_NEEDED), NumberRange(min=0, max=100_000)])
    stake = WholeField(validators=[InputRequired(_NEEDED), NumberRange(min=0, max=10)])
    brief = lines(5000, DataRequired(_NEEDED))

    def validate_due_on(self, field: DateField) -> None:
        """Take no day that can only be a slip."""
        if field.data is not None and not _EARLIEST <= field.data <= _LATEST:
            raise ValidationError(_l("Choose a day from 2000 to 2100."))


class ReviewForm(FlaskForm):
    """What a reviewer decides."""

    decision = StringField(validators=[AnyOf(["accepted", "returned", "rejected"])])
    reason = lines(2000)
    revision = WholeField(validators=[InputRequired(), NumberRange(min=0, max=_MOST_WHOLE)])


class FollowUpForm(FlaskForm):
    """One open question to a customer."""

    question = lines(1000, DataRequired(_NEEDED))


class ChangeForm(FlaskForm):
    """What was changed because of the answers, in each language that respondents read."""

    en = lines(1000, DataRequired(_NEEDED))
    pl = lines(1000, DataRequired(_NEEDED))
    fi = lines(1000, DataRequired(_NEEDED))


class ComparisonForm(FlaskForm):
    """The choices of a plan that a researcher makes."""

    shoppers = SelectField(choices=[])
    complainants = SelectField(choices=[])
    margin = DecimalField(validators=[InputRequired(_NEEDED), NumberRange(min=0.01, max=100)])
    window_days = WholeField(validators=[InputRequired(_NEEDED), NumberRange(min=0, max=3650)])
    period = SelectField(choices=[])
    conflict_of_interest = StringField(filters=[_in_one_line], validators=[AtMost(500)])


class PublicationForm(FlaskForm):
    """What a researcher adds when publishing, and which tables."""

    lead = lines(2000)
    tables = SelectMultipleField(choices=[breakdown.id for breakdown in BREAKDOWNS])


class ReasonForm(FlaskForm):
    """Why something that managers see is replaced or withdrawn."""

    reason = lines(1000)


class ExportForm(FlaskForm):
    """What is taken out, as what, and what for."""

    kind = SelectField(choices=[])
    identifying = BooleanField()
    reason = TextAreaField(
        filters=[_in_lines],
        validators=[DataRequired(_l("Say what the data are for; it is kept with the export.")), AtMost(1000)],
    )


class RunAgainForm(FlaskForm):
    """Whether a comparison is run again without what looks careless."""

    without_flagged = BooleanField()


class EmptyForm(FlaskForm):
    """A button that changes something: nothing but the proof that it was pressed here."""
