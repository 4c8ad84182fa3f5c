"""Texts for errors, log lines and rows: cutting strangers' texts, and numbers with their nouns."""

from collections.abc import Sequence


def cut(text: str, most: int) -> str:
    """Return a text of up to ``most`` characters unchanged, and of a longer one the beginning and its length."""
    return text if len(text) <= most else f"{text[:most]}... ({len(text)} characters)"


def storable(text: str) -> str:
    """Return a text that every database accepts: without NUL and lone surrogates."""
    if text.isascii() and "\0" not in text:
        return text
    return text.replace("\0", "\ufffd").encode("utf-8", "replace").decode()


def listed(values: Sequence[object]) -> str:
    """Return values as a sentence names them: ``0``, ``0 or 1``, ``0, 1 or 2``."""
    texts = [str(value) for value in values]
    return " or ".join([", ".join(texts[:-1]), texts[-1]] if len(texts) > 1 else texts)


def count(number: int, one: str, many: str | None = None) -> str:
    """Return a number with its noun: ``1 user``, ``2,000 users``. ``many`` is the plural, if it is not ``one`` with an
    s."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"
