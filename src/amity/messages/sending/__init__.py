"""Sending messages: what is asked of one, by whom it may be sent, and how it is stored."""
