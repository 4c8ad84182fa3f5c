"""A business server that answers with whatever bytes it is given, over plain sockets in a thread."""

import socket
import threading
from contextlib import suppress
from types import TracebackType
from typing import Self


class HostileBusiness:
    """A context manager: listens while it is open. ``answer_next`` says what the next request gets."""

    def __init__(self) -> None:
        self._listening = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.port: int = self._listening.getsockname()[1]
        self.asked = 0
        self._segments: list[bytes] = []
        self._closes = True
        self._lines: set[socket.socket] = set()
        self._thread = threading.Thread(target=self._accept, name="hostile business", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with suppress(OSError):
            self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()
        for line in list(self._lines):
            with suppress(OSError):
                line.shutdown(socket.SHUT_RDWR)

    def answer_next(self, segments: list[bytes], *, closes: bool) -> None:
        """Answer what is asked from now on with these segments, and close the connection then, or keep it."""
        self._segments, self._closes = segments, closes

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                line, _ = self._listening.accept()
                line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                self._lines.add(line)
                threading.Thread(target=self._serve, args=(line,), daemon=True).start()

    def _serve(self, line: socket.socket) -> None:
        came = b""
        with line, suppress(OSError):
            while True:
                head, separator, rest = came.partition(b"\r\n\r\n")
                length = int(head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0]) if separator else 0
                if not separator or len(rest) < length:
                    part = line.recv(1 << 16)
                    if not part:
                        break
                    came += part
                    continue
                came = rest[length:]
                self.asked += 1
                closes = self._closes
                for segment in self._segments:
                    line.sendall(segment)
                if closes:
                    break
        self._lines.discard(line)
