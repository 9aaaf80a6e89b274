"""One sentence a hypothesis: what was found with its interval, or why nothing can be said."""

from __future__ import annotations

import math
from collections.abc import Callable

from analysis.documents.wording import WORDS
from analysis.language import Listed, Words, say
from analysis.language.numbers import NOT_KNOWN, interval, locations, number, p_value, responses
from analysis.shapes.hypotheses import Contrast, HypothesisResult
from analysis.shapes.names import SHOPPERS, complainants_of, theme_name
from analysis.shapes.plan import Plan
from analysis.shapes.vocabulary import COMPLAINANTS as COMPLAINANT
from analysis.shapes.vocabulary import SHOPPERS as SHOPPER


def hypothesis_sentence(found: HypothesisResult, plan: Plan, *, primary: str) -> str:
    """Return the sentence of a hypothesis.

    Parameters
    ----------
    found : HypothesisResult
    plan : Plan
    primary : str
        The sentence of the verdict: H1 says the same.
    """
    if found.id == "H1":
        return primary
    if not found.estimable:
        reason = found.reason or NOT_KNOWN
        return say("{says}: not estimable, because {reason}.", says=SAYS[found.id], reason=reason)
    return _SENTENCES[found.id](found, plan)


def _different_problems(found: HypothesisResult, plan: Plan) -> Words:
    who, much, shown = complainants_of(plan), number(abs(found.estimate), 2), interval(found.ci95, 2)
    n, everywhere = number(found.locations, 0), number(found.numbers["locations_of"], 0)
    if found.estimate < 0:
        said = say(
            "Two {who} find {much} fewer different problems than two {shoppers} do ({interval}; at {n} of {all} "
            "places)",
            who=who,
            much=much,
            shoppers=SHOPPERS,
            interval=shown,
            n=n,
            all=everywhere,
        )
    else:
        said = say(
            "Two {who} find {much} more different problems than two {shoppers} do ({interval}; at {n} of {all} "
            "places)",
            who=who,
            much=much,
            shoppers=SHOPPERS,
            interval=shown,
            n=n,
            all=everywhere,
        )
    return _with_word(said, found)


def _gravity(found: HypothesisResult, plan: Plan) -> Words:
    who, much, shown = complainants_of(plan), number(abs(found.estimate), 2), interval(found.ci95, 2)
    if found.estimate < 0:
        said = say(
            "The gravest problem of {who} is {much} steps less grave than that of {shoppers} ({interval})",
            who=who,
            much=much,
            shoppers=SHOPPERS,
            interval=shown,
        )
    else:
        said = say(
            "The gravest problem of {who} is {much} steps graver than that of {shoppers} ({interval})",
            who=who,
            much=much,
            shoppers=SHOPPERS,
            interval=shown,
        )
    return _with_word(said, found)


def _focus(found: HypothesisResult, plan: Plan) -> Words:
    low, high = (math.exp(limit) if math.isfinite(limit) else math.nan for limit in found.ci95)
    said = say(
        "In {themes} {who} report {focus} times as much as {shoppers}, elsewhere {others} times; the first is "
        "{ratio} times the second ({interval})",
        themes=Listed([theme_name(theme) for theme in plan.focus_themes]),
        who=complainants_of(plan),
        shoppers=SHOPPERS,
        focus=number(found.numbers["ratio_focus"], 2),
        others=number(found.numbers["ratio_others"], 2),
        ratio=number(math.exp(found.estimate), 2),
        interval=interval((low, high), 2),
    )
    return _with_word(said, found)


def _cheapness(found: HypothesisResult, plan: Plan) -> Words:
    who, much, shown = complainants_of(plan), number(abs(found.estimate), 2), interval(found.ci95, 2)
    theirs, ours = (number(found.numbers[f"cost_{side}"], 2) for side in (SHOPPER, COMPLAINANT))
    if found.estimate < 0:
        said = say(
            "At equal effort a different problem costs {theirs} by {shoppers} and {ours} by {who}: {much} less by "
            "{shoppers} ({interval})",
            theirs=theirs,
            ours=ours,
            shoppers=SHOPPERS,
            who=who,
            much=much,
            interval=shown,
        )
    else:
        said = say(
            "At equal effort a different problem costs {theirs} by {shoppers} and {ours} by {who}: {much} more by "
            "{shoppers} ({interval})",
            theirs=theirs,
            ours=ours,
            shoppers=SHOPPERS,
            who=who,
            much=much,
            interval=shown,
        )
    days = [found.numbers.get(f"days_{side}", math.nan) for side in (SHOPPER, COMPLAINANT)]
    if all(math.isfinite(value) for value in days):
        said = say(
            "{said}; days until 80 % of what there is to hear is heard: {theirs} by {shoppers}, {ours} by {who}",
            said=said,
            theirs=number(days[0], 0),
            shoppers=SHOPPERS,
            ours=number(days[1], 0),
            who=who,
        )
    return _described(said)


