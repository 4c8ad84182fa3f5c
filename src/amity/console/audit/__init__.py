"""What administrators did in the console."""
