"""The switches of a message, by its type. A switch that is absent is on.

Source: open-im-server 3.8 ``internal/rpc/msg/verify.go``, ``pkg/msgprocessor/options.go``.
"""

from collections.abc import Mapping, MutableMapping
from typing import Final

from amity.wire.message_kinds import TYPING

REVOKED_BY_CLIENT: Final = 111
_SERVERS_ALONE: Final = ("isNotNotification", "isSendMsg")
"""Where a message goes is not for clients to say."""
_OFF: Final = {
    REVOKED_BY_CLIENT: ("unreadCount", "offlinePush"),
    TYPING: (
        "history",
        "persistent",
        "senderSync",
        "conversationUpdate",
        "senderConversationUpdate",
        "unreadCount",
        "offlinePush",
    ),
}
ONLINE_ONLY: Final = ("history", "persistent", "senderSync", "conversationUpdate")


def options_of(content_type: int, asked: Mapping[str, bool]) -> dict[str, bool]:
    """Return the switches of a message: those that were asked for, with those that its type has off."""
    options = dict(asked)
    restrict(options, content_type)
    return options


def restrict(options: MutableMapping[str, bool], content_type: int) -> None:
    """Drop the switches that are not for clients to say, and switch off those that a type has off."""
    for name in _SERVERS_ALONE:
        options.pop(name, None)
    for name in _OFF.get(content_type, ()):
        options[name] = False


def is_on(options: Mapping[str, bool], name: str) -> bool:
    """Return whether a switch is on."""
    return options.get(name, True)
