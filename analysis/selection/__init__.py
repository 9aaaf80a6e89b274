"""What self-selection can and cannot explain."""

from analysis.selection.balance import overlap_weights as overlap_weights
from analysis.selection.balance import standardised_differences as standardised_differences
from analysis.selection.hidden_bias import e_value as e_value
from analysis.selection.hidden_bias import rosenbaum_bounds as rosenbaum_bounds
from analysis.selection.hidden_bias import rosenbaum_gamma as rosenbaum_gamma
from analysis.selection.matching import match as match
from analysis.selection.silence import worst_case_bounds as worst_case_bounds
from analysis.selection.truncation import zero_truncated_mean as zero_truncated_mean
