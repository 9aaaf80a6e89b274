"""Every sentence about a verdict: what was found, what it means, what would change it, how often it is wrong."""

from __future__ import annotations

import math

from analysis.documents.numbers import basis, decimals_for
from analysis.language import Words, lower_first, say
from analysis.language.numbers import number, shortest, span
from analysis.shapes.about import About
from analysis.shapes.comparison import Comparison
from analysis.shapes.names import SHOPPERS, complainants_of
from analysis.shapes.plan import Plan
from analysis.shapes.results import Interval, TwoWay, Variant, Verdict

#: A verdict is a word with a shape, never a colour alone.
SYMBOLS: dict[Verdict, str] = {"supported": "▲", "reversed": "▼", "equivalent": "＝", "inconclusive": "?"}
WORDS: dict[Verdict, Words] = {
    "supported": say("Supported"),
    "reversed": say("Reversed"),
    "equivalent": say("No difference worth having"),
    "inconclusive": say("We can’t tell yet"),
}


def sentence(word: Verdict, primary: TwoWay, plan: Plan, *, thin_because: str | None) -> Words:
    """Return the verdict in one sentence, with its interval and what it rests on."""
    if thin_because:
        return say(
            "{verdict}: {why} ({basis} compared).", verdict=WORDS[word], why=thin_because, basis=basis(primary)
        )
    found, places = _found(primary, plan), _places(primary, plan)
    if word == "equivalent":
        return say(
            "{verdict}: {found} (90 % interval {interval}, inside {margins}; {basis}).",
            verdict=WORDS[word],
            found=found,
            interval=_shown_span(primary.ci90, plan, places),
            margins=_shown_span((-plan.margin, plan.margin), plan, places),
            basis=basis(primary),
        )
    interval = _shown_span(primary.ci95, plan, places)
    if word == "inconclusive":
        return say(
            "{verdict}: {found}, but the 95 % interval goes from {interval} ({basis}).",
            verdict=WORDS[word],
            found=found,
            interval=interval,
            basis=basis(primary),
        )
    return say(
        "{verdict}: {found} (95 % interval {interval}; {basis}).",
        verdict=WORDS[word],
        found=found,
        interval=interval,
        basis=basis(primary),
    )


def _found(primary: TwoWay, plan: Plan) -> Words:
    who, places = complainants_of(plan), _places(primary, plan)
    if plan.scale == "ratio":
        return say(
            "{who:capital} reported {times} times as many problems per response as {shoppers}",
            who=who,
            times=number(math.exp(primary.estimate), places),
            shoppers=SHOPPERS,
        )
    much = number(abs(primary.estimate), places)
    if primary.estimate < 0:
        return say(
            "{who:capital} reported {much} fewer problems per response than {shoppers}",
            who=who,
            much=much,
            shoppers=SHOPPERS,
        )
    return say(
        "{who:capital} reported {much} more problems per response than {shoppers}",
        who=who,
        much=much,
        shoppers=SHOPPERS,
    )


def _places(result: TwoWay, plan: Plan) -> int:
    return 2 if plan.scale == "ratio" else decimals_for(result, plan.margin)


def _shown_span(values: Interval, plan: Plan, places: int) -> Words:
    """Write an interval; one that lies below zero is said as the estimate is: 0.2 to 0.8 fewer."""
    if plan.scale == "ratio":
        return span((math.exp(values[0]), math.exp(values[1])), places)
    if values[1] <= 0:
        return say("{interval} fewer", interval=span((-values[1], -values[0]), places))
    return span(values, places)


def headline(comparison: Comparison) -> Words:
    """Return the verdict as a reader takes it home, without numbers."""
    who = complainants_of(comparison.plan)
    match comparison.verdict:
        case "supported":
            return say("{who:capital} report more problems than {shoppers} do", who=who, shoppers=SHOPPERS)
        case "reversed":
            return say("{who:capital} report fewer problems than {shoppers} do", who=who, shoppers=SHOPPERS)
        case "equivalent":
            return say("{who:capital} and {shoppers} differ too little to matter", who=who, shoppers=SHOPPERS)
    return say("We can’t tell yet whether {who} see more than {shoppers} do", who=who, shoppers=SHOPPERS)


def meaning(comparison: Comparison) -> list[Words]:
    """Return what the verdict says and does not say, for a reader who stops here."""
    if comparison.thin_because:
        return [
            say("There are too few data for any verdict, so none is given, whatever the numbers below look like.")
        ]
    lines = [_meaning_of_interval(comparison)]
    if not comparison.plan.range_applies:
        lines.append(
            say(
                "The claim is about people who have a problem. The people here were not chosen for having one, so "
                "this compares two kinds of witness. It is not yet a test of the claim."
            )
        )
    elif comparison.verdict == "supported":
        lines.append(
            say("It survives taking one problem away from every complainant.")
            if comparison.flags.robust_to_selection
            else say(
                "It does not survive taking one problem away from every complainant: that people with a problem "
                "chose to speak could explain it."
            )
        )
    return lines


