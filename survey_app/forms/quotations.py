"""The form with which a researcher releases a part of a story."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField
from wtforms.validators import DataRequired

from survey_app.forms.research import lines
from survey_app.rules.quotations import LONGEST_QUOTATION


class QuotationForm(FlaskForm):
    """The covered text, and that a person has read it."""

    text = lines(LONGEST_QUOTATION, DataRequired(_l("This is needed.")))
    read_over = BooleanField(validators=[DataRequired(_l("Read it over for names, then tick this."))])
