"""Conversations as files: where an export ends, and how many there are at a time."""

import asyncio
import contextlib
import json
from types import SimpleNamespace
from typing import cast

import pytest

from amity.console.context import Console
from amity.console.pages.messages import exporting
from amity.console.pages.messages.exporting import Exporting
from amity.console.sessions.models import Session
from amity.console.texts.catalogue import read_texts
from amity.errors import Code, ImError
from amity.messages.message import MsgData


def message(seq):
    return MsgData(
        send_id="ann",
        recv_id="bob",
        group_id="",
        client_msg_id="",
        server_msg_id="",
        sender_platform_id=1,
        sender_nickname="Ann",
        sender_face_url="",
        session_type=1,
        msg_from=100,
        content_type=101,
        content=b'{"content": "hello"}',
        seq=seq,
        send_time=1,
        create_time=1,
        status=2,
        is_read=False,
        options={},
        offline_push_info=None,
        at_user_id_list=[],
        attached_info="",
        ex="",
    )


class Growing:
    """A console whose conversation has one message more each time that it is read."""

    def __init__(self, messages):
        self.form = {"conversation": "si_ann_bob", "form": "jsonl"}
        self.texts = read_texts()["en"]
        self.session = Session("", "imAdmin", "", 0)
        self.newest = messages

    @contextlib.asynccontextmanager
    async def audited(self, _action, *, about):
        yield

    async def is_open(self):
        return True

    async def call(self, _path, request):
        end = min(request["begin"] + request["num"] - 1, self.newest)
        msgs = [message(seq) for seq in range(request["begin"], end + 1)]
        answer = SimpleNamespace(msgs=msgs, max_seq=self.newest, next=end + 1 if end < self.newest else 0)
        self.newest += 1
        return answer


def growing(messages: int) -> Console:
    return cast("Console", Growing(messages))


async def stay():
    """A client that neither leaves nor says anything."""
    await asyncio.Event().wait()


async def read(download):
    """Return the numbers of the messages of a file."""
    sent = []

    async def send(event):
        sent.append(event.get("body", b""))

    await download({"method": "GET"}, stay, send)
    return [json.loads(line)["seq"] for line in b"".join(sent).splitlines()]


@pytest.mark.parametrize("messages", [1, 100, 101, 250])
async def test_an_export_ends_with_the_last_message_that_was_there_when_it_began(messages):
    assert await read(await Exporting().do(growing(messages))) == list(range(1, messages + 1))


async def test_an_export_that_runs_counts_until_it_has_ended(monkeypatch):
    monkeypatch.setattr(exporting, "_MOST_AT_ONCE", 1)
    exports = Exporting()
    running = await exports.do(growing(5))
    with pytest.raises(ImError) as refused:
        await exports.do(growing(5))
    assert refused.value.code == Code.READS_LIMIT
    await read(running)
    assert await read(await exports.do(growing(5))) == [1, 2, 3, 4, 5]
