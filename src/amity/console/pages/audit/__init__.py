"""The page ``/console/audit``."""
