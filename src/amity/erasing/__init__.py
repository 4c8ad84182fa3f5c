"""Erasing users: what is known of a user goes, in all domains; what others have stays theirs."""
