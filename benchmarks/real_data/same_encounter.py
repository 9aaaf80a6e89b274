"""The patient's report and an observer's record of the same consultation."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from analysis.agreement import bland_altman, concordance, icc, kappa, krippendorff_alpha, krippendorff_interval
from analysis.inference import mcnemar, rank_correlation
from analysis.inference.location_jackknife import location_jackknife
from benchmarks.real_data.writing import Found, fill_in, number, table, with_interval

RESAMPLES = 999
#: Visits shorter than this are "too short" in the comparison of the Birbhum visits.
SHORT = 3


def page(path: Path) -> str:
    """Return the page."""
    pairs = pd.read_csv(path)
    short = pd.DataFrame(
        {who: (pairs[f"{who}_minutes"] < SHORT).astype(int) for who in ("patient", "observer")}
        | {"location": pairs["location"]}
    )
    medicine = pairs.rename(columns=lambda name: name.removesuffix("_any_medicine"))
    exams = rank_correlation(
        pairs["patient_exams_of4"], pairs["observer_exams"], cluster=pairs["location"], resamples=RESAMPLES
    )
    return fill_in(
        "same_encounter.md",
        pairs=f"{len(pairs):,}",
        places=f"{pairs['location'].nunique():,}",
        amounts=table(
            ["", "minutes", "rupees"],
            zip(*(_amounts(pairs, name) for name in ("", "minutes", "price_inr")), strict=True),
        ),
        facts=table(
            ["", "a medicine was given or prescribed", "under 3 minutes"],
            zip(_facts(None), _facts(medicine), _facts(short), strict=True),
        ),
        exams=with_interval(exams),
        bias=number(bland_altman(pairs["patient_minutes"], pairs["observer_minutes"]).bias),
        short_kappa=number(kappa(short["patient"], short["observer"], levels=[0, 1]).estimate),
        short_patient=f"{100 * short['patient'].mean():.1f}",
        short_observer=f"{100 * short['observer'].mean():.1f}",
    )


def _amounts(pairs: pd.DataFrame, name: str) -> list[str]:
    if not name:
        return [
            "patients' mean",
            "observers' mean",
            "bias: patient minus observer, interval over places",
            "limits of agreement",
            "concordance (Lin)",
            "ICC2, absolute agreement",
            "the same number, % of pairs",
        ]
    patient, observer = pairs[f"patient_{name}"], pairs[f"observer_{name}"]
    limits = bland_altman(patient, observer)
    together = concordance(patient, observer)
    alike = icc(pd.DataFrame({"patient": patient, "observer": observer}), "ICC2")
    return [
        number(patient.mean()),
        number(observer.mean()),
        with_interval(_bias(pairs, patient - observer)),
        f"{number(limits.limits[0], 1)} to {number(limits.limits[1], 1)}",
        with_interval((together.estimate, together.ci95)),
        with_interval((alike.estimate, alike.ci95)),
        f"{100 * (patient == observer).mean():.0f}",
    ]


def _bias(pairs: pd.DataFrame, difference: pd.Series) -> Found:
    """Return the mean difference with a jackknife over places: consultations of one place are alike."""
    sums = difference.groupby(pairs["location"]).agg(["sum", "size"]).to_numpy(dtype=np.float64)
    found = location_jackknife(sums, lambda added: added[..., 0] / added[..., 1])
    return found.estimate, found.ci95


def _facts(pairs: pd.DataFrame | None) -> list[str]:
    if pairs is None:
        return [
            "patients say yes, %",
            "observers say yes, %",
            "both the same, %",
            "kappa",
            "Krippendorff's alpha, interval over places",
            "only patients, only observers",
            "p of McNemar (mid-p)",
        ]
    patient, observer = pairs["patient"], pairs["observer"]
    agreement = kappa(patient, observer, levels=[0, 1])
    half = 1.96 * agreement.se
    only = int((patient > observer).sum()), int((patient < observer).sum())
    p = mcnemar(only[1], only[0]).p_mid
    ratings = [patient, observer]
    interval = krippendorff_interval(ratings, "nominal", cluster=pairs["location"], resamples=RESAMPLES)
    return [
        f"{100 * patient.mean():.1f}",
        f"{100 * observer.mean():.1f}",
        f"{100 * (patient == observer).mean():.1f}",
        with_interval((agreement.estimate, (agreement.estimate - half, agreement.estimate + half))),
        with_interval((krippendorff_alpha(ratings, "nominal"), interval)),
        f"{only[0]}, {only[1]}",
        "below 0.001" if p < 0.001 else number(p, 3),
    ]
