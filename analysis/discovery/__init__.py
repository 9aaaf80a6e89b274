"""How many different problems so many responses bring to light, and how complete that is."""

from analysis.discovery.asymptotes import richness as richness
from analysis.discovery.asymptotes import shared_richness as shared_richness
from analysis.discovery.completeness import coverage as coverage
from analysis.discovery.completeness import size_at_coverage as size_at_coverage
from analysis.discovery.curves import rarefaction as rarefaction
from analysis.discovery.found_by_whom import confirmed_thoroughness as confirmed_thoroughness
from analysis.discovery.found_by_whom import overlap as overlap
from analysis.discovery.found_by_whom import thoroughness as thoroughness
from analysis.discovery.matched import matched_difference as matched_difference
from analysis.discovery.pooled import rarefied_difference as rarefied_difference
