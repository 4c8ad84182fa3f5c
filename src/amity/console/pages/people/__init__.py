"""The page ``/console/people``."""
