"""Messages disappear for who wants that, when their time is over, and for nobody else."""

from typing import Any

import pytest

from amity.clock import SYSTEM_CLOCK
from amity.messages.taking_back.destructing import SelfDestruct
from amity.storage import Database, open_database
from tests.integration.messages.conftest import Talk
from tests.support.fake_clock import FakeClock
from tests.support.recording_push import RecordingPush

CHAT = "si_ann_bob"
DAY = 86_400


async def want(talk: Talk, seconds: int, *, is_on: bool = True) -> None:
    row = {"conversationID": CHAT, "conversationType": 1, "userID": "ann", "msgDestructTime": seconds}
    body = {"userIDs": ["bob"], "conversation": row | {"isMsgDestruct": is_on}}
    await talk.rest.data("/conversation/set_conversations", body, user="bob")


async def seen(talk: Talk, user: str) -> list[int]:
    asked = {"userID": user, "seqRanges": [{"conversationID": CHAT, "begin": 1, "end": 99, "num": 99}], "order": 0}
    answer = await talk.rest.data("/msg/pull_msg_by_seq", asked)
    return [message["seq"] for message in answer["msgs"].get(CHAT, {"Msgs": []})["Msgs"]]


@pytest.fixture
async def sweep(database_url: str) -> Any:
    """Sweeps as so many seconds from now; returns who is told."""

    async def swept(seconds: float) -> list[str]:
        database = await open_database(database_url)
        push: Any = RecordingPush()
        try:
            await SelfDestruct(database, push, FakeClock(SYSTEM_CLOCK.now() + seconds)).sweep()
        finally:
            await database.close()
        return [user for each in push.notified for user in each.users]

    return swept


class SettingBefore:
    """A database in which a statement comes before the first transaction of who has it."""

    def __init__(self, database: Database, statement: str) -> None:
        self._database = database
        self._statement: str | None = statement

    def __getattr__(self, name: str) -> Any:
        return getattr(self._database, name)

    async def write(self, work: Any, *, rows: int = 1) -> Any:
        if (statement := self._statement) is not None:
            self._statement = None
            await self._database.write(lambda tx: tx.fetch(statement))
        return await self._database.write(work, rows=rows)


@pytest.mark.parametrize(
    ("change", "told"), [("is_msg_destruct = 0", []), ("msg_destruct_time = 864000", []), ("ex = 'x'", ["bob"])]
)
async def test_nothing_disappears_that_its_owner_wants_to_keep_since(
    start_server: Any, talk: Talk, database_url: str, change: str, told: list[str]
):
    await talk.ann.send("bob", "m1")
    await want(talk, 1)
    await start_server.stop()
    database = await open_database(database_url)
    push: Any = RecordingPush()
    changing: Any = SettingBefore(database, f"update conversations set {change} where is_msg_destruct = 1")
    await SelfDestruct(changing, push, FakeClock(SYSTEM_CLOCK.now() + 60)).sweep()
    await database.close()
    assert [user for each in push.notified for user in each.users] == told


async def test_what_is_old_disappears_for_its_owner_alone_and_counts_as_read(start_server, connect, talk, sweep):
    message = {"sendID": "ann", "recvID": "bob", "sessionType": 1, "contentType": 101, "content": {"content": "x"}}
    now = SYSTEM_CLOCK.now_ms()
    for sent in (now - 3 * DAY * 1000, now - 2 * DAY * 1000, now):
        await talk.rest.data("/msg/send_msg", message | {"sendTime": sent})
    await want(talk, DAY)
    assert await seen(talk, "bob") == [1, 2, 3]
    await start_server.stop()
    assert await sweep(0) == ["bob"]
    assert await sweep(60) == []
    rest = await start_server()
    again = talk._replace(rest=rest)
    assert (await seen(again, "bob"), await seen(again, "ann")) == ([3], [1, 2, 3])
    body = {"userID": "bob", "conversationIDs": [CHAT]}
    seqs = (await rest.data("/msg/get_conversations_has_read_and_max_seq", body))["seqs"][CHAT]
    assert (seqs["maxSeq"], seqs["hasReadSeq"]) == (3, 2)
