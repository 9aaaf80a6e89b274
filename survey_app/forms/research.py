"""Forms of the research pages."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    DateField,
    DecimalField,
    FloatField,
    IntegerField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import AnyOf, DataRequired, InputRequired, Length, NumberRange, Optional, ValidationError

from survey_app.rules.text import clean_text

_NEEDED = _l("This is needed.")
_LONGEST = 200


def _clean(value: str | None) -> str | None:
    return None if value is None else clean_text(value)


def _line(longest: int = _LONGEST) -> StringField:
    return StringField(filters=[_clean], validators=[DataRequired(_NEEDED), Length(max=longest)])


class FirmForm(FlaskForm):
    """A new firm."""

    name = _line()
    controller = _line()
    contact = _line()


class PlacesForm(FlaskForm):
    """New places of a firm, one a line: code; name."""

    places = TextAreaField(filters=[_clean], validators=[DataRequired(_NEEDED), Length(max=20_000)])
    time_zone = _line(60)

    def validate_places(self, _field: TextAreaField) -> None:
        """See that each line has a code and a name."""
        for number, line in enumerate(self.lines(), start=1):
            if not all(line):
                example = "turku; Turku, Kauppatori"
                raise ValidationError(
                    _l(
                        "Line %(number)s is not “code; name”. Write for example: %(example)s",
                        number=number,
                        example=example,
                    )
                )

    def lines(self) -> list[tuple[str, str]]:
        """Return code and name of each place."""
        lines = [line for line in (self.places.data or "").splitlines() if line.strip()]
        parts = [line.partition(";") for line in lines]
        return [(code.strip()[:60], name.strip()[:_LONGEST]) for code, _semicolon, name in parts]


class ShopperForm(FlaskForm):
    """A new shopper."""

    code = _line(60)
    name = _line()


class StudyForm(FlaskForm):
    """A new study with the standard instrument."""

    name = _line()
    currency = SelectField(choices=["EUR", "PLN", "USD", "GBP"])
    places = SelectMultipleField(validators=[DataRequired(_l("Choose at least one place."))])


class LinkForm(FlaskForm):
    """A new link for customers."""

    place = SelectField()
    channel = SelectField(validators=[Optional()])
    single = BooleanField()


class AssignmentForm(FlaskForm):
    """A visit for a shopper to make."""

    shopper = SelectField()
    place = SelectField()
    scenario = SelectField()
    channel = SelectField()
    due_on = DateField(validators=[InputRequired(_NEEDED)])
    fee = DecimalField(places=2, validators=[InputRequired(_NEEDED), NumberRange(min=0, max=100_000)])
    stake = IntegerField(validators=[InputRequired(_NEEDED), NumberRange(min=0, max=10)])
    brief = TextAreaField(filters=[_clean], validators=[DataRequired(_NEEDED), Length(max=5000)])


class ReviewForm(FlaskForm):
    """What a reviewer decides."""

    decision = StringField(validators=[AnyOf(["accepted", "returned", "rejected"])])
    reason = TextAreaField(filters=[_clean], validators=[Length(max=2000)])
    revision = IntegerField(validators=[InputRequired()])


class ComparisonForm(FlaskForm):
    """The choices of a plan that a researcher makes."""

    shoppers = SelectField(choices=[])
    complainants = SelectField(choices=[])
    margin = FloatField(validators=[InputRequired(_NEEDED), NumberRange(min=0.01, max=100)])
    window_days = IntegerField(validators=[InputRequired(_NEEDED), NumberRange(min=0, max=3650)])
    period = SelectField(choices=[])
    conflict_of_interest = StringField(filters=[_clean], validators=[Length(max=500)])


class PublicationForm(FlaskForm):
    """What a researcher adds when publishing."""

    lead = TextAreaField(filters=[_clean], validators=[Length(max=2000)])


class EmptyForm(FlaskForm):
    """A button that changes something: nothing but the proof that it was pressed here."""
