"""Cutting texts of strangers to a stated length, before they go into an error, a log line or a row."""


def cut(text: str, most: int) -> str:
    """Return a text of up to ``most`` characters as it is, and of a longer one the beginning and how long it is."""
    return text if len(text) <= most else f"{text[:most]}... ({len(text)} characters)"


def storable(text: str) -> str:
    """Return a text as every database takes it: without NUL and lone surrogates."""
    if text.isascii() and "\0" not in text:
        return text
    return text.replace("\0", "\ufffd").encode("utf-8", "replace").decode()