def _word_of_mouth(found: HypothesisResult, _: Plan) -> Words:
    return say(
        "The displeased told {displeased} people on average, the pleased {pleased}: {times} times as "
        "many ({interval}; {basis}). The article’s 11 and 6 are its own numbers, not ours. Described, not tested.",
        displeased=number(found.numbers["displeased"], 1),
        pleased=number(found.numbers["pleased"], 1),
        times=number(found.estimate, 2),
        interval=interval(found.ci95, 2),
        basis=basis_of(found),
    )


def _apology(found: HypothesisResult, _: Plan) -> Words:
    much, shown, basis = number(abs(found.estimate), 2), interval(found.ci95, 2), basis_of(found)
    if found.estimate < 0:
        return say(
            "Where somebody apologised, people felt {much} steps worse than where nobody did, at the same kind of "
            "visit ({interval}; {basis}). An association: it does not say that the apology did it.",
            much=much,
            interval=shown,
            basis=basis,
        )
    return say(
        "Where somebody apologised, people felt {much} steps better than where nobody did, at the same kind "
        "of visit ({interval}; {basis}). An association: it does not say that the apology did it.",
        much=much,
        interval=shown,
        basis=basis,
    )


def _beyond(found: HypothesisResult, plan: Plan) -> Words:
    who, much, shown = complainants_of(plan), number(abs(found.estimate), 2), interval(found.ci95, 2)
    if found.estimate < 0:
        said = say(
            "{who:capital} report {much} fewer moments beyond the standard than {shoppers} do ({interval})",
            who=who,
            much=much,
            shoppers=SHOPPERS,
            interval=shown,
        )
    else:
        said = say(
            "{who:capital} report {much} more moments beyond the standard than {shoppers} do ({interval})",
            who=who,
            much=much,
            shoppers=SHOPPERS,
            interval=shown,
        )
    return _with_word(said, found)


def _trace(found: HypothesisResult, _: Plan) -> Words:
    low, high = found.ci95
    shape = say("no clear U")
    if low > 0:
        shape = say("a U: the very good and the very bad are remembered, the middling is not")
    elif high < 0:
        shape = say("the opposite of a U: the middling is remembered best")
    return say(
        "How long an encounter is remembered, over how it felt, bends by {much} ({interval}; {basis}): {shape}. "
        "Described, not tested.",
        much=number(found.estimate, 2),
        interval=interval(found.ci95, 2),
        basis=basis_of(found),
        shape=shape,
    )


def _ranks(found: HypothesisResult, plan: Plan) -> Words:
    said = say(
        "Both sources rank {places} alike with a correlation of {much} ({interval}; reliability of the means: "
        "{shoppers} {theirs}, {who} {ours})",
        places=locations(found.locations),
        much=number(found.estimate, 2),
        interval=interval(found.ci95, 2),
        shoppers=SHOPPERS,
        theirs=number(found.numbers["reliability_shoppers"], 2),
        who=complainants_of(plan),
        ours=number(found.numbers["reliability_complainants"], 2),
    )
    if math.isfinite(found.numbers["places"]):
        limits = found.numbers["places_low"], found.numbers["places_high"]
        return say(
            "{said}. Without the noise of these means it would be {much} ({interval}). Described, not tested.",
            said=said,
            much=number(found.numbers["places"], 2),
            interval=interval(limits, 2),
        )
    return say(
        "{said}. What it is without the noise is not estimable: {reason}. Described, not tested.",
        said=said,
        reason=found.reason or NOT_KNOWN,
    )


