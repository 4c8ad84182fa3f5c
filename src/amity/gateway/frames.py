"""Frames that go to many sessions, made once for each encoding that one of them uses."""

import logging
from collections.abc import Callable

from amity.gateway.encoding import Encoding
from amity.gateway.writing import framed
from amity.wire.frames import Reply

_log = logging.getLogger(__name__)


class Frames(dict[Encoding, bytes]):
    """One reply in each encoding that is asked for, framed and made once each. ``make`` is called for the first."""

    __slots__ = ("_make", "_reply")

    def __init__(self, make: Callable[[], Reply]) -> None:
        self._make = make
        self._reply: Reply | None = None

    def __missing__(self, encoding: Encoding) -> bytes:
        if self._reply is None:
            self._reply = self._make()
        made = self[encoding] = framed(encoding.write(self._reply))
        return made


class Joined(dict[Encoding, bytes]):
    """Several replies behind each other, to be sent in one write. One that cannot be made is logged and left out."""

    __slots__ = ("parts",)

    def __init__(self, parts: tuple[Frames, ...]) -> None:
        self.parts = parts

    def __missing__(self, encoding: Encoding) -> bytes:
        made = self[encoding] = b"".join([_made(part, encoding) for part in self.parts])
        return made


def _made(frames: Frames, encoding: Encoding) -> bytes:
    try:
        return frames[encoding]
    except Exception:  # noqa: BLE001 - the others are sent all the same
        _log.exception("a push could not be made")
        return b""
