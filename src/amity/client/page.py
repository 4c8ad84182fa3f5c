"""Pages of lists."""

from typing import Generic, TypeVar

import msgspec

from amity.client.types.calls import Pagination

T = TypeVar("T")
PAGE = 1000
"""Entries of a page if the caller gives no size."""


class Page(msgspec.Struct, Generic[T], frozen=True):
    """One page of a list; ``total`` counts all entries on all pages."""

    total: int
    entries: list[T]


def pagination(page: int, size: int) -> Pagination:
    """Return the part of a request that selects a page; ``page`` counts from 1."""
    return Pagination(page_number=page, show_number=size)
