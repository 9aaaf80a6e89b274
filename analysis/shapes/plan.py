"""The plan: every choice of an analysis, fixed beforehand and hashed."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from os import PathLike
from typing import Any, Final, Literal, NoReturn

from analysis.shapes.data_problem import DataProblem, listed, quoted
from analysis.shapes.toml_file import line_of, read_toml
from analysis.shapes.vocabulary import ARMS, COMPARED_ROUTES, COMPLAINANTS, SHOPPERS

#: Default margins; on the log scale where the ratio is judged: log 1.25.
DIFFERENCE_MARGIN: Final = 0.5
RATIO_MARGIN: Final = 0.2231
#: What the complainants are called where the plan gives them no other name.
DEFAULT_LABEL: Final = "Complainants"
#: How a plan names the sides in `asked`.
_SIDES: Final = {"complainants": COMPLAINANTS, "shoppers": SHOPPERS}


@dataclass(frozen=True, kw_only=True)
class Plan:
    """Every choice of an analysis. Make one with `read_plan`, which checks each value.

    Attributes
    ----------
    shoppers, complainants : tuple of str
        The arms that make up the two groups.
    routes : tuple of str
        How a complainant's response may have come in to count.
    exclude_flags : tuple of str
        Responses that carry one of these flags are left out.
    scale : {"difference", "ratio"}
        What is judged: problems per response more, or the logarithm of the ratio.
    margin : float
        The smallest difference worth having, on that scale.
    margins : mapping
        The same for the hypotheses H3, H4 and H8.
    range_applies : bool
        False where complainants were not selected for having a problem.
    window_days : int
        Genuine customers' responses count only if they came within so many days; 0 is no limit.
    period : {"month", "none"}
        What part of `visited_on` separates cells.
    focus_themes : tuple of str
        The themes that the claim is about.
    seed, resamples : int
        For everything that draws.
    label_complainants, conflict_of_interest : str
        For the document.
    asked : mapping
        How many were asked on a side, where that is known: `complainants`, `shoppers`. For the worst case.
    """

    shoppers: tuple[str, ...] = ("shopper",)
    complainants: tuple[str, ...] = ("complainant",)
    routes: tuple[str, ...] = COMPARED_ROUTES
    exclude_flags: tuple[str, ...] = ()
    scale: Literal["difference", "ratio"] = "difference"
    margin: float = DIFFERENCE_MARGIN
    margins: Mapping[str, float] = field(default_factory=lambda: {"H3": 0.5, "H4": RATIO_MARGIN, "H8": 0.25})
    range_applies: bool = True
    window_days: int = 0
    period: Literal["month", "none"] = "month"
    focus_themes: tuple[str, ...] = ("misunderstanding", "no_logic", "noise")
    seed: int = 20260101
    resamples: int = 9999
    label_complainants: str = DEFAULT_LABEL
    conflict_of_interest: str = ""
    asked: Mapping[str, int] = field(default_factory=dict)

    def hash(self) -> str:
        """Return the SHA-256 of all choices, defaults included, in one canonical form."""
        choices = asdict(self)
        if not self.asked:
            del choices["asked"]
        canonical = json.dumps(choices, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
        return hashlib.sha256(canonical.encode()).hexdigest()


def read_plan(source: str | PathLike[str] | Mapping[str, Any] | Plan | None = None) -> Plan:
    """Return a checked plan from a TOML file, a mapping, another plan, or nothing (all defaults).

    Raises
    ------
    DataProblem
        For a file that cannot be read, an unknown key, value or arm, with the line of the file.

    Examples
    --------
    >>> read_plan({"scale": "ratio"}).margin
    0.2231
    >>> read_plan({"shoppers": ["robot"]})
    Traceback (most recent call last):
    ...
    analysis.shapes.data_problem.DataProblem: plan, column 'shoppers': unknown arm 'robot'. Use shopper, ...
    """
    if source is None:
        return Plan()
    if isinstance(source, Plan):
        return read_plan(asdict(source))
    if isinstance(source, Mapping):
        return _Checker(dict(source), file="plan", text="").plan()
    if not isinstance(source, str | PathLike):
        what = f"a plan cannot be read from {type(source).__name__}"
        raise DataProblem(what, remedy="Give a path, a mapping or a Plan.", file="plan")
    values, text = read_toml(source)
    return _Checker(values, file=str(source), text=text).plan()


#: More would change no digit that is shown, and take hours.
_MOST_RESAMPLES = 1_000_000


class _Checker:
    """Checks one value after another and knows where each stands."""

    def __init__(self, values: dict[str, Any], *, file: str, text: str) -> None:
        self.values = values
        self.file = file
        self.text = text

    def plan(self) -> Plan:
        checks = {
            "shoppers": self._arms,
            "complainants": self._arms,
            "routes": self._routes,
            "exclude_flags": self._words,
            "scale": self._scale,
            "margin": self._margin,
            "margins": self._margins,
            "range_applies": self._yes_or_no,
            "window_days": self._count,
            "period": self._period,
            "focus_themes": self._words,
            "seed": self._count,
            "resamples": self._resamples,
            "label_complainants": self._text,
            "conflict_of_interest": self._text,
            "asked": self._asked,
        }
        for key in self.values:
            if key not in checks:
                self.refuse(key, "unknown key", remedy=f"Known keys are {', '.join(checks)}.")
        checked: dict[str, Any] = {key: checks[key](key) for key in self.values}
        if "margin" not in checked and checked.get("scale") == "ratio":
            checked["margin"] = RATIO_MARGIN
        plan = Plan(**checked)
        both = set(plan.shoppers) & set(plan.complainants)
        if both:
            what = f"arm {quoted(min(both))} stands on both sides"
            self.refuse("complainants", what, remedy="Compare different arms.")
        return plan

    def refuse(self, key: str, what: str, *, remedy: str) -> NoReturn:
        row = line_of(self.text, key)
        raise DataProblem(what, remedy=remedy, file=self.file, row=row, column=key)

    def _words(self, key: str) -> tuple[str, ...]:
        value = self.values[key]
        if not isinstance(value, list | tuple) or not all(isinstance(item, str) for item in value):
            self.refuse(key, f"{quoted(value)} is not a list of words", remedy=f'Write {key} = ["…", "…"].')
        return tuple(sorted(set(value)))

    def _words_among(self, key: str, allowed: Sequence[str], *, kind: str) -> tuple[str, ...]:
        words = self._words(key)
        for word in words:
            if word not in allowed:
                self.refuse(key, f"unknown {kind} {quoted(word)}", remedy=f"Use {listed(allowed)}.")
        if not words:
            self.refuse(key, f"no {kind} is named", remedy=f"Use {listed(allowed)}.")
        return words

    def _arms(self, key: str) -> tuple[str, ...]:
        return self._words_among(key, tuple(ARMS), kind="arm")

    def _routes(self, key: str) -> tuple[str, ...]:
        if "brought_in" in self._words(key):
            what = "route 'brought_in' cannot be compared, because nobody was shown the list"
            self.refuse(key, what, remedy=f"Use {listed(COMPARED_ROUTES)}.")
        return self._words_among(key, COMPARED_ROUTES, kind="route")

    def _text(self, key: str) -> str:
        value = self.values[key]
        if not isinstance(value, str):
            self.refuse(key, f"{quoted(value)} is not text", remedy='Put it in "quotes".')
        return value

    def _one_of(self, key: str, allowed: Sequence[str]) -> str:
        value = self._text(key)
        if value not in allowed:
            self.refuse(key, f"unknown value {quoted(value)}", remedy=f"Use {listed(allowed)}.")
        return value

    def _scale(self, key: str) -> str:
        return self._one_of(key, ("difference", "ratio"))

    def _period(self, key: str) -> str:
        return self._one_of(key, ("month", "none"))

    def _yes_or_no(self, key: str) -> bool:
        value = self.values[key]
        if not isinstance(value, bool):
            self.refuse(key, f"{quoted(value)} is neither true nor false", remedy="Write true or false.")
        return value

    def _count(self, key: str, *, least: int = 0, most: float = math.inf) -> int:
        value = self.values[key]
        if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
            upto = "upwards" if most == math.inf else f"to {most:,}"
            what = f"{quoted(value)} is not a whole number from {least} {upto}"
            self.refuse(key, what, remedy="Correct it, or remove the line to take the default.")
        return value

    def _asked(self, key: str) -> dict[str, int]:
        value = self.values[key]
        if not isinstance(value, Mapping):
            self.refuse(key, f"{quoted(value)} is not a table", remedy="Write asked = {complainants = 400}.")
        for name, count in value.items():
            if name not in _SIDES and name not in _SIDES.values():
                self.refuse(key, f"unknown side {quoted(name)}", remedy=f"Use {listed(_SIDES)}.")
            if not isinstance(count, int) or isinstance(count, bool) or count < 1:
                what = f"{quoted(count)} is not a whole number from 1 upwards"
                self.refuse(key, what, remedy="Write how many were asked, or leave the side out.")
        return {str(_SIDES.get(name, name)): count for name, count in sorted(value.items())}

    def _resamples(self, key: str) -> int:
        return self._count(key, least=1, most=_MOST_RESAMPLES)

    def _margin(self, key: str) -> float:
        return self._margin_value(key, self.values[key])

    def _margin_value(self, key: str, value: object) -> float:
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value < math.inf:
            what = f"the margin {quoted(value)} is not a number above 0"
            self.refuse(key, what, remedy="Write the smallest difference that would matter, such as 0.5.")
        return float(value)

    def _margins(self, key: str) -> dict[str, float]:
        value = self.values[key]
        defaults = dict(Plan().margins)
        if not isinstance(value, Mapping):
            self.refuse(key, f"{quoted(value)} is not a table", remedy="Write margins = {H3 = 0.5}.")
        for hypothesis in value:
            if hypothesis not in defaults:
                what = f"unknown hypothesis {quoted(hypothesis)}"
                self.refuse(key, what, remedy=f"Use {listed(defaults)}; H1 is judged by `margin`.")
        return defaults | {name: self._margin_value(key, given) for name, given in value.items()}
