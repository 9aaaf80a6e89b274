"""How many different problems so many responses bring to light, and how complete that is."""

from analysis.discovery.completeness import coverage as coverage
from analysis.discovery.completeness import size_at_coverage as size_at_coverage
from analysis.discovery.curves import rarefaction as rarefaction
from analysis.discovery.matched import matched_difference as matched_difference
