"""Shows that answers survive kills, races and outages: `python -m tests.assurance`."""
