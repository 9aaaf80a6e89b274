"""Small studies for the tests of the analysis: made by hand, by rule, or drawn by Hypothesis."""

import numpy as np
import pandas as pd
from hypothesis import strategies as st

from analysis import Tables

PROBLEMS = ("long_wait", "no_reply", "unclear", "wrong_info", "rude")


def study(*, places=6, shoppers=4, per_cell=2, extra=1, seed=1):
    """Complainants see `extra` problems more than shoppers, at every place, with some noise."""
    random = np.random.default_rng(seed)
    responses, sightings = [], []
    for place in range(places):
        for arm in ("shopper", "complainant"):
            for person in range(per_cell):
                name = f"{arm[0]}{place}-{person}"
                shopper = f"S{(place + person) % shoppers}" if arm == "shopper" else ""
                responses.append({"response_id": name, "arm": arm, "location": f"L{place}", "shopper": shopper})
                base = int(random.integers(1, 3)) + (extra if arm == "complainant" else 0)
                sightings += [{"response_id": name, "problem": code} for code in PROBLEMS[:base]]
    columns = ["response_id", "problem"]
    return pd.DataFrame(responses), pd.DataFrame(sightings, columns=columns)


def tables(**how):
    return Tables(*study(**how))


@st.composite
def studies(draw):
    """Draw a study of 2 to 5 places, with crossing shoppers, several scenarios, and any sightings."""
    responses, sightings = [], []
    for place in range(draw(st.integers(2, 5))):
        for arm in ("shopper", "complainant"):
            for number in range(draw(st.integers(1, 4))):
                name = f"{place}-{arm}-{number}"
                responses.append(
                    {
                        "response_id": name,
                        "arm": arm,
                        "location": f"L{place}",
                        "scenario": draw(st.sampled_from(("bill", "return"))),
                        "shopper": f"S{draw(st.integers(0, 3))}" if arm == "shopper" else "",
                    }
                )
                seen = draw(st.sets(st.sampled_from(PROBLEMS)))
                sightings += [{"response_id": name, "problem": code} for code in sorted(seen)]
    return pd.DataFrame(responses), pd.DataFrame(sightings, columns=["response_id", "problem"])


_CHOICES = {
    "arm": ("shopper", "complainant", "complainant", "shopper", "hired_real_need", "customer"),
    "route": ("invited", "open", "brought_in"),
    "scenario": ("bill", "return"),
    "channel": ("phone", "in_person", ""),
    "list_answered": ("yes", "yes", "yes", "no"),
    "index_problem": ("", "wrong_info", "rude; unclear"),
    "beyond_answered": ("yes", "no"),
    "list_hash": ("one", "one", "two"),
    "visited_on": ("2026-01-03", "2026-01-20", "2026-02-05", ""),
    "submitted_at": ("2026-02-06", "2026-03-01", ""),
    "minutes": (3, 7.25, ""),
    "cost": (0, 12.5, 30.1, ""),
    "stake": (0, 2, 9, ""),
    "felt": (-3, -1, 0, 2, ""),
    "apologised": ("yes", "no", "not_needed", ""),
    "trace": (0, 5, 10, ""),
    "recommend": (0, 7, 10, ""),
    "told_people": (0, 1, 11, ""),
    "recognised": ("yes", "no", "not_sure", ""),
    "played_as_briefed": ("yes", "partly", "no"),
    "items_shown": (29, ""),
    "controls_shown": (2, 0, ""),
    "bogus_shown": (3, ""),
    "flags": ("", "too_fast", "too_fast;straight_line"),
    "mirror_draw": ("", "by_lot"),
    "item_calm": (1, 4, 7, ""),
}
_THEMES = {
    "long_wait": "reach",
    "no_reply": "reach",
    "unclear": "noise",
    "wrong_info": "noise",
    "rude": "attitude",
}
_THEMES |= {"name_not_given": "control", "fingerprint": "bogus", "small_deed": "beyond", "too_late": "outcome"}


@st.composite
def rich_studies(draw):
    """Draw a study with any of the columns that a study can have, some known, some not, all arms and routes."""
    columns = draw(st.sets(st.sampled_from(sorted(set(_CHOICES) - {"arm"}))))
    responses, sightings = [], []
    for place in range(draw(st.integers(1, 6))):
        for number in range(draw(st.integers(1, 8))):
            name = f"{place}-{number}"
            row = {"response_id": name, "location": f"L{place}"}
            row |= {column: draw(st.sampled_from(_CHOICES[column])) for column in sorted({*columns, "arm"})}
            row["shopper"] = f"S{draw(st.integers(0, 3))}" if row["arm"] in ("shopper", "hired_real_need") else ""
            responses.append(row)
            sightings += [
                {
                    "response_id": name,
                    "problem": code,
                    "theme": _THEMES[code],
                    "severity": draw(st.sampled_from((1, 2, 4, ""))),
                    "origin": draw(st.sampled_from(("checklist", "checklist", "coded"))),
                }
                for code in sorted(draw(st.sets(st.sampled_from(sorted(_THEMES)))))
            ]
    kept = draw(st.sets(st.sampled_from(("theme", "severity", "origin"))))
    named = ["response_id", "problem", *sorted(kept)]
    rows = pd.DataFrame(sightings, columns=["response_id", "problem", "theme", "severity", "origin"])[named]
    return pd.DataFrame(responses), rows.drop_duplicates(["response_id", "problem"])
