"""The page ``/console/messages``."""
