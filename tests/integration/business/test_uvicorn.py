"""The kit's app in a real server, over real sockets."""

import asyncio
import json
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import httpx
import pytest
import uvicorn

from amity.business import (
    AfterImportFriends,
    BeforeImportFriends,
    BusinessServer,
    Reject,
    ReplaceFriends,
    SqliteSeen,
    TestClient,
)
from amity.wire.events.catalogue import payload
from tests.support.importer import outcome_of, start_amity
from tests.support.rest import SECRET

EVENT = BeforeImportFriends(owner_user_id="o", friend_user_ids=["a", "b"])
PATH = f"/callbackExample/{EVENT.command}?contenttype=json"


@asynccontextmanager
async def running(app) -> AsyncIterator[httpx.AsyncClient]:
    listener = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(app, log_level="warning", lifespan="on"))
    task = asyncio.create_task(server.serve(sockets=[listener]))
    port = listener.getsockname()[1]
    try:
        async with httpx.AsyncClient(verify=False, base_url=f"http://127.0.0.1:{port}", trust_env=False) as client:
            yield client
    finally:
        server.should_exit = True
        await task
        listener.close()


async def test_a_signed_callback_is_decided():
    app = BusinessServer(secret=["whsec_dGhlIG5ldyBvbmUsIG9mIHRoaXMgbW9udGg=", "the old one, of last month"])
    app.before_import_friends(lambda event: ReplaceFriends(event.friend_user_ids[:1]))
    body = payload(EVENT)
    async with running(app) as client:
        for secret in (b"the new one, of this month", b"the old one, of last month"):
            answer = await client.post(PATH, content=body, headers=TestClient(app).headers(body, secret=secret))
            assert answer.status_code == 200
            assert answer.json() == {
                "actionCode": 0,
                "errCode": 0,
                "errMsg": "",
                "errDlt": "",
                "nextCode": 0,
                "friendUserIDs": ["a"],
            }
        forged = await client.post(PATH, content=body, headers=TestClient(app).headers(body, secret=b"x"))
        assert (forged.status_code, forged.text) == (401, "signature: no signature matches")
        assert (await client.post(PATH, content=body)).status_code == 401


async def test_check_and_doctor_ask_before_handlers_and_call_no_after_handler(tmp_path):
    secret = "the secret of these tests"
    app = BusinessServer(secret=secret)
    asked: list[BeforeImportFriends] = []
    told: list[AfterImportFriends] = []
    app.before_import_friends(asked.append)
    app.after_import_friends(told.append)
    callbacks = {"secret": secret, "beforeImportFriends": {"enable": True}, "afterImportFriends": {"enable": True}}
    async with running(app) as client:
        settings = {"secret": SECRET, "callbacks": callbacks | {"url": str(client.base_url)}}
        (tmp_path / "amity.yml").write_text(json.dumps(settings))
        checked = await outcome_of(await start_amity(tmp_path, "callbacks", "check", "--json"))
        await outcome_of(await start_amity(tmp_path, "doctor"))
        assert checked.out, checked.err
        before, after = json.loads(checked.out)
        assert (before["verdict"], after["verdict"]) == ("approved", "delivered")
        assert "a sample: the handler was not called" in after["answer"]
        assert (len(asked), told) == (2, [])
        url = str(client.base_url)
        sent = ("callbacks", "send", url, "--secret", secret, "--event", "afterImportFriends")
        assert (await outcome_of(await start_amity(tmp_path, *sent))).code == 0
        assert told == []
        assert (await outcome_of(await start_amity(tmp_path, *sent, "--real"))).code == 0
        assert len(told) == 1


async def test_many_callbacks_at_once_are_decided_each_by_its_own_event():
    app = BusinessServer()

    @app.before_import_friends
    def decide(event):
        return Reject(int(event.owner_user_id))

    async def ask(client, code):
        body = payload(BeforeImportFriends(owner_user_id=str(code), friend_user_ids=["a"]))
        return (await client.post(PATH, content=body)).json()["errCode"]

    async with running(app) as client:
        codes = list(range(1000, 1100))
        assert await asyncio.gather(*[ask(client, code) for code in codes]) == codes


async def test_a_body_of_8_mib_is_read_and_one_byte_more_is_not():
    app = BusinessServer()
    app.before_import_friends(lambda _: None)
    body = payload(EVENT)
    body += b" " * (8 * 1024 * 1024 - len(body))

    async def in_chunks():
        for start in range(0, len(body), 1 << 16):
            yield body[start : start + (1 << 16)]
        yield b" "

    async with running(app) as client:
        assert (await client.post(PATH, content=body)).status_code == 200
        # While the rest is on its way, a client may see the answer or the end of the connection first.
        with suppress(httpx.WriteError, httpx.ReadError):
            assert (await client.post(PATH, content=in_chunks())).status_code == 413
        reader, writer = await asyncio.open_connection(client.base_url.host, client.base_url.port)
        writer.write(f"POST {PATH} HTTP/1.1\r\nhost: x\r\ncontent-length: {len(body) + 1}\r\n\r\n".encode())
        assert await reader.readline() == b"HTTP/1.1 413 Request Entity Too Large\r\n"
        writer.close()
        await writer.wait_closed()
        assert (await client.post(PATH, content=payload(EVENT))).status_code == 200


@pytest.mark.parametrize(
    ("method", "path", "status"), [("GET", PATH, 405), ("POST", "/callbackExample", 404), ("POST", "/", 404)]
)
async def test_what_is_no_callback_is_refused(method, path, status):
    async with running(BusinessServer()) as client:
        assert (await client.request(method, path)).status_code == status


async def test_an_after_event_is_handled_once_over_restarts(tmp_path):
    handled: list[str] = []

    def an_app(store):
        app = BusinessServer(seen=store)

        @app.after_import_friends
        def told(event):
            handled.append(event.owner_user_id)

        return app

    event = AfterImportFriends(owner_user_id="o", friend_user_ids=["a"])
    for _ in range(2):
        with SqliteSeen(tmp_path / "seen.db") as store:
            async with running(an_app(store)) as client:
                for _ in range(2):
                    answer = await client.post(
                        f"/{event.command}", content=payload(event), headers={"webhook-id": "evt_1"}
                    )
                    assert answer.status_code == 200
    assert handled == ["o"]


async def test_a_client_that_hangs_up_in_the_middle_leaves_the_server_well():
    app = BusinessServer()
    app.before_import_friends(lambda _: None)
    async with running(app) as client:
        address = client.base_url.host, client.base_url.port
        _, writer = await asyncio.open_connection(*address)
        writer.write(f"POST /{EVENT.command} HTTP/1.1\r\nhost: x\r\ncontent-length: 100\r\n\r\n{{".encode())
        await writer.drain()
        writer.close()
        await writer.wait_closed()
        answer = await client.post(PATH, content=payload(EVENT))
        assert json.loads(answer.content)["nextCode"] == 0
