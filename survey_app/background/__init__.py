"""The worker: which jobs there are, and when forgotten ones are rung for again."""