def _with_word(said: Words, found: HypothesisResult) -> Words:
    if found.verdict is None:
        return say("{said:capital}. Not tested: {reason}.", said=said, reason=found.reason or NOT_KNOWN)
    if math.isfinite(found.p_holm):
        return say(
            "{verdict}: {found}, p {p}, by Holm {holm}.",
            verdict=WORDS[found.verdict],
            found=said,
            p=p_value(found.p_value),
            holm=p_value(found.p_holm),
        )
    return say("{verdict}: {found}, p {p}.", verdict=WORDS[found.verdict], found=said, p=p_value(found.p_value))


def _described(said: Words) -> Words:
    return say("{said:capital}. Described, not tested.", said=said)


def basis_of(found: HypothesisResult | Contrast) -> Words:
    """Say on how much a result rests: 412 responses, 24 places; places only where nobody counts responses."""
    if not found.responses:
        return locations(found.locations)
    return say("{responses}, {places}", responses=responses(found.responses), places=locations(found.locations))


#: What each hypothesis is about, in a few words.
SAYS = {
    "H1": say("Problems per response"),
    "H2": say("Different problems that two people find"),
    "H3": say("Gravity of what is seen"),
    "H4": say("The focus themes beside the others"),
    "H5": say("Cost and time"),
    "H6": say("How many people are told"),
    "H7": say("Apology and feeling"),
    "H8": say("Moments beyond the standard"),
    "H9": say("What leaves a trace"),
    "H10": say("Whether places rank alike"),
}
_SENTENCES: dict[str, Callable[[HypothesisResult, Plan], Words]] = {
    "H2": _different_problems,
    "H3": _gravity,
    "H4": _focus,
    "H5": _cheapness,
    "H6": _word_of_mouth,
    "H7": _apology,
    "H8": _beyond,
    "H9": _trace,
    "H10": _ranks,
}

_OF_THE_FOUR = say(
    "Refuted if the 95 % interval lies below zero, or the 90 % interval inside the margin on both sides of zero."
)
#: What would speak against each hypothesis.
REFUTED_IF = {
    "H1": _OF_THE_FOUR,
    "H2": say("Refuted if the 95 % interval lies below zero; it never says that there is no difference."),
    "H3": _OF_THE_FOUR,
    "H4": say("Refuted if the interval of the last ratio lies below 1, or its 90 % interval inside the margin."),
    "H5": say("Spoken against if a different problem costs less by shoppers, and they reach 80 % sooner."),
    "H6": say("Spoken against if the interval lies below 1."),
    "H7": say("Spoken against if the interval lies below zero."),
    "H8": _OF_THE_FOUR,
    "H9": say("Spoken against if the interval lies below zero."),
    "H10": say("Spoken against if the interval lies far below 1."),
}

#: What each step isolates.
STEPS = {
    "N−P": say("Pretence alone (hired people with a real need, minus shoppers)"),
    "R−N": say(
        "Pay, training and expecting to evaluate (invited complainants, minus hired people with a real need)"
    ),
    "L−R": say("Coming by oneself (complainants through an open link, minus invited ones)"),
}
#: Where the step cannot be told, its name does not say what it would have isolated.
GAPS = {
    "N−P": say("Hired people with a real need beside shoppers"),
    "R−N": say("Invited complainants beside hired people with a real need"),
    "L−R": say("Complainants through an open link beside invited ones"),
}


def step_sentence(contrast: Contrast) -> Words:
    """Return the sentence of a step between two kinds of witness, or the name of the gap."""
    if not math.isfinite(contrast.estimate):
        reason = contrast.reason or NOT_KNOWN
        return say("{gap}: this step is missing, because {reason}.", gap=GAPS[contrast.step], reason=reason)
    much, shown = number(abs(contrast.estimate), 2), interval(contrast.ci95, 2)
    if contrast.estimate < 0:
        return say(
            "{step}: {much} fewer problems per response ({interval}; {places}). Described, not tested.",
            step=STEPS[contrast.step],
            much=much,
            interval=shown,
            places=locations(contrast.locations),
        )
    return say(
        "{step}: {much} more problems per response ({interval}; {places}). Described, not tested.",
        step=STEPS[contrast.step],
        much=much,
        interval=shown,
        places=locations(contrast.locations),
    )
