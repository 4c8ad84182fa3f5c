"""The page ``/console/login``."""
