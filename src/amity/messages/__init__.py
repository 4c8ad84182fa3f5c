"""Messages: what clients ask about them at login. Nobody can send one yet."""
