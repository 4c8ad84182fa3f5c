"""The page ``/console/callbacks``: the callback log, the outbox, trying a business server, and what is in force."""
