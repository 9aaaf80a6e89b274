"""Every sentence about a result, and how its numbers are written. Rounds for the eye only."""

from __future__ import annotations

import math

from analysis.shapes.comparison import Comparison
from analysis.shapes.plan import Plan
from analysis.shapes.results import Interval, TwoWay, Verdict

#: A verdict is a word with a shape, never a colour alone.
SYMBOLS: dict[Verdict, str] = {"supported": "▲", "reversed": "▼", "equivalent": "＝", "inconclusive": "?"}
WORDS: dict[Verdict, str] = {
    "supported": "Supported",
    "reversed": "Reversed",
    "equivalent": "No difference worth having",
    "inconclusive": "We can’t tell yet",
}
SHOPPERS_LABEL = "mystery shoppers"
_NBSP = "\N{NO-BREAK SPACE}"
_MINUS = "\N{MINUS SIGN}"


def decimals_for(result: TwoWay, margin: float | None = None) -> int:
    """Return how many decimals to show: fitting the standard error, and never turning a limit into 0.

    Examples
    --------
    An interval from 0.03 to 0.97 is not shown as 0.0 to 1.0.
    """
    limits = [v for v in (*result.ci95, *result.ci90) if math.isfinite(v)]
    decimals = 1
    if result.se > 0:
        decimals = min(4, max(1, -math.floor(math.log10(result.se))))
    hidden = [0.0] if margin is None else [0.0, margin, -margin]
    while decimals < 6 and any(v not in hidden and round(v, decimals) in hidden for v in limits):
        decimals += 1
    return decimals


def number(value: float, decimals: int = 1) -> str:
    """Write a number with a real minus sign; a dash where it is not estimable.

    Examples
    --------
    >>> number(-0.456, 2), number(float("nan")), number(-0.01)
    ('−0.46', '–', '0.0')
    """
    if not math.isfinite(value):
        return "–"
    shown = f"{value:,.{decimals}f}".replace(",", _NBSP)
    return shown.removeprefix("-") if float(shown.replace(_NBSP, "")) == 0 else shown.replace("-", _MINUS)


def count(value: float) -> str:
    """Write a whole number with thin groups: 2 318."""
    return number(value, 0)


def percent(share: float, decimals: int = 0) -> str:
    """Write a share as a percentage."""
    return f"{number(100 * share, decimals)}{_NBSP}%" if math.isfinite(share) else "–"


def span(values: Interval, decimals: int) -> str:
    """Write an interval: 0.4 to 1.4."""
    return f"{number(values[0], decimals)} to {number(values[1], decimals)}"


def p_value(value: float) -> str:
    """Write a p value."""
    if not math.isfinite(value):
        return "–"
    return "below 0.001" if value < 0.001 else number(value, 3)


def quantity(count_of: float, one: str, many: str) -> str:
    """Write how many of something: 1 place, 24 places."""
    return f"{count(count_of)} {one if count_of == 1 else many}"


def basis(result: TwoWay) -> str:
    """Say on how much a result rests: 412 responses, 24 places."""
    return (
        f"{quantity(result.responses, 'response', 'responses')}, {quantity(result.locations, 'place', 'places')}"
    )


def more_or_fewer(value: float, decimals: int) -> str:
    """Write a difference in words: 0.9 more, 0.4 fewer."""
    return f"{number(abs(value), decimals)} {'fewer' if value < 0 else 'more'}"


def sentence(word: Verdict, primary: TwoWay, plan: Plan, *, thin_because: str | None) -> str:
    """Return the verdict in one sentence, with its interval and what it rests on."""
    if thin_because:
        return f"{WORDS[word]}: {thin_because} ({basis(primary)} compared)."
    body = _ratio_body(word, primary, plan) if plan.scale == "ratio" else _difference_body(word, primary, plan)
    return f"{WORDS[word]}: {body}"


def _difference_body(word: Verdict, primary: TwoWay, plan: Plan) -> str:
    places = decimals_for(primary, plan.margin)
    who = plan.label_complainants
    found = f"{who} reported {more_or_fewer(primary.estimate, places)} problems per response than {SHOPPERS_LABEL}"
    if word == "equivalent":
        return (
            f"{found}, and the 90{_NBSP}% interval ({span(primary.ci90, places)}) lies within "
            f"±{number(plan.margin, places)} ({basis(primary)})."
        )
    if word == "inconclusive":
        low, high = primary.ci95
        return (
            f"{found}, but the 95{_NBSP}% interval reaches from {more_or_fewer(low, places)} to "
            f"{more_or_fewer(high, places)} ({basis(primary)})."
        )
    return f"{found} (95{_NBSP}% interval {span(primary.ci95, places)}; {basis(primary)})."


def _ratio_body(word: Verdict, primary: TwoWay, plan: Plan) -> str:
    low, high = (math.exp(v) for v in primary.ci95)
    found = (
        f"{plan.label_complainants} reported {number(math.exp(primary.estimate), 2)} times as many problems "
        f"per response as {SHOPPERS_LABEL}"
    )
    if word == "equivalent":
        low, high = (math.exp(v) for v in primary.ci90)
        inside = f"{number(math.exp(-plan.margin), 2)} to {number(math.exp(plan.margin), 2)}"
        return f"{found}, and the 90{_NBSP}% interval ({span((low, high), 2)}) lies within {inside} ({basis(primary)})."
    if word == "inconclusive":
        return f"{found}, but the 95{_NBSP}% interval reaches from {span((low, high), 2)} ({basis(primary)})."
    return f"{found} (95{_NBSP}% interval {span((low, high), 2)}; {basis(primary)})."


