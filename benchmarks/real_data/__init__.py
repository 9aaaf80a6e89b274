"""What the measures say about real data that nobody on this project collected."""
