"""A new nickname or picture of a user in the groups that show it."""
