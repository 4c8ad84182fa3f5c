"""Reading messages: what of them a user gets, and how far it has read."""
