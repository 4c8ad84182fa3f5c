"""What is stored of groups: their rows, their members, the wishes to join, and who is in them."""
