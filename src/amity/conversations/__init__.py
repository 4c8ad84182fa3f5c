"""Conversations: their list, as clients sync it. There are none yet."""
