"""The form of a study's plan: each choice once."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, DateField, Field, SelectField, StringField, TextAreaField
from wtforms.validators import AnyOf, InputRequired, NumberRange, StopValidation, ValidationError

from survey_app.forms.research import AtMost, DecimalField, WholeField
from survey_app.rules.plans import CONFIRMED, CUSTOMER_ARMS, ROUTES, SHOPPER_ARMS, STOPPING, make_plan
from survey_app.rules.text import clean_line, clean_text

_NEEDED = _l("This is needed.")
_MARGIN = _l("A margin is the smallest difference that would matter, so it lies above 0. Write for example 0.5.")
_NO_ARM = _l("There is no such group. Choose one of those that are offered.")
_OFFERED = _l("Choose one of those that are offered.")
_BOTH = "+".join(SHOPPER_ARMS)
_LARGEST_SEED = 2_147_483_647


def _one_line(value: str | None) -> str | None:
    return None if value is None else clean_line(value)


def _lines(value: str | None) -> str | None:
    return None if value is None else clean_text(value)


def _chosen(allowed: tuple[str, ...], why: Any = _OFFERED) -> SelectField:
    return SelectField(choices=[], validate_choice=False, validators=[AnyOf(allowed, message=why)])


def _margin() -> DecimalField:
    return DecimalField(validators=[InputRequired(_NEEDED), NumberRange(min=0.01, max=100, message=_MARGIN)])


def _whole(least: int, most: int) -> WholeField:
    why = _l("Write a whole number from %(least)s to %(most)s.", least=least, most=most)
    return WholeField(validators=[InputRequired(_NEEDED), NumberRange(min=least, max=most, message=why)])


def _above_zero(most: int) -> DecimalField:
    why = _l("Write a number above 0, at most %(most)s.", most=most)
    return DecimalField(validators=[InputRequired(_NEEDED), NumberRange(min=0.01, max=most, message=why)])


class _Needed:
    """Asks for what ends the fieldwork where it ends by that, and for nothing elsewhere."""

    def __init__(self, stopping: str, why: Any) -> None:
        self.stopping = stopping
        self.why = why

    def __call__(self, form: FlaskForm, field: Field) -> None:
        """Ask for it, or leave the field alone."""
        if form.stopping.data != self.stopping:
            field.errors = []
            raise StopValidation
        if not field.data:
            field.errors = []
            raise StopValidation(self.why)


class PlanForm(FlaskForm):
    """What is compared, what would matter, what counts, how the fieldwork goes."""

    revision = WholeField(validators=[InputRequired(), NumberRange(min=0, max=_LARGEST_SEED)])
    shoppers = _chosen((*SHOPPER_ARMS, _BOTH), _NO_ARM)
    complainants = _chosen(CUSTOMER_ARMS, _NO_ARM)
    route_invited = BooleanField()
    route_open = BooleanField()
    scale = _chosen(("difference", "ratio"))
    margin = _margin()
    window_days = _whole(0, 3650)
    period = _chosen(("month", "none"))
    exclude_flags = StringField(filters=[_one_line], validators=[AtMost(500)])
    confirm_h2 = BooleanField()
    confirm_h3 = BooleanField()
    confirm_h4 = BooleanField()
    confirm_h8 = BooleanField()
    margin_h3 = _margin()
    margin_h4 = _margin()
    margin_h8 = _margin()
    stopping = _chosen(STOPPING)
    stop_day = DateField(validators=[_Needed("day", _l("Choose the day on which the fieldwork ends."))])
    stop_responses = WholeField(
        validators=[
            _Needed("responses", _l("Write at how many responses of each source the fieldwork ends.")),
            NumberRange(min=1, max=1_000_000, message=_l("Write a whole number from 1 upwards.")),
        ]
    )
    planned_shoppers = _whole(1, 10_000)
    cells = _whole(1, 24)
    visits = _whole(1, 20)
    complaints = _whole(1, 50)
    mean = _above_zero(50)
    expected = _above_zero(50)
    seed = _whole(0, _LARGEST_SEED)
    conflict_of_interest = StringField(filters=[_one_line], validators=[AtMost(500)])

    def validate_route_open(self, _field: BooleanField) -> None:
        """See that some customers' answers count."""
        if not (self.route_invited.data or self.route_open.data):
            raise ValidationError(_l("Let at least one way count, or no customer's answer does."))

    def content(self) -> dict[str, Any]:
        """Return the plan as it is stored."""
        arm = self.complainants.data
        choices = make_plan(
            shoppers=tuple(self.shoppers.data.split("+")),
            complainants=(arm,),
            routes=[route for route in ROUTES if self[f"route_{route}"].data],
            exclude_flags=sorted(set((self.exclude_flags.data or "").replace(",", " ").split())),
            scale=self.scale.data,
            margin=self.margin.data,
            margins={name: float(self[f"margin_{name.lower()}"].data) for name in ("H3", "H4", "H8")},
            range_applies=arm == "complainant",
            window_days=self.window_days.data,
            period=self.period.data,
            seed=self.seed.data,
            label_complainants="Complainants" if arm == "complainant" else "Customers",
            conflict_of_interest=self.conflict_of_interest.data or "",
        )
        kind = self.stopping.data
        return {
            "choices": choices,
            "hypotheses": [name for name in CONFIRMED if self[f"confirm_{name.lower()}"].data],
            "stopping": {
                "kind": kind,
                "day": self.stop_day.data.isoformat() if kind == "day" else None,
                "responses": self.stop_responses.data if kind == "responses" else None,
            },
            "design": {
                "shoppers": self.planned_shoppers.data,
                "cells": self.cells.data,
                "visits": self.visits.data,
                "complaints": self.complaints.data,
                "mean": float(self.mean.data),
                "expected": float(self.expected.data),
            },
        }


def fields_of(content: dict[str, Any]) -> dict[str, Any]:
    """Return a stored plan as the fields of the form."""
    choices, stopping, design = content["choices"], content["stopping"], content["design"]
    return {
        "shoppers": "+".join(arm for arm in SHOPPER_ARMS if arm in choices["shoppers"]),
        "complainants": choices["complainants"][0],
        **{f"route_{route}": route in choices["routes"] for route in ROUTES},
        "scale": choices["scale"],
        "margin": choices["margin"],
        "window_days": choices["window_days"],
        "period": choices["period"],
        "exclude_flags": ", ".join(choices["exclude_flags"]),
        **{f"confirm_{name.lower()}": name in content["hypotheses"] for name in CONFIRMED},
        **{f"margin_{name.lower()}": margin for name, margin in choices["margins"].items()},
        "stopping": stopping["kind"],
        "stop_responses": stopping["responses"],
        "planned_shoppers": design["shoppers"],
        **{name: design[name] for name in ("cells", "visits", "complaints", "mean", "expected")},
        "seed": choices["seed"],
        "conflict_of_interest": choices["conflict_of_interest"],
    }


class LockForm(FlaskForm):
    """Why a plan is locked when data could have been seen already."""

    revision = WholeField(validators=[InputRequired(), NumberRange(min=0, max=_LARGEST_SEED)])
    reason = TextAreaField(filters=[_lines], validators=[AtMost(1000)])


class LookForm(FlaskForm):
    """Why somebody looks before the end."""

    reason = TextAreaField(filters=[_lines], validators=[AtMost(1000)])
