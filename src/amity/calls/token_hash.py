"""The form in which tokens are stored and compared, so that what is stored lets nobody in."""

import hashlib


def hash_of(token: str) -> str:
    """Return the stored form of a token: its SHA-256 in hexadecimal."""
    return hashlib.sha256(token.encode()).hexdigest()
