"""What everything else is made of: tidy tables, the plan, frozen results, and the one error."""

from analysis.shapes.about import About as About
from analysis.shapes.about import read_about as read_about
from analysis.shapes.data_problem import DataProblem as DataProblem
from analysis.shapes.plan import Plan as Plan
from analysis.shapes.plan import read_plan as read_plan
from analysis.shapes.tables import Tables as Tables
