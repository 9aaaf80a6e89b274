"""Every sentence about a verdict: what was found, what it means, what would change it, how often it is wrong."""

from __future__ import annotations

import math

from analysis.documents.numbers import (
    INTERVAL_90,
    INTERVAL_95,
    NBSP,
    basis,
    decimals_for,
    lower_first,
    more_or_fewer,
    number,
    span,
    upper_first,
)
from analysis.shapes.about import About
from analysis.shapes.comparison import Comparison
from analysis.shapes.plan import Plan
from analysis.shapes.results import Interval, TwoWay, Variant, Verdict

#: A verdict is a word with a shape, never a colour alone.
SYMBOLS: dict[Verdict, str] = {"supported": "▲", "reversed": "▼", "equivalent": "＝", "inconclusive": "?"}
WORDS: dict[Verdict, str] = {
    "supported": "Supported",
    "reversed": "Reversed",
    "equivalent": "No difference worth having",
    "inconclusive": "We can’t tell yet",
}
SHOPPERS_LABEL = "mystery shoppers"


def sentence(word: Verdict, primary: TwoWay, plan: Plan, *, thin_because: str | None) -> str:
    """Return the verdict in one sentence, with its interval and what it rests on."""
    if thin_because:
        return f"{WORDS[word]}: {thin_because} ({basis(primary)} compared)."
    found = _found(primary, plan)
    if word == "equivalent":
        margin = plan.margin
        inside = _shown_span((-margin, margin), plan, _places(primary, plan))
        interval = _shown_span(primary.ci90, plan, _places(primary, plan))
        return f"{WORDS[word]}: {found} ({INTERVAL_90} {interval}, inside {inside}; {basis(primary)})."
    interval = _shown_span(primary.ci95, plan, _places(primary, plan))
    if word == "inconclusive":
        return f"{WORDS[word]}: {found}, but the {INTERVAL_95} goes from {interval} ({basis(primary)})."
    return f"{WORDS[word]}: {found} ({INTERVAL_95} {interval}; {basis(primary)})."


def _found(primary: TwoWay, plan: Plan) -> str:
    who, places = plan.label_complainants, _places(primary, plan)
    if plan.scale == "ratio":
        times = number(math.exp(primary.estimate), places)
        return f"{who} reported {times} times as many problems per response as {SHOPPERS_LABEL}"
    return f"{who} reported {more_or_fewer(primary.estimate, places)} problems per response than {SHOPPERS_LABEL}"


def _places(result: TwoWay, plan: Plan) -> int:
    return 2 if plan.scale == "ratio" else decimals_for(result, plan.margin)


def _shown_span(values: Interval, plan: Plan, places: int) -> str:
    if plan.scale == "ratio":
        values = math.exp(values[0]), math.exp(values[1])
    return span(values, places)


def headline(comparison: Comparison) -> str:
    """Return the verdict as a reader takes it home, without numbers."""
    who = comparison.plan.label_complainants
    return {
        "supported": f"{who} report more problems than {SHOPPERS_LABEL} do",
        "reversed": f"{who} report fewer problems than {SHOPPERS_LABEL} do",
        "equivalent": f"{who} and {SHOPPERS_LABEL} differ too little to matter",
        "inconclusive": f"We can’t tell yet whether {lower_first(who)} see more than {SHOPPERS_LABEL} do",
    }[comparison.verdict]


def meaning(comparison: Comparison) -> list[str]:
    """Return what the verdict says and does not say, for a reader who stops here."""
    if comparison.thin_because:
        return ["There are too few data for any verdict, so none is given, whatever the numbers below look like."]
    lines = [_meaning_of_interval(comparison)]
    if not comparison.plan.range_applies:
        lines.append(
            "The claim is about people who have a problem. The people here were not chosen for having one, so "
            "this compares two kinds of witness. It is not yet a test of the claim."
        )
    elif comparison.verdict == "supported":
        lines.append(
            "It survives taking one problem away from every complainant."
            if comparison.flags.robust_to_selection
            else "It does not survive taking one problem away from every complainant: that people with a problem "
            "chose to speak could explain it."
        )
    return lines


def _meaning_of_interval(comparison: Comparison) -> str:
    plan, flags = comparison.plan, comparison.flags
    match comparison.verdict:
        case "supported":
            said = f"The {INTERVAL_95} lies above {_zero(plan)}, so chance alone is a poor explanation."
            if not flags.material:
                said += f" It is not shown that the difference exceeds the margin of {_margin(plan)}."
            return said
        case "reversed":
            return f"The {INTERVAL_95} lies below {_zero(plan)}, so chance alone is a poor explanation."
        case "equivalent":
            said = (
                f"The {INTERVAL_90} lies inside the margin ({_margin(plan)}) that was set as too small to matter."
            )
            if flags.sign_detected:
                said += " A difference is there, but it is smaller than that."
            return said
    return "The interval is too wide to say yes, no, or “no difference worth having”."


