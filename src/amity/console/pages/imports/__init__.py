"""The page ``/console/imports``."""
