"""The time of notifications: after the commit, and after the answer to the caller."""

import asyncio
import json
import socket

import httpx
import pytest

from amity.delivery.push import Push
from amity.gateway.sessions import Sessions


class Looking(Push):
    """Records, at each notification, whether the caller has its answer."""

    caller: socket.socket
    answered: asyncio.Queue[bool]

    def notify(self, user_ids, notification, operation_id, *, platform_id=None, except_platform=None):
        try:
            self.answered.put_nowait(bool(self.caller.recv(1, socket.MSG_PEEK | socket.MSG_DONTWAIT)))
        except BlockingIOError:
            self.answered.put_nowait(False)


@pytest.fixture
def looking(monkeypatch):
    looking = Looking(Sessions())
    looking.answered = asyncio.Queue()
    monkeypatch.setattr("amity.app.ground.Push", lambda sessions, **_: looking)
    return looking


@pytest.fixture
async def people(looking, start_server):
    rest = await start_server()
    await rest.register("ann", "bob", "cy")
    await rest.import_friends("ann", ["bob"], notify=False)
    return rest


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/friend/import_friend", {"ownerUserID": "ann", "friendUserIDs": ["cy"]}),
        ("/friend/delete_friend", {"ownerUserID": "ann", "friendUserID": "bob"}),
        ("/friend/set_friend_remark", {"ownerUserID": "ann", "friendUserID": "bob", "remark": "x"}),
        ("/friend/update_friends", {"ownerUserID": "ann", "friendUserIDs": ["bob"], "isPinned": True}),
        ("/user/update_user_info", {"userInfo": {"userID": "ann", "nickname": "Ann"}}),
        ("/user/update_user_info_ex", {"userInfo": {"userID": "ann", "nickname": "Ann"}}),
    ],
)
async def test_the_caller_has_its_answer_before_clients_are_notified(people, looking, path, body):
    looking.reaches = lambda user_id: True
    url = httpx.URL(people.url)
    content = json.dumps(body)
    head = f"POST {path} HTTP/1.1\r\nHost: x\r\noperationID: o\r\ntoken: {await people.token('imAdmin')}\r\n"
    with socket.create_connection((url.host, url.port)) as looking.caller:
        looking.caller.sendall(f"{head}Content-Length: {len(content)}\r\n\r\n{content}".encode())
        assert await asyncio.wait_for(looking.answered.get(), 10)
