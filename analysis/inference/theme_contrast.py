"""H4: is the difference larger for some themes than for the others, as a ratio of ratios?"""

from __future__ import annotations

import math
from dataclasses import replace

from analysis.inference.cells import CellSums
from analysis.inference.two_way_variance import two_way_of_sums
from analysis.language import Listed, Words, say
from analysis.shapes.intervals import t_interval, t_p_value
from analysis.shapes.names import COMPLAINANTS, SHOPPERS
from analysis.shapes.results import NOT_ESTIMABLE, TwoWay


def theme_contrast(focus: CellSums, others: CellSums, *, complainants: Words = COMPLAINANTS) -> TwoWay:
    """Return log RR of the focus themes minus log RR of the other themes, with the two-way variance.

    RR is the ratio of the arms' means over places of cell means. The variance is that of the linearised
    statistic: the two-way method on z = y_f/m_f − y_o/m_o, where m is the mean of the response's own arm.

    Parameters
    ----------
    focus, others : CellSums
        Problems per response in the focus themes and in the others, over the same cells.
    complainants : Words
        What the complainants are called.

    Returns
    -------
    TwoWay
        On the log scale: 0 if both ratios are the same, log 2 if the focus ratio is twice the other. NaN, with a
        sentence in `warnings`, where a source reported nothing in one of the two.

    Notes
    -----
    What the number means: above 0, complainants see more than shoppers above all in the focus themes. A
    difference of differences would not do: if everything is seen 1.5 times as often, the commoner themes differ
    more.
    """
    in_focus, elsewhere = two_way_of_sums(focus), two_way_of_sums(others)
    means = {
        complainants: (in_focus.complainants_mean, elsewhere.complainants_mean),
        SHOPPERS: (in_focus.shoppers_mean, elsewhere.shoppers_mean),
    }
    if not in_focus.locations:
        return in_focus
    empty = [group for group, both in means.items() if not min(both) > 0]
    if empty:
        nothing = say("{who} reported nothing in the focus themes, or nothing outside them", who=Listed(empty))
        return replace(
            in_focus,
            estimate=math.nan,
            se=math.nan,
            ci95=NOT_ESTIMABLE,
            ci90=NOT_ESTIMABLE,
            p_value=math.nan,
            ratio=math.nan,
            warnings=(*in_focus.warnings, nothing),
            scale="ratio",
        )
    one, other = (
        sums.scaled(complainants=means[complainants][place], shoppers=means[SHOPPERS][place])
        for place, sums in enumerate((focus, others))
    )
    contrast = replace(
        focus,
        complainant_total=one.complainant_total - other.complainant_total,
        group_total=one.group_total - other.group_total,
    )
    linearised = two_way_of_sums(contrast)
    estimate = math.log(in_focus.ratio) - math.log(elsewhere.ratio)
    return replace(
        linearised,
        estimate=estimate,
        ci95=t_interval(estimate, linearised.se, linearised.df, 0.95),
        ci90=t_interval(estimate, linearised.se, linearised.df, 0.90),
        p_value=t_p_value(estimate, linearised.se, linearised.df),
        ratio=math.exp(estimate),
        scale="ratio",
    )
