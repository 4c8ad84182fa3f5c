"""A notification for tests that do not depend on its content."""

from typing import Any

from amity.wire.notification import ContentType, Detail, Notification


class Text(Detail):
    """The detail of the notification, with any text."""

    content_type = ContentType.FRIEND_APPLICATION_APPROVED
    text: Any = ""


def notice(text: Any = "", *, coalesces: str = "") -> Notification:
    return Notification("alice", "bob", Text(text=text), coalesces)
