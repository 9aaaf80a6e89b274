"""Everything that people can look up, one subject a file."""
