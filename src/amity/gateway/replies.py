"""Sending the replies of one turn of the event loop together, at its end.

The first thing that is sent to a client that sleeps wakes it, which costs the server as much as all the rest of the
sending. Where many are answered in one turn, and clients share a processor, most of them need not be woken.
"""

import asyncio
from typing import Final, Protocol

_MOST_WAITING: Final = 256
"""Replies, after which those that wait are sent at once."""


class Sender(Protocol):
    """Somebody with replies to be sent."""

    def send_replies(self) -> None:
        """Send all of them. Raises nothing."""
        ...


class Post:
    """Has senders send before the next turn of the event loop."""

    def __init__(self) -> None:
        self._waiting: list[Sender] = []

    def take(self, sender: Sender) -> None:
        """Have a sender send, soon: called once for each of its replies."""
        waiting = self._waiting
        if not waiting:
            asyncio.get_running_loop().call_soon(self._send)
        waiting.append(sender)
        if len(waiting) >= _MOST_WAITING:
            self._send()

    def _send(self) -> None:
        waiting, self._waiting = self._waiting, []
        for sender in waiting:
            sender.send_replies()
