"""Robustness checks: does the answer hold if it is made otherwise? One check a file."""

from analysis.checks.all_checks import run_checks as run_checks
