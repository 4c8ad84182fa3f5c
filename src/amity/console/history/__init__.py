"""What this process measured in the last hour."""
