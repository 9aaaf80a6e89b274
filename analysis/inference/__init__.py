"""From tidy tables to an estimate, its uncertainty and a verdict."""

from analysis.inference.margins import equivalence as equivalence
from analysis.inference.presence import mantel_haenszel as mantel_haenszel
from analysis.inference.presence import mcnemar as mcnemar
from analysis.inference.randomisation import sign_flip as sign_flip
from analysis.inference.two_way_variance import two_way as two_way
from analysis.inference.verdicts import verdict as verdict
from analysis.inference.witnesses import rank_advantage as rank_advantage
from analysis.inference.witnesses import rank_correlation as rank_correlation
from analysis.inference.witnesses import worst_found as worst_found
