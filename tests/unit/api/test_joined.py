"""Answers as they are written: head and body in one piece, at the end of the turn."""

import asyncio

from amity.api.joined import JoinedWrites


class Transport(asyncio.Transport):
    def __init__(self):
        super().__init__()
        self.written = []
        self.closed = False

    def write(self, data):
        self.written.append(data)

    def close(self):
        self.closed = True

    def is_closing(self):
        return self.closed


def joined():
    transport = Transport()
    return transport, JoinedWrites(transport, asyncio.get_running_loop())


async def test_what_is_written_in_one_turn_goes_out_in_one_piece_when_it_is_over():
    transport, writes = joined()
    writes.write(b"head")
    writes.write(b"")
    writes.write(b"body")
    assert transport.written == []
    await asyncio.sleep(0)
    assert transport.written == [b"headbody"]
    writes.write(b"next")
    await asyncio.sleep(0)
    assert transport.written == [b"headbody", b"next"]


async def test_much_is_not_kept_until_the_turn_is_over():
    transport, writes = joined()
    writes.write(b"head")
    writes.write(b"x" * 100_000)
    assert transport.written == [b"head" + b"x" * 100_000]
    writes.write(b"rest")
    await asyncio.sleep(0)
    assert transport.written[1:] == [b"rest"]


async def test_closing_writes_what_is_left_first_and_nothing_later():
    transport, writes = joined()
    writes.write(b"last")
    writes.close()
    assert (transport.written, transport.closed) == ([b"last"], True)
    writes.write(b"too late")
    await asyncio.sleep(0)
    assert transport.written == [b"last"]
