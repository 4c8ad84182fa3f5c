"""Taking messages back: revoked, deleted, cleared, and what goes by itself when its time is over."""
