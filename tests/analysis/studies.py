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
