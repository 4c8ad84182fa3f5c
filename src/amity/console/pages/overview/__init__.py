"""The page ``/console/overview``."""
