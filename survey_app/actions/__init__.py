"""Everything that people can do, one subject a file; each action is one transaction."""
