"""Notifications of the app's own."""
