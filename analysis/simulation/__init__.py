"""Worlds with known truth, and how often the analysis finds it."""

from analysis.simulation.calibration import calibrate as calibrate
from analysis.simulation.study_tables import simulate_tables as simulate_tables
from analysis.simulation.worlds import World as World
from analysis.simulation.worlds import simulate as simulate
