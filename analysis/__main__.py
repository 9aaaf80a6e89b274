"""The command line: compare two tables, convert another system's file, plan a study, simulate one."""

from __future__ import annotations

from analysis.commands import main

if __name__ == "__main__":
    main(prog_name="python -m analysis")
