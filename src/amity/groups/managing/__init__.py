"""What owners and administrators do to groups and their members."""
