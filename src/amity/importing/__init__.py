"""Files of friendships: read, checked, planned by owner, and sent to a server, whoever sends them."""
