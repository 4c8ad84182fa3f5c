"""Notification accounts: users that no person logs in as, and that tell users something."""
