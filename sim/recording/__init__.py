"""Recording: weekly columns, events, runs on disk."""
