"""What clients say about the devices that they run on: push tokens, badges, logs."""
