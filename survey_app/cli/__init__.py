"""Commands. Groups are loaded by name when they are called, so that the web process stays light."""
