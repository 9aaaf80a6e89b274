"""A made-up study with all that one can have: every arm and route, themes, severities, costs, feelings."""

import numpy as np
import pandas as pd

from analysis import Tables

#: Code → theme and how often shoppers report it.
PROBLEMS = {
    "long_wait": ("reach", 0.30),
    "no_reply": ("reach", 0.10),
    "needless_trip": ("reach", 0.12),
    "contradictory": ("noise", 0.14),
    "unclear": ("noise", 0.18),
    "no_update": ("noise", 0.20),
    "not_listened": ("misunderstanding", 0.16),
    "repeat_story": ("misunderstanding", 0.15),
    "pointless_step": ("no_logic", 0.10),
    "sent_in_circles": ("no_logic", 0.12),
    "indifferent": ("attitude", 0.16),
    "brushed_off": ("attitude", 0.09),
    "rude": ("attitude", 0.06),
    "unresolved": ("outcome", 0.30),
    "too_late": ("outcome", 0.15),
}
CONTROLS = {"name_not_given": ("control", 0.25), "hours_not_shown": ("control", 0.15)}
BOGUS = {"foreign_form": ("bogus", 0.01), "fingerprint": ("bogus", 0.01), "office_abroad": ("bogus", 0.01)}
BEYOND = {"small_deed": ("beyond", 0.25), "followed_up": ("beyond", 0.15)}
_PEOPLE = (
    ("shopper", "assigned", 0.6),
    ("hired_real_need", "assigned", 0.25),
    ("complainant", "invited", 0.5),
    ("complainant", "open", 0.5),
    ("customer", "invited", 0.2),
)


def whole_study(*, places=24, shoppers=12, ratio=1.6, visits=6, seed=7):
    """Complainants report everything `ratio` times as often as shoppers, at each place, with a little noise."""
    random = np.random.default_rng(seed)
    rows = []
    for place in range(places):
        for arm, route, share in _PEOPLE:
            for _ in range(max(1, round(visits * share))):
                hired = arm in ("shopper", "hired_real_need")
                rows.append((arm, route, place, f"S{random.integers(shoppers):02d}" if hired else ""))
    table = pd.DataFrame(rows, columns=["arm", "route", "place", "shopper"])
    n = len(table)
    table["response_id"] = [f"r{row:05d}" for row in range(n)]
    table["location"] = "Branch " + (table["place"] + 1).astype(str).str.zfill(2)
    table["scenario"] = random.choice(["wrong_bill", "late_delivery"], n)
    table["list_answered"] = "yes"
    day = pd.Timestamp("2026-03-01") + pd.to_timedelta(random.integers(0, 28, n), unit="D")
    table["visited_on"] = day.strftime("%Y-%m-%d")
    table["submitted_at"] = (day + pd.to_timedelta(random.integers(0, 20, n), unit="D")).strftime("%Y-%m-%d")
    hired = table["arm"].isin(["shopper", "hired_real_need"]).to_numpy()
    complains = (table["arm"] == "complainant").to_numpy()
    table["cost"] = np.where(hired, 30.0, 4.0)
    table["minutes"] = random.integers(5, 40, n).astype(float)
    table["stake"] = np.where(complains, random.integers(1, 11, n), random.integers(0, 8, n)).astype(float)
    table["felt"] = np.where(complains, random.integers(-3, 2, n), random.integers(-2, 4, n)).astype(float)
    apologised = random.random(n) < 0.4
    table["apologised"] = np.where(apologised, "yes", "no")
    table["felt"] = (table["felt"] + apologised).clip(-3, 3)
    table["trace"] = (2 + table["felt"] ** 2 * 0.6 + random.integers(0, 3, n)).clip(0, 10)
    table["told_people"] = random.poisson(np.where(table["felt"] < 0, 6, 3)).astype(float)
    table["beyond_answered"] = np.where(random.random(n) < 0.5, "yes", "no")
    table["recognised"] = np.where(hired & (random.random(n) < 0.1), "yes", "no")
    table["items_shown"], table["controls_shown"], table["bogus_shown"] = 18, 2, 3
    effect = random.lognormal(0, 0.15, places)[table["place"]]
    wide = {}
    for codes, lift in ((PROBLEMS, ratio), (CONTROLS, 1.0), (BOGUS, 1.0), (BEYOND, ratio)):
        for code, (theme, share) in codes.items():
            times = np.where(
                complains, lift * (1.2 if theme in ("noise", "no_logic") and ratio > 1.2 else 1.0), 1.0
            )
            wide[code] = random.random(n) < np.clip(share * effect * times, 0, 0.95)
    ticked = pd.DataFrame(wide)
    at, which = np.nonzero(ticked.to_numpy())
    themes = {code: theme for codes in (PROBLEMS, CONTROLS, BOGUS, BEYOND) for code, (theme, _) in codes.items()}
    codes = ticked.columns.to_numpy()[which]
    sightings = pd.DataFrame(
        {
            "response_id": table["response_id"].to_numpy()[at],
            "problem": codes,
            "theme": [themes[code] for code in codes],
            "severity": random.integers(1, 4, len(at)) + complains[at] * random.integers(0, 2, len(at)),
            "origin": np.where(random.random(len(at)) < 0.05, "coded", "checklist"),
        }
    )
    return Tables(table.drop(columns="place"), sightings)


#: One study for each verdict.
STUDIES = {
    "supported": {"ratio": 1.6},
    "reversed": {"ratio": 0.55},
    "equivalent": {"ratio": 1.0, "places": 60, "shoppers": 40, "visits": 8},
    "inconclusive": {"ratio": 1.1, "places": 8, "shoppers": 4, "visits": 4},
}
PLAN = {"resamples": 499}
