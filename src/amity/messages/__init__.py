"""Messages: the requests that clients send at login. Messages cannot be sent yet."""
