"""What everything stands on: settings, database, clock, logs."""