def headline(comparison: Comparison) -> str:
    """Return the verdict as a reader takes it home, without numbers."""
    who = comparison.plan.label_complainants
    return {
        "supported": f"{who} see more than {SHOPPERS_LABEL} do",
        "reversed": f"{who} report fewer problems than {SHOPPERS_LABEL} do",
        "equivalent": f"{who} and {SHOPPERS_LABEL} see the same, give or take what matters",
        "inconclusive": f"Whether {who[:1].lower() + who[1:]} see more than {SHOPPERS_LABEL}, we can’t tell yet",
    }[comparison.verdict]


def meaning(comparison: Comparison) -> list[str]:
    """Return what the verdict says and does not say, for a reader who stops here."""
    primary, margin = comparison.primary, comparison.plan.margin
    said = {
        "supported": "The 95 % interval lies above zero: chance alone is a poor explanation.",
        "reversed": "The 95 % interval lies below zero: these data speak against the claim.",
        "equivalent": "The 90 % interval lies inside the margin that was set beforehand as too small to matter.",
        "inconclusive": "The interval is too wide to say yes, no, or “no difference worth having”.",
    }[comparison.verdict]
    lines = [said.replace(" %", f"{_NBSP}%")]
    if comparison.thin_because:
        lines = ["There are too few data for any verdict, so none is given, whatever the numbers below look like."]
    elif comparison.verdict == "supported" and not comparison.flags.material:
        lines.append(
            f"It is not shown that the difference exceeds the margin of {_margin(margin, comparison.plan)}."
        )
    elif comparison.verdict == "equivalent" and comparison.flags.sign_detected:
        direction = "more" if primary.estimate > 0 else "fewer"
        lines.append(f"A difference is there ({direction}), but too small to matter.")
    if comparison.flags.robust_to_selection and comparison.verdict == "supported":
        lines.append("It survives taking one problem away from every complainant.")
    elif comparison.flags.robust_to_selection is False and comparison.verdict == "supported":
        lines.append(
            "It does not survive taking one problem away from every complainant: that people with a problem "
            "chose to speak could explain it."
        )
    return lines


def _margin(margin: float, plan: Plan) -> str:
    if plan.scale == "ratio":
        return f"a ratio of {number(math.exp(margin), 2)}"
    return f"{number(margin, 1 if round(margin, 1) == margin else 2)} problems per response"


def what_would_change_it(comparison: Comparison) -> list[str]:
    """Say what further data could turn the verdict, or what a study this thin needs first."""
    if comparison.thin_because:
        return [
            "A verdict needs at least 5 places where both sources answered about the same kind of visit, and at "
            "least 2 shoppers.",
            "A study that can expect one has 20 places or more and 10 shoppers or more, each at few places.",
        ]
    primary, margin = comparison.primary, comparison.plan.margin
    half = primary.ci95[1] - primary.estimate
    grow = "places and shoppers (both; more visits by the same few shoppers add little)"
    if comparison.verdict == "inconclusive":
        lines = []
        if abs(primary.estimate) > half / 10:
            times = (half / abs(primary.estimate)) ** 2
            lines.append(
                f"If the difference stays as it is, about {number(times, 1)} times as many {grow} would move the "
                "interval off zero."
            )
        half90 = primary.ci90[1] - primary.estimate
        room = margin - abs(primary.estimate)
        if room > half90 / 10:
            lines.append(
                f"If it stays as it is, about {number((half90 / room) ** 2, 1)} times as many would be enough to "
                "call it no difference worth having."
            )
        return lines or [f"Only many more {grow} could tell."]
    if comparison.verdict == "equivalent":
        return [f"A smaller margin, set before the data are seen: it is {_margin(margin, comparison.plan)} here."]
    nearest = min(abs(primary.ci95[0]), abs(primary.ci95[1]))
    places = decimals_for(primary, margin)
    if comparison.plan.scale == "ratio":
        return [
            "New places or shoppers that go the other way. The limits and checks below say how likely that is."
        ]
    return [
        f"Something that shifts the comparison by more than {number(nearest, places)} problems per response: a "
        "different case mix between the sources, one source that asks or measures differently, or people who "
        "answer because something went wrong. The limits say which of these are known.",
    ]


def error_rates() -> str:
    """Say how often the method is wrong where the truth is known, in plain words."""
    return (
        "In simulated studies in which nothing was true, the method said “supported” in about 3 of 100 and "
        "“reversed” in about 3 of 100 at most where shoppers and places vary as they commonly do and ten "
        "shoppers or more took part; up to 5 to 8 of 100 on one side where few shoppers differ a great deal. It "
        "said “no difference worth having” wrongly in at most 6 of 100."
    )


def not_covered() -> list[str]:
    """Say what the method cannot guard against."""
    return [
        "Something that hit one source in all places at once, such as a bad month for customers only. The answer "
        "is about the periods studied.",
        "One person who writes about several places counts as several people.",
        "Cases that differ between the sources inside a cell: the method compares like with like only as far as "
        "the cells say so.",
    ]
