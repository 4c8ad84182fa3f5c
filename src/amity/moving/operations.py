"""The HTTP operations that export and restore all data. They are amity's own, and for administrators."""

from amity.calls.operation import Access, Operation
from amity.moving.exporting.service import Exporting
from amity.moving.restoring.service import Restoring


def operations(restoring: Restoring, exporting: Exporting) -> list[Operation]:
    """Declare the operations of moving data."""
    return [
        Operation(
            "/relation/restore",
            restoring,
            "Bring in users, friends, friend requests and blacklists as they were",
            description=(
                "Up to 1000 records in one transaction, with their times, remarks, pins and one-sided friendships. "
                "What is there already becomes what the record says; doing it again changes nothing. For moving from "
                "another server: asks no business server, raises no callbacks, tells no client, knows no limits. A "
                "request that cannot wait here is stored as answered: refused where either user has blacklisted the "
                "other or asked first, agreed where they are friends."
            ),
            access=Access.ADMIN,
        ),
        Operation(
            "/relation/export",
            exporting,
            "Read out all users, friends, friend requests and blacklists, page by page",
            description=(
                "The lists of a page are what `/relation/restore` takes. What is there from the first page to the last "
                "is in exactly one page; what changes meanwhile may be or not."
            ),
            access=Access.ADMIN,
        ),
    ]
