"""How strong would something unseen have to be to explain the result away?"""

from __future__ import annotations

import math
import warnings
from dataclasses import dataclass

from analysis.checks.evidence import Evidence, shown
from analysis.inference.randomisation import shoppers_cross
from analysis.language import say
from analysis.selection import e_value, rosenbaum_gamma
from analysis.shapes.checks import CheckResult, not_estimable


@dataclass(frozen=True)
class EValue:
    """The E-value of the ratio of the arms' means (VanderWeele & Ding 2017). Informational."""

    id: str = "e_value"

    def run(self, evidence: Evidence) -> CheckResult:
        """Return what the check found."""
        ratio = evidence.log_ratio
        if not math.isfinite(ratio.estimate):
            return not_estimable(self.id, say("the ratio of the two sources is not known"))
        low, high = ratio.ci95
        limit = None
        if math.isfinite(low):
            limit = math.exp(low) if ratio.estimate > 0 else math.exp(high)
        found = e_value(ratio.ratio, limit)
        said = say(
            "Something unseen would have to go with both the source and the problems by a ratio of {estimate} to "
            "explain the estimate away, and of {limit} to bring its interval to no difference.",
            estimate=shown(found.estimate),
            limit=shown(found.limit),
        )
        columns = say("to explain the estimate"), say("to explain its interval")
        return CheckResult(self.id, "informational", said, columns, ((found.estimate, found.limit),))


@dataclass(frozen=True)
class RosenbaumBounds:
    """How far the odds of which source sees more at a place could be tilted (Rosenbaum 2002). Informational."""

    id: str = "rosenbaum_bounds"

    def run(self, evidence: Evidence) -> CheckResult:
        """Return what the check found."""
        differences = evidence.difference.location_differences.to_numpy()
        if len(differences) < 2 or not differences.any():
            return not_estimable(self.id, say("fewer than two places differ"))
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            gamma = rosenbaum_gamma(differences if evidence.difference.estimate >= 0 else -differences)
        said = (
            say(
                "A hidden tilt of the odds up to {gamma} would leave the signed-rank test of places below 5 %.",
                gamma=shown(gamma),
            )
            if math.isfinite(gamma) and gamma >= 1
            else say("Even without any hidden tilt the signed-rank test of places does not fall below 5 %.")
        )
        if shoppers_cross(evidence.layout):
            said = say(
                "{said} It looks at places only, and shoppers cross places or are not known: a description, no "
                "more.",
                said=said,
            )
        return CheckResult(self.id, "informational", said, (say("tilt of the odds"),), ((gamma,),))
