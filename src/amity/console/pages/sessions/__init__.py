"""The page ``/console/sessions``."""
