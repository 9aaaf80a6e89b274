"""From tidy tables to an estimate, its uncertainty and a verdict."""

from analysis.inference.randomisation import sign_flip as sign_flip
from analysis.inference.two_way_variance import two_way as two_way
from analysis.inference.verdicts import verdict as verdict
