"""The only place that knows both the application and the analysis; the web process never loads it."""