def _meaning_of_interval(comparison: Comparison) -> Words:
    plan, flags = comparison.plan, comparison.flags
    match comparison.verdict:
        case "supported":
            said = say(
                "The 95 % interval lies above {zero}, so chance alone is a poor explanation.", zero=_zero(plan)
            )
            if flags.material:
                return said
            return say(
                "{said} It is not shown that the difference exceeds the margin of {margin}.",
                said=said,
                margin=margin_of(plan),
            )
        case "reversed":
            return say(
                "The 95 % interval lies below {zero}, so chance alone is a poor explanation.", zero=_zero(plan)
            )
        case "equivalent":
            said = say(
                "The 90 % interval lies inside the margin ({margin}) that was set as too small to matter.",
                margin=margin_of(plan),
            )
            if flags.sign_detected:
                return say("{said} A difference is there, but it is smaller than that.", said=said)
            return said
    return say("The interval is too wide to say yes, no, or “no difference worth having”.")


def _zero(plan: Plan) -> Words:
    return number(1, 0) if plan.scale == "ratio" else number(0, 0)


def margin_of(plan: Plan) -> Words:
    """Return the margin of the plan in words."""
    if plan.scale == "ratio":
        return say("a ratio of {times}", times=number(math.exp(plan.margin), 2))
    return say("{margin} problems per response", margin=shortest(plan.margin))


def what_would_change_it(comparison: Comparison, about: About) -> list[Words]:
    """Say what further data could turn the verdict, or what a study this thin needs first."""
    if comparison.thin_because:
        return [
            say(
                "A verdict needs at least 5 places where both sources answered about the same kind of visit, and "
                "at least 2 shoppers."
            ),
            say("A study that can expect one has 20 places or more and 10 shoppers or more."),
        ]
    if comparison.verdict == "inconclusive":
        return _how_much_more(comparison.primary, comparison.plan.margin)
    if comparison.verdict == "equivalent":
        return [
            say(
                "A smaller margin, set before the data are seen. Here it is {margin}.",
                margin=margin_of(comparison.plan),
            )
        ]
    other = say(
        "Anything else in which the two sources differ: another mix of cases, one source that asks or measures "
        "in another way, or people who answer because something went wrong."
    )
    if comparison.plan.scale == "difference":
        nearest = min(abs(limit) for limit in comparison.primary.ci95)
        other = say(
            "{other} It would have to shift the comparison by more than {shift} problems per response.",
            other=other,
            shift=number(nearest, _places(comparison.primary, comparison.plan)),
        )
    return [other, *_without_one_problem(comparison, about)]


def _how_much_more(primary: TwoWay, margin: float) -> list[Words]:
    """Say how many times the data would do, if the estimate stayed: half-widths shrink with the square root."""
    half95, half90 = primary.ci95[1] - primary.estimate, primary.ci90[1] - primary.estimate
    distance, room = abs(primary.estimate), margin - abs(primary.estimate)
    lines: list[Words] = []
    if distance > half95 / 10:
        lines.append(
            say(
                "About {times} times the places and shoppers, if the estimate stays: enough to rule out zero.",
                times=number((half95 / distance) ** 2, 1),
            )
        )
    if room > half90 / 10:
        lines.append(
            say(
                "About {times} times the places and shoppers, if the estimate stays: enough for “no difference "
                "worth having”.",
                times=number((half90 / room) ** 2, 1),
            )
        )
    if not lines:
        lines.append(say("Many times the places and shoppers."))
    return [*lines, say("More visits by the same few shoppers add little.")]


def _without_one_problem(comparison: Comparison, about: About) -> list[Words]:
    """Say whether a verdict hangs on a single problem."""
    plan = comparison.plan
    for variant in comparison.variants:
        if variant.without_problem is None:
            continue
        left = _remaining(variant.result, plan, places=_places(comparison.primary, plan))
        without = variant_label(variant, about)
        if variant.result.ci95[0] <= 0 <= variant.result.ci95[1]:
            return [
                say(
                    "The result hangs on one problem. {without:capital}, {left} remain.",
                    without=without,
                    left=left,
                )
            ]
        return [
            say(
                "The result does not hang on one problem. {without:capital}, {left} remain.",
                without=without,
                left=left,
            )
        ]
    return []


def _remaining(result: TwoWay, plan: Plan, *, places: int) -> Words:
    interval = _shown_span(result.ci95, plan, places)
    if plan.scale == "ratio":
        times = number(math.exp(result.estimate), places)
        return say("{times} times as many (95 % interval {interval})", times=times, interval=interval)
    much = number(abs(result.estimate), places)
    if result.estimate < 0:
        return say("{much} fewer (95 % interval {interval})", much=much, interval=interval)
    return say("{much} more (95 % interval {interval})", much=much, interval=interval)


def variant_label(variant: Variant, about: About) -> str:
    """Return the name of a variant, inside a sentence."""
    if variant.without_problem is not None:
        return say("without “{problem}”", problem=lower_first(about.label(variant.without_problem)))
    return variant.label


def error_rates() -> Words:
    """Say how often the method is wrong where the truth is known, in plain words."""
    return say(
        "In simulated studies without any true difference, about 3 of 100 were called “supported” and about 3 of "
        "100 “reversed” at most, where shoppers and places vary as they commonly do and ten shoppers or more took "
        "part. Where few shoppers differ a great deal it was up to 8 % on one side. “No difference worth having” "
        "was said wrongly in at most 6 %."
    )


def not_covered() -> list[Words]:
    """Say what the method cannot guard against."""
    return [
        say(
            "Something that hit one source in all places at once, such as a bad month for customers only. The "
            "answer is about the periods studied."
        ),
        say("One person who writes about several places counts as several people."),
        say(
            "Cases that differ between the sources inside a cell: like is compared with like only as far as the "
            "cells say so."
        ),
    ]
