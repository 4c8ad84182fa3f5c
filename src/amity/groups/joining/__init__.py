"""Coming into groups, and leaving them."""
