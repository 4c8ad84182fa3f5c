"""The page ``/console/groups``."""