def _zero(plan: Plan) -> str:
    return "1" if plan.scale == "ratio" else "zero"


def _margin(plan: Plan) -> str:
    if plan.scale == "ratio":
        return f"a ratio of {number(math.exp(plan.margin), 2)}"
    return f"{plan.margin:g} problems per response"


def what_would_change_it(comparison: Comparison, about: About) -> list[str]:
    """Say what further data could turn the verdict, or what a study this thin needs first."""
    if comparison.thin_because:
        first = (
            "A verdict needs at least 5 places where both sources answered about the same kind of visit, and at "
            "least 2 shoppers."
        )
        return [first, "A study that can expect one has 20 places or more and 10 shoppers or more."]
    if comparison.verdict == "inconclusive":
        return _how_much_more(comparison.primary, comparison.plan.margin)
    if comparison.verdict == "equivalent":
        return [f"A smaller margin, set before the data are seen. Here it is {_margin(comparison.plan)}."]
    other = (
        "Anything else in which the two sources differ: another mix of cases, one source that asks or measures "
        "in another way, or people who answer because something went wrong."
    )
    if comparison.plan.scale == "difference":
        nearest = min(abs(limit) for limit in comparison.primary.ci95)
        shift = number(nearest, _places(comparison.primary, comparison.plan))
        other += f" It would have to shift the comparison by more than {shift} problems per response."
    return [other, *_without_one_problem(comparison, about)]


def _how_much_more(primary: TwoWay, margin: float) -> list[str]:
    """Say how many times the data would do, if the estimate stayed: half-widths shrink with the square root."""
    half95, half90 = primary.ci95[1] - primary.estimate, primary.ci90[1] - primary.estimate
    distance, room = abs(primary.estimate), margin - abs(primary.estimate)
    lines = []
    if distance > half95 / 10:
        times = number((half95 / distance) ** 2, 1)
        lines.append(
            f"About {times} times the places and shoppers, if the estimate stays: enough to rule out zero."
        )
    if room > half90 / 10:
        times = number((half90 / room) ** 2, 1)
        lines.append(
            f"About {times} times the places and shoppers, if the estimate stays: enough for “no difference worth "
            "having”."
        )
    if not lines:
        lines.append("Many times the places and shoppers.")
    return [*lines, "More visits by the same few shoppers add little."]


def _without_one_problem(comparison: Comparison, about: About) -> list[str]:
    """Say whether a verdict hangs on a single problem."""
    plan = comparison.plan
    for variant in comparison.variants:
        if variant.without_problem is None:
            continue
        left = _shown_estimate(variant.result, plan, places=_places(comparison.primary, plan))
        hangs = variant.result.ci95[0] <= 0 <= variant.result.ci95[1]
        verb = "hangs on" if hangs else "does not hang on"
        return [f"The result {verb} one problem. {upper_first(variant_label(variant, about))}, {left} remain."]
    return []


def _shown_estimate(result: TwoWay, plan: Plan, *, places: int) -> str:
    interval = f"({INTERVAL_95} {_shown_span(result.ci95, plan, places)})"
    if plan.scale == "ratio":
        return f"{number(math.exp(result.estimate), places)} times as many {interval}"
    return f"{more_or_fewer(result.estimate, places)} {interval}"


def variant_label(variant: Variant, about: About) -> str:
    """Return the name of a variant, inside a sentence."""
    if variant.without_problem is not None:
        return f"without “{lower_first(about.label(variant.without_problem))}”"
    return variant.label


def dropped_reason(reason: str, plan: Plan) -> str:
    """Return why something was left out, with the label of the people instead of the name of their arm."""
    named = reason.replace("complainant responses", f"responses of {lower_first(plan.label_complainants)}")
    return upper_first(named.replace("shopper responses", f"responses of {SHOPPERS_LABEL}"))


def error_rates() -> str:
    """Say how often the method is wrong where the truth is known, in plain words."""
    return (
        "In simulated studies without any true difference, about 3 of 100 were called “supported” and about 3 of "
        "100 “reversed” at most, where shoppers and places vary as they commonly do and ten shoppers or more took "
        f"part. Where few shoppers differ a great deal it was up to 8{NBSP}% on one side. “No difference worth "
        f"having” was said wrongly in at most 6{NBSP}%."
    )


def not_covered() -> list[str]:
    """Say what the method cannot guard against."""
    return [
        "Something that hit one source in all places at once, such as a bad month for customers only. The answer "
        "is about the periods studied.",
        "One person who writes about several places counts as several people.",
        "Cases that differ between the sources inside a cell: like is compared with like only as far as the cells "
        "say so.",
    ]
