"""The conversations of a user: with whom, how much is unread, and when the last message came. What it says is not shown
here: to read it is an entry of the audit log."""

from typing import Final
from urllib.parse import urlencode

from starlette.responses import Response

from amity.console.context import Console
from amity.errors import Code, ImError

PAGE: Final = 50
"""Conversations of a page."""
_MOST_PAGES: Final = 1_000_000


async def listing(console: Console) -> Response:
    """Answer with a page of a user's conversations. Raises ``ImError``, 1004, for who is none."""
    user_id = console.query["user"]
    known = (await console.call("/user/get_users_info", {"userIDs": [user_id]})).users_info
    if not known:
        raise ImError(Code.RECORD_NOT_FOUND, console.texts("messages.no_user", user=user_id[:200]))
    number = min(max(console.number("page", 1), 1), _MOST_PAGES)
    body = {"userID": user_id, "pagination": {"pageNumber": number, "showNumber": PAGE}}
    found = await console.call("/conversation/get_sorted_conversation_list", body)
    more = number * PAGE < found.conversation_total
    return console.page(
        "pages/messages/listing.html",
        user=known[0],
        conversations=found.conversation_elems,
        total=found.conversation_total,
        next=urlencode({"user": user_id, "page": number + 1}) if more else "",
        first=urlencode({"user": user_id}) if number > 1 else "",
    )
