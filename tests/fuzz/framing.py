"""Streams of requests whose ends are in doubt: the tricks by which one reader sees another end than the next.

Sources: RFC 9112; the published research on request smuggling (CL.TE, TE.CL, TE.TE, CL.0, 0.CL by Expect, chunk
extensions, hop-by-hop headers, upgrades to h2c), and what proxies have had to mend since.
"""

import os
import random
import time
from dataclasses import dataclass
from typing import Final

SECONDS: Final = float(os.environ.get("AMITY_FUZZ_SECONDS") or 40) / 12
"""How long each of the six tests with such streams goes on. ``AMITY_FUZZ_SECONDS`` are the seconds of all fuzzers."""


def seed() -> int:
    """Return the seed of a run and print it; ``AMITY_SEED`` takes one again."""
    number = int(os.environ.get("AMITY_SEED") or time.time_ns() % 1_000_000)
    print(f"AMITY_SEED={number}")
    return number


@dataclass(frozen=True)
class Stream:
    """What a client sends on one connection. ``is_sound`` says that it is one request that nobody may refuse."""

    pieces: list[bytes]
    is_sound: bool

    @property
    def raw(self) -> bytes:
        return b"".join(self.pieces)


_LENGTHS: Final = (
    b"Content-Length: %d", b"Content-Length: %d", b"content-length:%d", b"Content-Length: 0%d",
    b"Content-Length: +%d", b"Content-Length: %d ", b"Content-Length:\t%d", b"Content-Length : %d",
    b"Content-Length: %d, %d", b"Content-Length: 0x%x", b"Content-Length: %d\x0b",
    b"Content-Length: %d\r\nContent-Length: %d", b"Content-Length: 0\r\nContent-Length: %d",
    b"Content-Length: %d\r\nContent-Length: 0", b"Content_Length: %d", b"Content-Length:\r\n %d",
    b"X: y\nContent-Length: %d", b"X: y\rContent-Length: %d", b"\tContent-Length: %d", b"Content-Length: -%d",
    b"Content-Length: %d.0", b"Content-Length: 1844674407370955161%d", b"Content-Length: ", b"Content-Length: %d\x00",
    b"Content-Length: 0", b"Content-Length: 1", b'Content-Length: "%d"', b"Content-Length: %de0",
)  # fmt: skip
_CODINGS: Final = (
    b"Transfer-Encoding: chunked", b"Transfer-Encoding: chunked", b"transfer-encoding:Chunked",
    b"Transfer-Encoding: xchunked", b"Transfer-Encoding : chunked", b"Transfer-Encoding:\tchunked",
    b"Transfer-Encoding: chunked ", b"Transfer-Encoding: chunked, identity", b"Transfer-Encoding: identity, chunked",
    b"Transfer-Encoding: identity", b"Transfer-Encoding: gzip, chunked", b"Transfer-Encoding: chunked, chunked",
    b'Transfer-Encoding: "chunked"', b"Transfer-Encoding: chunked\x0b", b"Transfer-Encoding: \x00chunked",
    b"Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked",
    b"Transfer-Encoding: x\r\nTransfer-Encoding: chunked", b"Transfer-Encoding: chunked\r\nTransfer-Encoding: x",
    b"Transfer_Encoding: chunked", b" Transfer-Encoding: chunked", b"X: y\r\n Transfer-Encoding: chunked",
    b"X: y\nTransfer-Encoding: chunked", b"X: y\rTransfer-Encoding: chunked", b"Transfer-Encoding:\r\n chunked",
    b"Transfer-Encoding\r\n : chunked", b"Transfer-Encoding: chunked;q=1", b"Transfer-Encoding: ,chunked",
    b"Transfer-Encoding: chunked,", b"Transfer-Encoding:", b"X\x00: y\r\nTransfer-Encoding: chunked",
    b"Transfer-Encoding: chunked\xff", b"TE: chunked", b"Transfer-Encoding: cow, chunked",
)  # fmt: skip
_EXTRAS: Final = (
    b"Connection: Upgrade\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQCAAAAAAIAAAAA",
    b"Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQCAAAAAAIAAAAA",
    b"Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: " + b"A" * 22,
    b"Connection: upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 777",
    b"Connection: Upgrade\r\nUpgrade: foo", b"Upgrade: h2c", b"Connection: Upgrade",
    b"Connection: upgrade, keep-alive", b"Connection: Content-Length", b"Connection: close, Transfer-Encoding",
    b"Connection: token", b"Connection: Host", b"Connection: close", b"Connection: keep-alive",
    b"Connection: close\r\nConnection: keep-alive", b"Keep-Alive: timeout=9", b"Expect: 100-continue",
    b"Expect: 100-Continue", b"Expect: y 100-continue", b"Expect: 100-continue, 100-continue",
    b"Expect:\r\nExpect: 100-continue", b"Expect: 200-ok", b"Trailer: Content-Length", b"TE: trailers, chunked",
    b"Host: other", b"Host:", b"X-Http-Method-Override: GET", b"Range: bytes=0-", b"If-Match: x",
    b"Proxy-Connection: keep-alive", b"Folded: a\r\n b", b"Folded: a\r\n\tb", b"bad name: x", b"colonless",
    b": nameless", b"X: \x00", b"X: \x7f", b"X: \xff", b"X-Forwarded-For: 10.0.0.1", b"X: " + b"y" * 9000,
    b"Content-Encoding: gzip", b"Content-Type: application/x-protobuf", b"\x00X: y", b"X:y\r", b"X:\ry", b"X: y\r\r",
    b"Cookie: a=\"\r\n b\"",
)  # fmt: skip
_FIRSTS: Final = (
    b"POST %b HTTP/1.1", b"POST %b HTTP/1.0", b"POST %b?a=b HTTP/1.1", b"POST http://%H%b HTTP/1.1",
    b"GET %b HTTP/1.1", b"HEAD %b HTTP/1.1", b"OPTIONS %b HTTP/1.1", b"PUT %b HTTP/1.1", b"post %b HTTP/1.1",
    b"POST /%b HTTP/1.1", b"POST %b HTTP/1.2", b"POST %b HTTP/2.0", b"POST %b HTTP/0.9", b"POST %b",
    b"POST  %b HTTP/1.1", b"POST %b  HTTP/1.1", b"POST\t%b\tHTTP/1.1", b"POST %b http/1.1", b"POST %b HTTP/1.1 ",
    b" POST %b HTTP/1.1", b"POST %b#x HTTP/1.1", b"POST /.%b HTTP/1.1", b"POST /x/..%b HTTP/1.1",
    b"POST /x%%2f..%b HTTP/1.1", b"POST %b;x HTTP/1.1", b"POST %b/ HTTP/1.1", b"POST * HTTP/1.1",
    b"POST %b%%20HTTP/1.1 HTTP/1.1", b"POST %b\x00 HTTP/1.1", b"POST %b\xa0 HTTP/1.1", b"TRACE %b HTTP/1.1",
    b"CONNECT %H HTTP/1.1", b"POST %b HTTP/11", b"POST %b HTTP/1.10", b"POST %b HTTP/01.1", b"GET /healthz HTTP/1.1",
    b"PRI * HTTP/2.0",
)  # fmt: skip
_LINE_ENDS: Final = (b"\n", b"\r", b"\r\r\n", b"\n\r\n", b"\x0b\r\n", b" \r\n")
_SIZES: Final = (
    b"%x", b"%X", b"0000%x", b"%x;a=b", b"%x;", b"%x ;a", b" %x", b"%x ", b"+%x", b"-%x", b"0x%x", b"%x\t",
    b"1000000000000000%x", b"%x;a=\"\r\n\"", b"%x;a\nb", b"%x;a\rb", b"%x\x00", b"%xg", b"%x;" + b"e" * 300, b"%x,",
    b"%x;\x80",
)  # fmt: skip


