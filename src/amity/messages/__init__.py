"""Messages: sent, read, searched and taken back. What stands here, several of these have in common."""
