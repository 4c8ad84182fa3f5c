"""What is another matter for messages to groups than for those to single users."""
