"""A notification for tests to which it does not matter what it says."""

from typing import Any

from amity.wire.notification import ContentType, Detail, Notification


class Text(Detail):
    """Says anything."""

    content_type = ContentType.FRIEND_APPLICATION_APPROVED
    text: Any = ""


def notice(text: Any = "", *, coalesces: str = "") -> Notification:
    return Notification("alice", "bob", Text(text=text), coalesces)
