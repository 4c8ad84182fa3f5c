"""The operations that search messages."""

from amity.calls.operation import Access, Operation
from amity.messages.searching.finding import Finding
from amity.messages.searching.service import Searching


def operations(searching: Searching, finding: Finding) -> list[Operation]:
    """Declare the operations of searching."""
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
        Operation(
            "/msg/find_msgs",
            finding.find,
            "Find the newest messages by sender, receiver, type, time and text",
            description=(
                "What is given must all be so; nothing given finds everything. The newest first, up to 100, and "
                "`next` says where the next call goes on: nothing is counted, and an answer may have fewer than "
                "`count` while there are more. What was cleared for everybody is left out. One call looks at a bounded "
                "number of messages, whoever is named; `lookedTo` says how far back. `keyword` is as for "
                "`/msg/search_msg`: 1355 where it takes more than 5 seconds."
            ),
            access=Access.ADMIN,
        ),
    ]
