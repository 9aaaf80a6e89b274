"""Worlds with known truth, how often the analysis finds it, and how large a study must be."""

from analysis.simulation.behaviour import Behaviour as Behaviour
from analysis.simulation.behaviour import Truth as Truth
from analysis.simulation.behaviour import truth_of as truth_of
from analysis.simulation.calibration import calibrate as calibrate
from analysis.simulation.filled_lists import simulate_study as simulate_study
from analysis.simulation.planning import formula_power as formula_power
from analysis.simulation.planning import formula_variance as formula_variance
from analysis.simulation.planning import plan_sizes as plan_sizes
from analysis.simulation.study_tables import simulate_tables as simulate_tables
from analysis.simulation.worlds import World as World
from analysis.simulation.worlds import simulate as simulate
