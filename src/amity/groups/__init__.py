"""Groups: the requests that clients send at login. Groups cannot be created yet."""
