"""The HTTP operations that export and restore all data. They are amity's own, and for administrators."""

from amity.calls.operation import Access, Operation
from amity.moving.exporting.service import Exporting
from amity.moving.history.service import History
from amity.moving.restoring.service import Restoring


def operations(restoring: Restoring, exporting: Exporting, history: History) -> list[Operation]:
    """Declare the operations of moving data."""
    return [
        Operation(
            "/relation/restore",
            restoring,
            "Bring in users, friends, friend requests, blacklists, groups, messages and chats as they were",
            description=(
                "Up to 1000 records in one transaction, with their times, remarks, pins and one-sided friendships. "
                "What is there already becomes what the record says; doing it again changes nothing. For moving from "
                "another server: asks no business server, raises no callbacks, tells no client, knows no limits. A "
                "request that cannot wait here is stored as answered: refused where either user has blacklisted the "
                "other or asked first, agreed where they are friends. A member with the role of the owner takes the "
                "group over, and a group that is dismissed loses its members. A message gets the number that it had, "
                "unless another message of its chat has that one: then it follows after the last."
            ),
            access=Access.ADMIN,
        ),
        Operation(
            "/relation/export",
            exporting,
            "Read out all users, friends, friend requests, blacklists, groups, messages and chats, page by page",
            description=(
                "The lists of a page are what `/relation/restore` takes. What is there from the first page to the last "
                "is in exactly one page; what changes meanwhile may be or not."
            ),
            access=Access.ADMIN,
        ),
        Operation(
            "/msg/import_messages",
            history,
            "Bring in messages of another system, as they were sent there",
            description=(
                "Up to 1000 messages of single chats in one transaction. They get their numbers in the order of the "
                "list, after what is there already. A message of the same sender, `clientMsgID` and `createTime` is "
                "stored once, whenever it is brought in again; without a `clientMsgID` the same sender, receiver, "
                "time, type and content are the same message. Who wrote a message, or has read it, has read everything "
                "before. Asks no business server, raises no callbacks, tells no client, knows no blacklists and no "
                "limits. A message that is not valid is left out and named in `skipped`."
            ),
            access=Access.ADMIN,
        ),
    ]
