"""One sentence a hypothesis: what was found with its interval, or why nothing can be said."""

from __future__ import annotations

import math
from collections.abc import Callable

from analysis.documents.numbers import number, p_value, span
from analysis.documents.wording import SHOPPERS, WORDS
from analysis.language import lower_first
from analysis.shapes.hypotheses import Contrast, HypothesisResult
from analysis.shapes.plan import Plan
from analysis.shapes.results import Interval


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
        return f"{_SAYS[found.id]}: not estimable, because {found.reason}."
    return _SENTENCES[found.id](found, plan)


def _different_problems(found: HypothesisResult, plan: Plan) -> str:
    who = plan.label_complainants
    more = f"{number(abs(found.estimate), 2)} {'fewer' if found.estimate < 0 else 'more'}"
    where = f"at {found.locations} of {number(found.numbers['locations_of'], 0)} places"
    said = (
        f"Two {lower_first(who)} find {more} different problems than two {SHOPPERS} do "
        f"({_interval(found.ci95, 2)}; {where})"
    )
    return _with_word(said, found)


def _gravity(found: HypothesisResult, plan: Plan) -> str:
    direction = "less grave" if found.estimate < 0 else "graver"
    steps = f"{number(abs(found.estimate), 2)} steps {direction}"
    said = f"The gravest problem of {lower_first(plan.label_complainants)} is {steps} than that of {SHOPPERS}"
    return _with_word(f"{said} ({_interval(found.ci95, 2)})", found)


def _focus(found: HypothesisResult, plan: Plan) -> str:
    themes = ", ".join(theme.replace("_", " ") for theme in plan.focus_themes)
    low, high = (math.exp(limit) if math.isfinite(limit) else math.nan for limit in found.ci95)
    said = (
        f"In {themes} {lower_first(plan.label_complainants)} report "
        f"{number(found.numbers['ratio_focus'], 2)} times as much as {SHOPPERS}, elsewhere "
        f"{number(found.numbers['ratio_others'], 2)} times; the first is "
        f"{number(math.exp(found.estimate), 2)} times the second ({_interval((low, high), 2)})"
    )
    return _with_word(said, found)


def _cheapness(found: HypothesisResult, plan: Plan) -> str:
    shoppers, complainants = found.numbers["cost_shopper"], found.numbers["cost_complainant"]
    said = (
        f"At equal effort a different problem costs {number(shoppers, 2)} by {SHOPPERS} and "
        f"{number(complainants, 2)} by {lower_first(plan.label_complainants)}: "
        f"{number(abs(found.estimate), 2)} {'less' if found.estimate < 0 else 'more'} by {SHOPPERS} "
        f"({_interval(found.ci95, 2)})"
    )
    days = [found.numbers.get(f"days_{side}", math.nan) for side in ("shopper", "complainant")]
    if all(math.isfinite(value) for value in days):
        said += (
            f"; days until 80 % of what there is to hear is heard: {number(days[0], 0)} by {SHOPPERS}, "
            f"{number(days[1], 0)} by {lower_first(plan.label_complainants)}"
        )
    return f"{said}. Described, not tested."


def _word_of_mouth(found: HypothesisResult, _: Plan) -> str:
    return (
        f"The displeased told {number(found.numbers['displeased'], 1)} people on average, the pleased "
        f"{number(found.numbers['pleased'], 1)}: {number(found.estimate, 2)} times as many "
        f"({_interval(found.ci95, 2)}; {_basis(found)}). The article’s 11 and 6 are its own numbers, not ours. "
        "Described, not tested."
    )


def _apology(found: HypothesisResult, _: Plan) -> str:
    better = "worse" if found.estimate < 0 else "better"
    return (
        f"Where somebody apologised, people felt {number(abs(found.estimate), 2)} steps {better} than where "
        f"nobody did, at the same kind of visit ({_interval(found.ci95, 2)}; {_basis(found)}). An association: it "
        "does not say that the apology did it."
    )


