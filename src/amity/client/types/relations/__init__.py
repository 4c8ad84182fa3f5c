"""Written from the server's operations by `make client-types`: not to be edited."""
