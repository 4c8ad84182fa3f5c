"""What clients read of groups."""
