"""Groups: what clients ask about them at login. Nobody can make one yet."""
