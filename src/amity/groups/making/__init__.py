"""Making groups."""
