"""What amity writes for messages on PostgreSQL, without its gateway: a program that has many callers write messages.

``python -m bench.messages_writing URL``, on a database that amity has created. It reads lines with numbers of messages,
and answers each with how many were written, and the seconds that they took. ``CHATS`` callers write one message at a
time, each in a chat of its own that both users have. Everything that a message's transaction does is done: whether it
is a repeat and who may send is looked up, it is numbered and stored, and what its sender has read is noted.
"""

import asyncio
import sys
import time

import uvloop

from amity.callbacks.telling.outbox import Outbox
from amity.messages.sending.outgoing import Outgoing
from amity.messages.sending.writing import Writing
from amity.settings import Settings
from amity.storage import Database, open_database
from amity.timeline.models import Draft, Form, Place, once_of
from amity.timeline.service import Timelines
from amity.users import store
from amity.users.models import User
from amity.wire.proto.sdkws_pb2 import MsgData

CHATS = 200


class _Callers:
    """Users who write to each other, in pairs."""

    def __init__(self, database: Database, numbers: dict[str, int]) -> None:
        settings = Settings()
        self._writing = Writing(database, Timelines(database), Outbox(settings.callbacks))
        self._ids = sorted(numbers)
        self._numbers = numbers
        self._sent = 0

    async def write(self, count: int) -> int:
        """Write at least ``count`` messages and return how many."""
        each = -(-count // CHATS)
        await asyncio.gather(*[self._write(pair, each) for pair in range(CHATS)])
        return each * CHATS

    async def _write(self, pair: int, count: int) -> None:
        for _ in range(count):
            await self._writing.write(self._next(pair))

    def _next(self, pair: int) -> Outgoing:
        sender, receiver = self._ids[pair], self._ids[CHATS + pair]
        self._sent += 1
        now = time.time_ns() // 1_000_000
        message = MsgData(
            sendID=sender,
            recvID=receiver,
            clientMsgID=f"{self._sent:032x}",
            serverMsgID=f"{self._sent:032x}",
            senderPlatformID=7,
            sessionType=1,
            msgFrom=100,
            contentType=101,
            content=b'{"content":"' + f"{self._sent:0100d}".encode() + b'"}',
            sendTime=now,
            createTime=now,
            status=2,
        )
        first, second = self._numbers[sender], self._numbers[receiver]
        place = Place(Form.CHAT, min(first, second), max(first, second))
        draft = Draft(place, first, now, now, once_of(first, message.clientMsgID), b"")
        return Outgoing(message, draft, second, is_admin=False, operation_id="bench")


async def run(url: str) -> None:
    """Read lines with numbers of messages, have them written, and answer with the seconds that took."""
    database = await open_database(url)
    people = [User(user_id=f"c{number:05d}", nickname=f"c{number:05d}") for number in range(2 * CHATS)]
    numbers = await database.write(lambda tx: store.insert(tx, people))
    callers = _Callers(database, numbers)
    await callers.write(CHATS)  # the conversations are made by the first message
    for line in sys.stdin:
        began = time.perf_counter()
        count = await callers.write(int(line))
        print(count, time.perf_counter() - began, flush=True)
    await database.close()


if __name__ == "__main__":
    uvloop.run(run(sys.argv[1]))
