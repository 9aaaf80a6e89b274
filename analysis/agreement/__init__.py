"""Whether two sources, or two coders, say the same about the same thing."""

from analysis.agreement.codings import krippendorff_alpha as krippendorff_alpha
from analysis.agreement.codings import krippendorff_interval as krippendorff_interval
from analysis.agreement.intraclass import icc as icc
from analysis.agreement.measurements import bland_altman as bland_altman
from analysis.agreement.measurements import concordance as concordance
from analysis.agreement.scales import kappa as kappa
