"""Bounds of a request's field that are narrower than those that all fields of its name have.

They are declared with the field, ``Annotated[list[str], entries_up_to(1000)]``: the API keeps them before the operation
is called, and the document states them.
"""

import msgspec


def characters_up_to(most: int) -> msgspec.Meta:
    """Return the annotation of a text that has at most so many characters."""
    return msgspec.Meta(extra={"characters": most}, extra_json_schema={"maxLength": most})


def entries_up_to(most: int) -> msgspec.Meta:
    """Return the annotation of a list that has at most so many entries."""
    return msgspec.Meta(extra={"entries": most}, extra_json_schema={"maxItems": most})