class Streams:
    """Makes streams by chance. Every one has as its own ``name`` what its answer may say, and no other."""

    def __init__(self, chance: random.Random, path: bytes, head: bytes, host: bytes) -> None:
        self._chance = chance
        self._path = path
        self._head = head
        self._host = host

    def stream(self, body: bytes, inner: bytes) -> Stream:
        """Return a request with ``body``, behind which, or inside of which, ``inner`` may stand."""
        chance = self._chance
        if chance.random() < 0.15:
            return Stream(self._cut(self._sound(body)), is_sound=True)
        extras = chance.choices(_EXTRAS, k=chance.choice((0, 0, 1, 1, 2)))
        lines = [self._first(0.25), b"Host: " + self._host, self._head, *extras]
        hidden = chance.random()
        content = body if hidden < 0.2 else inner if hidden < 0.6 else body + inner
        framed = content
        kind = chance.randrange(5)
        if kind != 1:
            # The length of what stands before the inner request, or of all of it.
            length = chance.choice((len(content), len(content), len(content) - len(inner), len(content) + 5, 4, 0))
            lines.append(self._length(max(0, length)))
        if kind:
            framed = self._chunks(content) if chance.random() < 0.8 else b"0\r\n\r\n" + content
            lines.append(chance.choice(_CODINGS))
            if kind == 4:
                lines[-1], lines[-2] = lines[-2], lines[-1]
        if chance.random() < 0.2:
            lines[1:] = chance.sample(lines[1:], len(lines) - 1)
        line_end = chance.choice(_LINE_ENDS)
        at = chance.randrange(len(lines) + 1) if chance.random() < 0.15 else -1
        raw = b"".join(line + (line_end if number == at else b"\r\n") for number, line in enumerate(lines))
        raw += line_end if at == len(lines) else b"\r\n"
        if chance.random() < 0.05:
            raw = chance.choice((b"\r\n", b"\n", b"\r\n\r\n", b" ", b"\x00")) + raw
        if chance.random() < 0.05:
            place = chance.randrange(len(raw))
            raw = raw[:place] + bytes([chance.randrange(256)]) + raw[place + chance.randrange(2) :]
        return Stream(self._cut(raw, framed), is_sound=False)

    def _sound(self, body: bytes) -> bytes:
        chance = self._chance
        lines = [b"POST " + self._path + b" HTTP/1.1", b"Host: " + self._host, self._head]
        if chance.random() < 0.5:
            lines.append(chance.choice(_EXTRAS[:8]))
        if chance.random() < 0.5:
            return b"\r\n".join([*lines, b"Content-Length: %d" % len(body), b"", body])
        chunks, at = b"", 0
        while at < len(body):
            piece = body[at : at + chance.randint(1, 40)]
            chunks += b"%x\r\n%b\r\n" % (len(piece), piece)
            at += len(piece)
        return b"\r\n".join([*lines, b"Transfer-Encoding: chunked", b"", chunks + b"0\r\n\r\n"])

    def _first(self, odd: float) -> bytes:
        form = self._chance.choice(_FIRSTS) if self._chance.random() < odd else _FIRSTS[0]
        form = form.replace(b"%H", self._host)
        return form % self._path if b"%b" in form else form

    def _length(self, length: int) -> bytes:
        form = self._chance.choice(_LENGTHS) if self._chance.random() < 0.6 else _LENGTHS[0]
        return form.replace(b"%d", b"%d" % length).replace(b"%x", b"%x" % length)

    def _chunks(self, content: bytes) -> bytes:
        chance = self._chance
        raw, at = b"", 0
        while at < len(content):
            piece = content[at : at + chance.choice((1, 5, 40, 1000))]
            at += len(piece)
            size = chance.choice(_SIZES) if chance.random() < 0.2 else b"%x"
            off = chance.choice((1, -1, 2)) if chance.random() < 0.05 else 0
            end = chance.choice((b"\n", b"\r", b"", b"XX", b"\r\nX")) if chance.random() < 0.05 else b"\r\n"
            lines = chance.choice(_LINE_ENDS) if chance.random() < 0.05 else b"\r\n"
            size = size.replace(b"%x", b"%x" % max(0, len(piece) + off)).replace(b"%X", b"%X" % len(piece))
            raw += b"".join((size, lines, piece, end))
        last = chance.choice((b"0\r\n", b"0\r\n", b"0\r\n", b"00\r\n", b"0;a\r\n", b"0\n", b"0 \r\n", b"-0\r\n", b""))
        trailer = chance.choice(
            (b"", b"", b"", b"X: y\r\n", b"Content-Length: 5\r\n", b"bad\r\n", b"Host: x\r\n", b"a\n")
        )
        return raw + last + trailer + chance.choice((b"\r\n", b"\r\n", b"\r\n", b"\n", b""))

    def _cut(self, *parts: bytes) -> list[bytes]:
        """Cut where head and body meet, anywhere, or nowhere: each piece is a write of its own."""
        chance = self._chance
        raw = b"".join(parts)
        how = chance.randrange(4)
        if how == 0:
            return [raw]
        if how == 1 and len(parts) > 1:
            return [part for part in parts if part]
        places = sorted(chance.sample(range(1, len(raw)), min(len(raw) - 1, chance.randint(1, 6))))
        return [raw[start:end] for start, end in zip([0, *places], [*places, len(raw)], strict=True)]
