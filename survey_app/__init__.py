"""The survey application: collects paired responses, asks the analysis to compare them, shows what was found."""
