"""The version of the analysis, named in each result; `pyproject.toml` says the same."""

VERSION = "0.1.0"
