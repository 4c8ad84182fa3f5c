"""HTTP over a plain socket: whatever bytes out, answers in, read strictly. It waits no longer than it is told."""

import contextlib
import re
import socket
from typing import Final, NamedTuple

from tests.fuzz.fuzzing import Fault

TIMEOUT: Final = 10.0
"""Seconds after which an answer does not come."""
_STATUS = re.compile(rb"HTTP/1\.1 ([1-5][0-9][0-9]) [ -~]+")


class Answer(NamedTuple):
    """One answer, its header names in lower case."""

    status: int
    headers: dict[str, str]
    body: bytes


class Closed(Exception):
    """The connection ended before an answer was whole."""


class Wire:
    """One connection. ``rest`` is what has come and was not read as an answer; ``is_reset`` says that the other side
    broke it off, and what it had sent may be lost."""

    def __init__(self, port: int) -> None:
        self._socket = socket.create_connection(("127.0.0.1", port), timeout=TIMEOUT)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.rest = b""
        self.is_reset = False

    def close(self) -> None:
        self._socket.close()

    def send(self, data: bytes) -> None:
        """Send. Raises ``Closed`` where the other side has gone."""
        try:
            self._socket.sendall(data)
        except ConnectionError:
            self.is_reset = True
            raise Closed from None
        except TimeoutError:
            raise Fault(f"the server has read nothing for {TIMEOUT} s") from None

    def finish(self) -> None:
        """Say that nothing more comes."""
        with contextlib.suppress(OSError):  # the other side has gone
            self._socket.shutdown(socket.SHUT_WR)

    def receive(self) -> bool:
        """Wait for more; return whether there was any."""
        try:
            came = self._socket.recv(1 << 18)
        except ConnectionError:
            self.is_reset = True
            return False
        except TimeoutError:
            raise Fault(f"nothing comes for {TIMEOUT} s, behind {self.rest[:200]!r}") from None
        self.rest += came
        return bool(came)

    def answer(self, method: str = "POST") -> Answer:
        """Return the next answer, which is to a request of this method.

        Raises ``Closed`` where the connection ends first, ``Fault`` for what is none.
        """
        while (end := self.rest.find(b"\r\n\r\n")) < 0:
            if not self.receive():
                raise Closed
        first, *lines = self.rest[:end].split(b"\r\n")
        found = _STATUS.fullmatch(first)
        if found is None:
            raise Fault(f"no answer: {self.rest[:200]!r}")
        status = int(found[1])
        headers: dict[str, str] = {}
        for line in lines:
            name, colon, value = line.decode("latin-1").partition(": ")
            if not colon or name.lower() in headers:
                raise Fault(f"a header of an answer is none, or there twice: {line!r}")
            headers[name.lower()] = value
        start = end + 4
        # What is no request is refused without looking at its method.
        is_refused = headers.get("connection") == "close" and headers.get("content-type", "").startswith("text/plain;")
        if status < 200 or status in (204, 304) or (method == "HEAD" and not is_refused):
            size = 0
        elif "content-length" not in headers:
            raise Fault(f"an answer without a length: {self.rest[:200]!r}")
        else:
            size = int(headers["content-length"])
        while len(self.rest) < start + size:
            if not self.receive():
                raise Closed
        body, self.rest = self.rest[start : start + size], self.rest[start + size :]
        return Answer(status, headers, body)


def post(path: str, body: bytes, headers: dict[str, str | bytes]) -> bytes:
    """Return the request of an operation."""
    lines = [f"POST {path} HTTP/1.1".encode(), b"Host: amity", b"Content-Length: %d" % len(body)]
    lines += [
        name.encode() + b": " + (value if isinstance(value, bytes) else value.encode("utf-8", "surrogateescape"))
        for name, value in headers.items()
    ]
    return b"\r\n".join(lines) + b"\r\n\r\n" + body
