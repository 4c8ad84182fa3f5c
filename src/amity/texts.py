"""Texts for errors, log lines and rows: strangers' ones cut to a stated length, and numbers with what they count."""


def cut(text: str, most: int) -> str:
    """Return a text of up to ``most`` characters as it is, and of a longer one the beginning and how long it is."""
    return text if len(text) <= most else f"{text[:most]}... ({len(text)} characters)"


def storable(text: str) -> str:
    """Return a text as every database takes it: without NUL and lone surrogates."""
    if text.isascii() and "\0" not in text:
        return text
    return text.replace("\0", "\ufffd").encode("utf-8", "replace").decode()


def count(number: int, one: str, many: str | None = None) -> str:
    """Return a number with what it counts: ``1 user``, ``2,000 users``. ``many`` is what more are called, if not by an
    s at its end."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"
