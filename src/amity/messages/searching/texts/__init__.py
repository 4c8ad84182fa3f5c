"""Finding messages by a text in them."""
