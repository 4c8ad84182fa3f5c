"""A member of a content as a text. Pure."""

from typing import Any


def text_of(value: Any) -> str:
    """Return a text or a number as it is, and nothing for nothing. Of what has members of its own the page shows only
    its kind: users send it in any depth and size."""
    if value is None:
        return ""
    if isinstance(value, dict):
        return "{...}" if value else "{}"
    if isinstance(value, list):
        return "[...]" if value else "[]"
    return str(value)
