"""From responses and sightings to one row of whole numbers a response: all that any measure is made of."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import reduce
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from analysis.inference.cells import cell_names, periods
from analysis.inference.eligibility import (
    eligibility_warnings,
    in_time,
    left_out,
    list_was_answered,
    sides,
    why_left_out,
)
from analysis.inference.outcome import (
    NO_THEMES,
    Implied,
    Ticks,
    counted_sightings,
    implied_problems,
    themes_of,
    tick,
)
from analysis.language import Listed, say
from analysis.shapes.lookup import positions, renamed
from analysis.shapes.plan import Plan
from analysis.shapes.results import Dropped
from analysis.shapes.vocabulary import HIRED_ARMS, ORIGINS

Ints = npt.NDArray[np.int64]

#: What rows are added up by. `side` is shopper or complainant for what the plan compares, else empty; `listed`
#: says that the problem list was answered.
KEYS: Final = ("location", "cell", "period", "arm", "route", "shopper", "side", "listed")

#: Cost, minutes, severities and the like are added as so many parts of one, so that sums are exact in any order.
SCALE: Final = 1_000_000
#: Shares such as bogus items ticked of those shown: 1/n is a whole number of these parts for every n up to 20.
SHARE_SCALE: Final = 232_792_560
#: A feeling is taken in tenths, because its fourth power is added up as well.
FELT_SCALE: Final = 10

#: What is added up, and what it means. A column that ends in `_known` counts the responses that know the measure.
OUTCOMES: Final[Mapping[str, str]] = {
    "n": "1: the response itself",
    "y": "different handling problems from the list, not implied by the scenario: the primary outcome",
    "y_squared": "its square",
    "raw": "the same with the implied problems left in",
    "less_one": "y with one problem taken away, where there is one",
    "coded": "y with the problems that were coded from the story",
    "focus": "problems of the themes that the claim is about",
    "others": "problems of the other themes",
    "severity": "highest severity over the problems that count in y, times SCALE; 0 without any",
    "severity_known": "1 unless all problems that count lack a severity",
    "beyond": "different moments beyond the standard",
    "beyond_known": "1 if that block was answered",
    "controls": "control items ticked of those shown, times SHARE_SCALE",
    "controls_known": "1 if controls were shown",
    "bogus": "bogus items ticked of those shown, times SHARE_SCALE",
    "bogus_known": "1 if bogus items were shown",
    "bogus_ticked": "1 if any bogus item was ticked",
    "bogus_y": "y where bogus items were shown",
    "careful": "1 unless a bogus item was ticked",
    "careful_y": "y then",
    "unflagged": "1 unless the response carries a flag",
    "unflagged_y": "y then",
    "unsuspected": "1 unless the staff suspected the shopper",
    "unsuspected_y": "y then",
    "recent": "1 if it was answered within a fortnight, or by somebody hired",
    "recent_y": "y then",
    "items_shown": "items on the problem list that was shown",
    "items_shown_known": "1 if their number is known",
    "cost": "what the response cost the study, times SCALE",
    "cost_known": "1 if that is known",
    "minutes": "minutes, times SCALE",
    "minutes_known": "1 if they are known",
    "displeased": "1 if the person felt bad and said how many people were told",
    "displeased_told": "how many these were, times SCALE",
    "pleased": "1 if the person felt good and said how many people were told",
    "pleased_told": "how many these were, times SCALE",
    "felt": "the feeling, times FELT_SCALE",
    "felt_known": "1 if it is known",
    "apology": "1 if somebody apologised and the feeling is known",
    "apology_felt": "the feeling then, times FELT_SCALE",
    "no_apology": "1 if nobody apologised and the feeling is known",
    "no_apology_felt": "the feeling then, times FELT_SCALE",
    "trace_known": "1 if both feeling and trace are known",
    "trace": "the trace, times FELT_SCALE",
    "trace_squared": "its square",
    "trace_felt": "trace times feeling",
    "trace_felt2": "trace times feeling squared",
    "felt_1": "the feeling where the trace is known, times FELT_SCALE",
    "felt_2": "its square",
    "felt_3": "its third power",
    "felt_4": "its fourth power",
    "stake_known": "1 if the stake is known",
    "stake": "how much hung on it, times FELT_SCALE",
    "stake_squared": "its square",
    "stake_y": "stake times y",
    "stake_at_all": "1 if anything hung on it",
    "stake_at_all_y": "y then",
    "stake_low": "1 if little (up to 3) hung on it",
    "stake_low_y": "y then",
    "stake_middle": "1 if something (above 3, up to 6) hung on it",
    "stake_middle_y": "y then",
    "stake_high": "1 if much (above 6) hung on it",
    "stake_high_y": "y then",
    "stake_known_y": "y where the stake is known",
    "items_answered": "items of the batteries that were answered",
    "recommend": "1 for a promoter (9 or 10), −1 for a detractor (0 to 6)",
    "recommend_known": "1 if the person said whether they would recommend",
}
#: So many unknown problems are named in a warning.
_NAMED: Final = 5
#: Above what, and up to what, a stake from 0 to 10 is low, middling or high.
STAKE_BANDS: Final[Mapping[str, tuple[float, float]]] = {
    "low": (0, 3),
    "middle": (3, 6),
    "high": (6, math.inf),
}
#: Within so many days a customer's memory is taken to be fresh.
FORTNIGHT: Final = 14
#: Items of the batteries begin so.
BATTERIES: Final = ("h2h_", "met_", "duty_", "item_")
#: Columns that hold a problem each begin so.
SEEN: Final = "seen:"
IMPLIED: Final = "implied:"


@dataclass(frozen=True)
class Context:
    """What one row cannot know about the whole: the list, and which problems each scenario implies.

    Contexts of parts of a table are joined with `join_contexts`; the result does not depend on how the table was
    cut. `problems` are all codes that count, `compared` those that a compared response saw, `sighted` all that
    anybody named. `fieldwork` holds the first and the last day of each side, counted from 1970.
    """

    plan: Plan
    problems: tuple[str, ...] = ()
    compared: tuple[str, ...] = ()
    themes: Mapping[str, str] = field(default_factory=dict)
    implied: Implied = field(default_factory=dict)
    fieldwork: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    response_columns: frozenset[str] = frozenset()
    sighting_columns: frozenset[str] = frozenset()
    sighted: frozenset[str] = frozenset()

    @property
    def implied_anywhere(self) -> tuple[str, ...]:
        """Return the problems on the list that some scenario implies."""
        implied: frozenset[str] = frozenset().union(*self.implied.values())
        return tuple(code for code in self.problems if code in implied)

    @property
    def batteries(self) -> tuple[str, ...]:
        """Return the items of the batteries that the table has."""
        return tuple(sorted(name for name in self.response_columns if name.startswith(BATTERIES)))

    @property
    def columns(self) -> tuple[str, ...]:
        """Return the names of all that is added up."""
        problems = [SEEN + code for code in self.problems]
        return (*OUTCOMES, *problems, *(IMPLIED + code for code in self.implied_anywhere))

    @property
    def warnings(self) -> tuple[str, ...]:
        """Return what must be said about columns that are not there."""
        stages = {"theme", "stage"} & self.sighting_columns
        return (
            *eligibility_warnings(self.response_columns, self.plan),
            *(() if stages else (NO_THEMES,)),
            *self._unheard_of(),
        )

    def _unheard_of(self) -> Iterator[str]:
        """Yield a warning about implied problems that nobody reported: a slip of the pen takes nothing out."""
        unknown = sorted(frozenset().union(*self.implied.values()) - self.sighted)
        if unknown:
            named = Listed([*unknown[:_NAMED], *(["…"] if len(unknown) > _NAMED else [])])
            yield say(
                "`index_problem` names what nobody reported: {problems}. Check the spelling.", problems=named
            )


def context_of(responses: pd.DataFrame, sightings: pd.DataFrame, plan: Plan) -> Context:
    """Return the context of a table, or of a part of it: its responses with their sightings.

    Parameters
    ----------
    responses, sightings : DataFrame
        As in `Tables`.
    plan : Plan

    Examples
    --------
    >>> responses = pd.DataFrame({"response_id": ["1"], "arm": ["shopper"], "location": ["A"]})
    >>> sightings = pd.DataFrame({"response_id": ["1"], "problem": ["rude"]})
    >>> context_of(responses, sightings, Plan()).problems
    ('rude',)
    """
    compared = (why_left_out(responses, plan)["reason"] == "").to_numpy(dtype=bool)
    counts, _ = counted_sightings(sightings, np.ones(len(sightings), dtype=bool))
    of_compared = compared[positions(sightings["response_id"], responses["response_id"])]
    return Context(
        plan=plan,
        problems=tuple(sorted(sightings["problem"][counts].unique())),
        compared=tuple(sorted(sightings["problem"][counts & of_compared].unique())),
        themes=themes_of(sightings[counts]),
        implied=implied_problems(responses[compared], period=plan.period),
        fieldwork=_fieldwork(responses[compared], plan),
        response_columns=frozenset(responses.columns),
        sighting_columns=frozenset(sightings.columns),
        sighted=frozenset(sightings["problem"].unique()),
    )


def _fieldwork(responses: pd.DataFrame, plan: Plan) -> dict[str, tuple[int, int]]:
    """Return the first and the last day on which each side answered, or was there if nobody knows the former."""
    days = pd.Series(pd.NaT, index=responses.index, dtype="datetime64[s]")
    for column in ("submitted_at", "visited_on"):
        if column in responses:
            days = days.fillna(responses[column])
    numbers = (days - pd.Timestamp(0)).dt.days
    found = {}
    for side, of_side in numbers.groupby(responses["arm"].map(sides(plan))):
        if of_side.notna().any():
            found[str(side)] = (int(of_side.min()), int(of_side.max()))
    return found


def join_contexts(parts: Iterable[Context]) -> Context:
    """Return the context of the whole from those of its parts, whatever their order."""
    return reduce(_join, parts)


def _join(one: Context, other: Context) -> Context:
    themes = dict(one.themes)
    for code, theme in other.themes.items():
        themes[code] = max(theme, themes.get(code, ""))
    nothing: frozenset[str] = frozenset()
    return Context(
        plan=one.plan,
        problems=tuple(sorted({*one.problems, *other.problems})),
        compared=tuple(sorted({*one.compared, *other.compared})),
        themes={code: themes[code] for code in sorted(themes)},
        implied={
            scenario: one.implied.get(scenario, nothing) | other.implied.get(scenario, nothing)
            for scenario in sorted({*one.implied, *other.implied})
        },
        fieldwork={
            side: (
                min(days[side][0] for days in (one.fieldwork, other.fieldwork) if side in days),
                max(days[side][1] for days in (one.fieldwork, other.fieldwork) if side in days),
            )
            for side in sorted({*one.fieldwork, *other.fieldwork})
        },
        response_columns=one.response_columns | other.response_columns,
        sighting_columns=one.sighting_columns | other.sighting_columns,
        sighted=one.sighted | other.sighted,
    )


@dataclass(frozen=True, eq=False)
class Outcomes:
    """The outcome table of some responses, and what was left out of it.

    Attributes
    ----------
    table : DataFrame
        One row a response that carries no excluded flag and lies inside the window, in the order of the table it
        was made from: `response_id`, the `KEYS`, and whole numbers (`Context.columns`).
    context : Context
    dropped : tuple of Dropped
        Responses and sightings that are not compared, by reason. Counts of parts of a table may be added.
    """

    table: pd.DataFrame
    context: Context
    dropped: tuple[Dropped, ...]


def outcome_table(responses: pd.DataFrame, sightings: pd.DataFrame, context: Context) -> Outcomes:
    """Return one row of whole numbers a response: a pure function of these rows and the context.

    Parameters
    ----------
    responses : DataFrame
        As in `Tables`, or any part of it.
    sightings : DataFrame
        The sightings of these responses.
    context : Context
        Of the whole table (`context_of`, `join_contexts`).

    Notes
    -----
    Whatever is not known is 0 in its column and in the column that counts who knows it, so that sums over any
    group are all that a measure needs.

    Examples
    --------
    >>> responses = pd.DataFrame({"response_id": ["1", "2"], "arm": ["shopper", "complainant"], "location": "A"})
    >>> sightings = pd.DataFrame({"response_id": ["2", "2"], "problem": ["rude", "unclear"]})
    >>> outcome_table(responses, sightings, context_of(responses, sightings, Plan())).table["y"].tolist()
    [0, 2]
    """
    plan = context.plan
    reasons = why_left_out(responses, plan)
    kept = in_time(responses, plan).to_numpy(dtype=bool)
    compared = (reasons["reason"] == "").to_numpy(dtype=bool)
    found = _outcomes(responses[compared], sightings, context, compared=True)
    table, others = found.table, kept & ~compared
    if others.any():
        rest = _outcomes(responses[others], sightings, context, compared=False)
        table = pd.concat([table, rest.table]).sort_index()
    return Outcomes(
        table=table.reset_index(drop=True), context=context, dropped=(*left_out(reasons), *found.dropped)
    )


def _outcomes(responses: pd.DataFrame, sightings: pd.DataFrame, context: Context, *, compared: bool) -> Outcomes:
    plan = context.plan
    if not compared:
        sightings = sightings[positions(sightings["response_id"], responses["response_id"]) >= 0]
    ticks = tick(responses, sightings, period=plan.period, problems=context.problems, implied=context.implied)
    columns = _keys(responses, plan, compared=compared)
    columns |= _problems_seen(responses, sightings, ticks, context)
    columns |= _severity(responses, sightings, ticks)
    ticked = _other_ticks(responses, sightings)
    y = ticks.y
    columns |= ticked | _stake(responses, y) | _chosen(responses, ticked, y)
    columns |= _amounts(responses)
    columns["items_answered"] = _answered(responses, context)
    columns |= _feelings(responses)
    columns |= {SEEN + code: ticks.seen[:, place].view(np.int8) for place, code in enumerate(context.problems)}
    places = {code: place for place, code in enumerate(context.problems)}
    columns |= {IMPLIED + code: ticks.implied[:, places[code]].view(np.int8) for code in context.implied_anywhere}
    order = ["response_id", *KEYS, *context.columns]
    table = pd.DataFrame({name: columns[name] for name in order}, index=responses.index)
    return Outcomes(table=table, context=context, dropped=ticks.dropped)


def _keys(responses: pd.DataFrame, plan: Plan, *, compared: bool) -> dict[str, object]:
    when = periods(responses, period=plan.period)
    side = renamed(responses["arm"], sides(plan)) if compared else pd.Series("", index=responses.index)
    nobody = pd.Series("", index=responses.index)
    hired = responses["arm"].isin(HIRED_ARMS)
    return {
        "response_id": responses["response_id"],
        "location": responses["location"],
        "cell": cell_names(responses, period=plan.period),
        "period": nobody if when is None else when,
        "arm": responses["arm"],
        "route": responses.get("route", nobody),
        "shopper": responses["shopper"].where(hired, "") if "shopper" in responses else nobody,
        "side": side.astype("str"),
        "listed": list_was_answered(responses).astype(np.int64),
    }


def _problems_seen(
    responses: pd.DataFrame, sightings: pd.DataFrame, ticks: Ticks, context: Context
) -> dict[str, Ints]:
    y = ticks.y
    in_focus = np.array(
        [context.themes.get(code) in context.plan.focus_themes for code in context.problems], dtype=bool
    )
    focus = ticks.seen[:, in_focus].sum(axis=1, dtype=np.int64)
    coded = y
    if "origin" in sightings and (sightings["origin"] == "coded").any():
        both = tick(responses, sightings, period=context.plan.period, origins=ORIGINS, implied=context.implied)
        coded = both.y
    return {
        "n": np.ones(len(responses), dtype=np.int64),
        "y": y,
        "y_squared": y**2,
        "raw": ticks.raw,
        "less_one": np.maximum(y - 1, 0),
        "coded": coded,
        "focus": focus,
        "others": y - focus,
    }


def _severity(responses: pd.DataFrame, sightings: pd.DataFrame, ticks: Ticks) -> dict[str, Ints]:
    """Return the highest severity over the sightings that count in y; known is 0 where all of these lack one."""
    highest = np.full(len(responses), -1, dtype=np.int64)
    if "severity" in sightings:
        rows = positions(sightings["response_id"], responses["response_id"])
        columns = positions(sightings["problem"], pd.Series(ticks.problems, dtype="str"))
        counts, _ = counted_sightings(sightings, (rows >= 0) & (columns >= 0))
        counts &= sightings["severity"].notna().to_numpy(dtype=bool)
        rows, columns = rows[counts], columns[counts]
        valid = ticks.seen[rows, columns]
        np.maximum.at(highest, rows[valid], _scaled(sightings["severity"][counts][valid], SCALE))
    known = (highest >= 0) | (ticks.y == 0)
    return {"severity": np.where(known, highest.clip(0), 0), "severity_known": known.astype(np.int64)}


def _other_ticks(responses: pd.DataFrame, sightings: pd.DataFrame) -> dict[str, Ints]:
    """Return control items, bogus items and moments beyond the standard, each counted once a response."""
    counted = {theme: _distinct_of_theme(responses, sightings, theme) for theme in ("control", "bogus", "beyond")}
    everybody = pd.Series("", index=responses.index)
    beyond_known = _whole((responses.get("beyond_answered", everybody) == "yes").to_numpy(dtype=bool))
    columns = {"beyond": counted["beyond"] * beyond_known, "beyond_known": beyond_known}
    for name, theme in (("controls", "control"), ("bogus", "bogus")):
        shown = _number(responses, f"{name}_shown").fillna(0).to_numpy()
        known = shown > 0
        share = np.divide(counted[theme], shown, out=np.zeros(len(shown)), where=known)
        columns |= {name: np.rint(share * SHARE_SCALE).astype(np.int64), f"{name}_known": _whole(known)}
    columns["bogus_ticked"] = _whole(counted["bogus"] > 0)
    shown_items = _number(responses, "items_shown")
    columns["items_shown"] = _scaled(shown_items, 1)
    columns["items_shown_known"] = _whole(shown_items.notna().to_numpy())
    return columns


def _distinct_of_theme(responses: pd.DataFrame, sightings: pd.DataFrame, theme: str) -> Ints:
    if "theme" not in sightings:
        return np.zeros(len(responses), dtype=np.int64)
    chosen = sightings["theme"] == theme
    if "origin" in sightings:
        chosen &= sightings["origin"] == "checklist"
    pairs = sightings.loc[chosen, ["response_id", "problem"]].drop_duplicates()
    rows = positions(pairs["response_id"], responses["response_id"])
    return np.bincount(rows[rows >= 0], minlength=len(responses)).astype(np.int64)


def _stake(responses: pd.DataFrame, y: Ints) -> dict[str, Ints]:
    stake = _number(responses, "stake")
    known = _whole(stake.notna().to_numpy())
    scaled = _scaled(stake, FELT_SCALE)
    at_all = _whole(scaled > 0)
    return {
        "stake_known": known,
        "stake": scaled,
        "stake_squared": scaled**2,
        "stake_y": scaled * y,
        "stake_known_y": known * y,
        "stake_at_all": at_all,
        "stake_at_all_y": at_all * y,
    } | _stake_bands(stake, y)


def _stake_bands(stake: pd.Series, y: Ints) -> dict[str, Ints]:
    """Return who had little, something or much at stake, with y."""
    columns: dict[str, Ints] = {}
    for name, (above, most) in STAKE_BANDS.items():
        member = _whole(((stake > above) & (stake <= most)).to_numpy(dtype=bool))
        columns |= {f"stake_{name}": member, f"stake_{name}_y": member * y}
    return columns


def _amounts(responses: pd.DataFrame) -> dict[str, Ints]:
    columns: dict[str, Ints] = {}
    for name in ("cost", "minutes"):
        values = _number(responses, name)
        columns |= {name: _scaled(values, SCALE), f"{name}_known": _whole(values.notna().to_numpy())}
    score = _number(responses, "recommend")
    promoters = _whole((score >= 9).to_numpy()) - _whole((score <= 6).to_numpy())
    return columns | {"recommend": promoters, "recommend_known": _whole(score.notna().to_numpy())}


def _chosen(responses: pd.DataFrame, ticked: Mapping[str, Ints], y: Ints) -> dict[str, Ints]:
    """Return y of the responses that one check or another keeps."""
    suspected = responses.get("recognised", pd.Series("", index=responses.index)) == "yes"
    members = {
        "bogus": ticked["bogus_known"],
        "careful": 1 - ticked["bogus_ticked"],
        "unflagged": _whole((responses.get("flags", pd.Series("", index=responses.index)) == "").to_numpy()),
        "unsuspected": 1 - _whole(suspected.to_numpy(dtype=bool)),
        "recent": _whole(_recent(responses)),
    }
    chosen = {f"{name}_y": member * y for name, member in members.items()}
    return chosen | {name: members[name] for name in ("careful", "unflagged", "unsuspected", "recent")}


def _recent(responses: pd.DataFrame) -> npt.NDArray[np.bool_]:
    """Say who is hired, or answered within a fortnight of the visit; nobody else where the dates are not known."""
    hired = responses["arm"].isin(HIRED_ARMS).to_numpy(dtype=bool)
    if not {"visited_on", "submitted_at"} <= set(responses.columns):
        return hired
    days = (responses["submitted_at"] - responses["visited_on"]).dt.days
    within: npt.NDArray[np.bool_] = (days <= FORTNIGHT).to_numpy(dtype=bool)
    return hired | within


def _answered(responses: pd.DataFrame, context: Context) -> Ints:
    items = [name for name in context.batteries if name in responses]
    answered: Ints = (responses[items] != "").sum(axis=1).to_numpy(dtype=np.int64)
    return answered


def _feelings(responses: pd.DataFrame) -> dict[str, Ints]:
    """Return feeling, people told, apology and trace; they count for whoever answered them."""
    felt, told, trace = (_number(responses, name) for name in ("felt", "told_people", "trace"))
    feeling, felt_known = _scaled(felt, FELT_SCALE), felt.notna().to_numpy()
    people = _scaled(told, SCALE)
    columns = {"felt": feeling, "felt_known": _whole(felt_known)}
    for name, group in (("displeased", felt < 0), ("pleased", felt > 0)):
        member = _whole((group & told.notna()).to_numpy())
        columns |= {name: member, f"{name}_told": people * member}
    words = responses.get("apologised", pd.Series("", index=responses.index)).str.lower()
    for name, word in (("apology", "yes"), ("no_apology", "no")):
        member = _whole((words == word).to_numpy(dtype=bool) & felt_known)
        columns |= {name: member, f"{name}_felt": feeling * member}
    known = _whole(felt_known & trace.notna().to_numpy())
    left, here = _scaled(trace, FELT_SCALE) * known, feeling * known
    columns |= {"trace_known": known, "trace": left, "trace_squared": left**2}
    columns |= {"trace_felt": left * here, "trace_felt2": left * here**2}
    return columns | {f"felt_{power}": here**power for power in (1, 2, 3, 4)}


def _number(responses: pd.DataFrame, column: str) -> pd.Series:
    if column in responses:
        return responses[column]
    return pd.Series(np.nan, index=responses.index)


def _scaled(values: pd.Series, scale: int) -> Ints:
    """Return numbers as whole parts; what is not known becomes 0."""
    parts: Ints = np.rint(values.fillna(0).to_numpy(dtype=np.float64) * scale).astype(np.int64)
    return parts


def _whole(values: npt.NDArray[np.bool_]) -> Ints:
    return values.astype(np.int64)
