"""What clients report about their devices: push tokens, badges, logs."""
