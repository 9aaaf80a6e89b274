"""Doors for files: tidy CSV tables, and other systems' files by a mapping."""

from analysis.importers.csv_files import read as read
from analysis.importers.mapping import convert as convert
