"""Taking back what was written in groups."""