def _beyond(found: HypothesisResult, plan: Plan) -> str:
    more = f"{number(abs(found.estimate), 2)} {'fewer' if found.estimate < 0 else 'more'}"
    said = (
        f"{plan.label_complainants} report {more} moments beyond the standard than {SHOPPERS} do "
        f"({_interval(found.ci95, 2)})"
    )
    return _with_word(said, found)


def _trace(found: HypothesisResult, _: Plan) -> str:
    low, high = found.ci95
    shape = "no clear U"
    if low > 0:
        shape = "a U: the very good and the very bad are remembered, the middling is not"
    elif high < 0:
        shape = "the opposite of a U: the middling is remembered best"
    return (
        f"How long an encounter is remembered, over how it felt, bends by {number(found.estimate, 2)} "
        f"({_interval(found.ci95, 2)}; {_basis(found)}): {shape}. Described, not tested."
    )


def _ranks(found: HypothesisResult, plan: Plan) -> str:
    reliabilities = (
        f"reliability of the means: {SHOPPERS} {number(found.numbers['reliability_shoppers'], 2)}, "
        f"{lower_first(plan.label_complainants)} {number(found.numbers['reliability_complainants'], 2)}"
    )
    said = (
        f"Both sources rank {_places(found.locations)} alike with a correlation of "
        f"{number(found.estimate, 2)} ({_interval(found.ci95, 2)}; {reliabilities})"
    )
    if math.isfinite(found.numbers["places"]):
        limits = found.numbers["places_low"], found.numbers["places_high"]
        return (
            f"{said}. Without the noise of these means it would be {number(found.numbers['places'], 2)} "
            f"({_interval(limits, 2)}). Described, not tested."
        )
    return f"{said}. What it is without the noise is not estimable: {found.reason}. Described, not tested."


def _with_word(said: str, found: HypothesisResult) -> str:
    if found.verdict is None:
        return f"{said}. Not tested: {found.reason}."
    p = f"p {p_value(found.p_value)}"
    if math.isfinite(found.p_holm):
        p += f", by Holm {p_value(found.p_holm)}"
    return f"{WORDS[found.verdict]}: {lower_first(said)}, {p}."


def _interval(values: Interval, decimals: int) -> str:
    if not math.isfinite(values[0]):
        return "no interval can be given"
    return f"95\N{NO-BREAK SPACE}% interval {span(values, decimals)}"


def _basis(found: HypothesisResult) -> str:
    return f"{found.responses} responses, {_places(found.locations)}"


def _places(count: int) -> str:
    return "1 place" if count == 1 else f"{count} places"


_SAYS = {
    "H2": "Different problems that two people find",
    "H3": "Gravity of what is seen",
    "H4": "The focus themes beside the others",
    "H5": "Cost and time",
    "H6": "How many people are told",
    "H7": "Apology and feeling",
    "H8": "Moments beyond the standard",
    "H9": "What leaves a trace",
    "H10": "Whether places rank alike",
}
_SENTENCES: dict[str, Callable[[HypothesisResult, Plan], str]] = {
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

_STEPS = {
    "N−P": "Pretence alone (hired people with a real need, minus shoppers)",
    "R−N": "Pay, training and expecting to evaluate (invited complainants, minus hired people with a real need)",
    "L−R": "Coming by oneself (complainants through an open link, minus invited ones)",
}
#: Where the step cannot be told, its name does not say what it would have isolated.
_GAPS = {
    "N−P": "Hired people with a real need beside shoppers",
    "R−N": "Invited complainants beside hired people with a real need",
    "L−R": "Complainants through an open link beside invited ones",
}


def step_sentence(contrast: Contrast) -> str:
    """Return the sentence of a step between two kinds of witness, or the name of the gap."""
    if not math.isfinite(contrast.estimate):
        return f"{_GAPS[contrast.step]}: this step is missing, because {contrast.reason}."
    more = f"{number(abs(contrast.estimate), 2)} {'fewer' if contrast.estimate < 0 else 'more'}"
    said = f"{_STEPS[contrast.step]}: {more} problems per response ({_interval(contrast.ci95, 2)}"
    return f"{said}; {_places(contrast.locations)}). Described, not tested."
