"""SIGTERM under load: what was accepted is answered, what is not delivered yet is delivered after the next start."""

import asyncio
import time

import pytest

from tests.faults.conftest import settings_for, stage
from tests.faults.ledger import Outcome
from tests.support.behaviour import Answer
from tests.support.business_server import ALLOW, BusinessServer
from tests.support.rest import Rest
from tests.support.server_process import ServerProcess

HELD = 12


async def test_every_import_that_was_accepted_before_sigterm_is_answered(tmp_path, database_url, chance):
    async with stage(tmp_path, database_url, chance) as scene:
        async with scene.load.running():
            for _ in range(2):
                await scene.load.answered(chance.randrange(20, 60))
                await asyncio.sleep(chance.uniform(0, 0.02))
                scene.load.pause()
                assert await scene.server.terminate() == 0
                assert list(tmp_path.glob("*-wal")) == []  # all is in one file
                await scene.server.start()
                scene.load.resume()
        # Asked about, therefore accepted; a call whose connection closed before it was read is no promise.
        broken_off = [
            call
            for call in scene.ledger.calls.values()
            if call.outcome is Outcome.UNKNOWN and call.operation_id in scene.ledger.consulted
        ]
        assert not broken_off
        await scene.verify()


async def test_imports_under_way_at_sigterm_are_finished_and_their_events_wait_for_the_next_start(
    tmp_path, database_url
):
    """The business server answers only once the server has been told to stop, and takes no event before its end."""
    stopping = asyncio.Event()
    delivered = []
    answers = Answer({}, status=503)

    def react(request):
        if "Before" in request.path:
            return Answer(ALLOW, after=stopping)
        delivered.append((request.json["ownerUserID"], answers.status == 200))
        return answers

    owners = [f"owner-{number}" for number in range(HELD)]
    async with BusinessServer(react) as business:
        settings = settings_for(database_url, business.url)
        async with ServerProcess(tmp_path, settings) as server, Rest(server.url) as rest:
            await rest.register("ann", *owners)
            calls = [asyncio.create_task(rest.import_friends(owner, ["ann"])) for owner in owners]
            await business.wait_for(HELD)
            ending = asyncio.create_task(server.terminate())
            await _refuses_connections(server.api_port)
            assert not any(call.done() for call in calls)
            stopping.set()
            answered = await asyncio.gather(*calls)
            assert [answer["errCode"] for answer in answered] == [0] * HELD
            assert await ending == 0
            assert not any(accepted for _, accepted in delivered)
            answers = Answer(ALLOW)
            await server.start()
            async with asyncio.timeout(20):
                while len({owner for owner, accepted in delivered if accepted}) < HELD:
                    await business.wait_for(len(business.requests) + 1, 20)
            assert await rest.friends("ann") == sorted(owners)


@pytest.mark.timeout(60)
async def test_a_client_that_never_finishes_its_request_does_not_keep_the_server_from_ending(tmp_path, sqlite_url):
    settings = settings_for(sqlite_url, "http://127.0.0.1:9")
    async with ServerProcess(tmp_path, settings) as server, Rest(server.url) as rest:
        await rest.register("ann")
        token = await rest.token("imAdmin")
        reader, writer = await asyncio.open_connection("127.0.0.1", server.api_port)
        writer.write(
            b"POST /friend/import_friend HTTP/1.1\r\nHost: amity\r\noperationID: half\r\n"
            b"token: %b\r\nContent-Length: 50\r\n\r\n{" % token.encode()
        )
        await writer.drain()
        await rest.friends("ann")  # by now the other request has been read as far as it goes
        began = time.monotonic()
        assert await server.terminate(30) == 0
        assert time.monotonic() - began < 20
        assert "Traceback" not in server.output()
        await reader.read()
        writer.close()


async def _refuses_connections(port: int) -> None:
    """Return once nobody listens there any more."""
    async with asyncio.timeout(10):
        while True:
            try:
                _, writer = await asyncio.open_connection("127.0.0.1", port)
            except OSError:
                return
            writer.close()
            await asyncio.sleep(0.01)
