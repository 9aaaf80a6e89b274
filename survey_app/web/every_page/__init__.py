"""What every page shares: assets, headers, errors, health."""
