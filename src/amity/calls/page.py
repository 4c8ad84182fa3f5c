"""Pages of lists."""

from amity.calls.call import Request
from amity.errors import Code, ImError
from amity.wire.integers import Int32

MOST_SHOWN = 10_000
"""Most entries of one page."""


class Pagination(Request):
    """A page of a list: ``page_number`` counts from 1; a ``show_number`` of 0 or less is an empty page, and one above
    10,000 (in `/callback/` and `/friend/get_import_log` above 1,000, in `/msg/search_msg` above 100) counts as that
    many."""

    page_number: Int32 = 0
    show_number: Int32 = 0

    def bounds(self, most: int) -> tuple[int, int]:
        """Return offset and limit, for pages of up to ``most`` entries. Raises ``ImError``, ``ARGS`` (1001), below page
        1."""
        if self.page_number < 1:
            raise ImError(Code.ARGS, "pageNumber is invalid")
        limit = min(max(0, self.show_number), most)
        return (self.page_number - 1) * limit, limit


def page_of(pagination: Pagination | None, most: int = MOST_SHOWN) -> tuple[int, int]:
    """Return offset and limit of a request's page.

    A larger ``show_number`` counts as ``most``, also for the offset, so that no page is skipped. Raises ``ImError``,
    ``ARGS`` (1001), if the page is missing or invalid.
    """
    if pagination is None:
        raise ImError(Code.ARGS, "pagination is empty")
    return pagination.bounds(most)
