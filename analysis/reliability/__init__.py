"""How dependable a measurement is, and how many visits make it so."""

from analysis.reliability.consistency import alpha as alpha
from analysis.reliability.consistency import omega as omega
from analysis.reliability.dominance import cliffs_delta as cliffs_delta
from analysis.reliability.generalizability import g_study as g_study
