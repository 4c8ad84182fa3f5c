"""Conversations: the list of them as clients sync it. There are none yet."""
