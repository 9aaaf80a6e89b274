"""Do genuine customers with a real problem see more of what is wrong than hired mystery shoppers?

>>> import analysis
>>> analysis.compare.__name__
'compare'
"""

from analysis.conductor import compare as compare
from analysis.importers import convert as convert
from analysis.importers import read as read
from analysis.shapes import (
    About as About,
)
from analysis.shapes import (
    DataProblem as DataProblem,
)
from analysis.shapes import (
    Plan as Plan,
)
from analysis.shapes import (
    Tables as Tables,
)
from analysis.shapes.comparison import Comparison as Comparison
