"""Pages of lists.

Written from the server's operations by `make client-types`: not to be edited.
"""

from amity.client.operation import Request


class Pagination(Request):
    """A page of a list: ``page_number`` counts from 1; a ``show_number`` of 0 or less is an empty page, and one above
    10,000 (in `/callback/` and `/friend/get_import_log` above 1,000, in `/msg/search_msg` above 100) counts as that
    many."""

    page_number: int = 0
    show_number: int = 0
