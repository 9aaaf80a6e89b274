"""Pages by audience; a page shows, it does not decide or compute."""
