"""The operation that searches messages."""

from amity.calls.operation import Access, Operation
from amity.messages.searching.service import Searching


def operations(searching: Searching) -> list[Operation]:
    """Declare the operation of searching."""
    return [
        Operation(
            "/msg/search_msg",
            searching.search,
            "Search messages by sender, receiver, type, day and text",
            description=(
                "What is given must all be so; nothing given finds everything. In the order of arrival, and "
                "`chatLogsNum` is exact. It goes through the chats of who is named: 1355 where that takes more than 5 "
                "seconds, or where more than 100,000 messages would have to be looked at for their type. `keyword` "
                "needs the setting `messages.textSearch`, else it is 1001; until the messages of before are indexed it "
                "is 1355."
            ),
            access=Access.ADMIN,
        ),
    ]
