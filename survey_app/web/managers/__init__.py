"""Pages of managers: what was published, and nothing else."""
