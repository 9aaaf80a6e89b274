"""What self-selection can and cannot explain."""

from analysis.selection.sensitivity import sensitivity_range as sensitivity_range
