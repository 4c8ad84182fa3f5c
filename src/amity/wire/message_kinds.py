"""What kinds of messages there are: numbers that clients send and get. Pure.

Source: ``openimsdk/protocol`` ``constant``.
"""

from typing import Final

SINGLE_CHAT: Final = 1
"""``sessionType`` and ``conversationType`` of what is written between two users."""
GROUP_CHAT: Final = 3
"""``sessionType`` and ``conversationType`` of what is written in a group."""
NOTIFICATION_ACCOUNT: Final = 4
"""``sessionType`` and ``conversationType`` of what a notification account tells a user."""
TYPING: Final = 113
"""``contentType`` of what says that somebody is typing."""
