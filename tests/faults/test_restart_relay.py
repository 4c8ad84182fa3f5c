"""A relay whose socket the service manager keeps is restarted under load, and OpenIM's server notices nothing."""

import asyncio
import json
import signal
import socket
import subprocess
import sys
from pathlib import Path

from tests.support.business_server import BusinessServer
from tests.support.http_caller import HttpCaller
from tests.support.openim_server import OpenImServer
from tests.support.processes import dies_with_parent, kill_tree

AFTER_IMPORT = "callbackAfterImportFriendsCommand"
EVENTS = 400
RESTARTS = 2


# The variables have the number of the process that reads them.
_AS_SERVICE = """
import os, sys
os.dup2(int(sys.argv[1]), 3)
os.environ |= {"LISTEN_PID": str(os.getpid()), "LISTEN_FDS": "1"}
os.execv(sys.executable, [sys.executable, "-m", "amity", *sys.argv[2:]])
"""


class KeptSocket:
    """Starts relays that inherit one listening socket, as systemd's socket units do."""

    def __init__(self, directory: Path, business: BusinessServer) -> None:
        self.listening = socket.socket()
        self.listening.bind(("127.0.0.1", 0))
        self.listening.listen(1024)
        self.port: int = self.listening.getsockname()[1]
        self.config = directory / "relay.yml"
        settings = {
            "secret": "a secret of the tests, of some length",
            "relay": {"port": 1},  # that of the socket counts
            "database": f"sqlite:///{directory / 'relay.db'}",
            "callbacks": {"url": business.url},
        }
        self.config.write_text(json.dumps(settings), encoding="utf-8")
        self.process = self.start()

    def start(self) -> subprocess.Popen[bytes]:
        descriptor = self.listening.fileno()
        command = [sys.executable, "-c", _AS_SERVICE, str(descriptor), "relay", "--config", str(self.config)]
        return subprocess.Popen(
            command,
            pass_fds=[descriptor],
            preexec_fn=dies_with_parent(signal.SIGKILL),  # noqa: PLW1509 - it calls nothing but prctl
        )

    async def restart(self) -> None:
        self.process.send_signal(signal.SIGTERM)
        assert await asyncio.to_thread(self.process.wait, 20) == 0
        self.process = self.start()

    def close(self) -> None:
        kill_tree(self.process)
        self.process.wait()
        self.listening.close()


async def test_no_event_is_refused_or_lost_while_the_relay_is_restarted(tmp_path: Path):
    async with BusinessServer() as business:
        kept = KeptSocket(tmp_path, business)
        caller = HttpCaller(f"http://127.0.0.1:{kept.port}")
        try:
            await caller.request("GET", "/healthz")
            async with OpenImServer(f"http://127.0.0.1:{kept.port}", timeout=15) as openim:
                restarting = asyncio.create_task(_restart(kept, openim))
                for number in range(EVENTS):
                    event = {"callbackCommand": AFTER_IMPORT, "ownerUserID": "ann", "friendUserIDs": [str(number)]}
                    await openim.tell(AFTER_IMPORT, event)
                await openim.settle()
                await restarting
                assert (openim.posted, openim.failed, openim.dropped) == (EVENTS, 0, 0)
            received = await business.wait_for(EVENTS, timeout=20)
        finally:
            await caller.close()
            kept.close()
    assert {each.json["friendUserIDs"][0] for each in received} == {str(number) for number in range(EVENTS)}


async def _restart(kept: KeptSocket, openim: OpenImServer) -> None:
    for part in range(1, RESTARTS + 1):
        while openim.posted < part * EVENTS // (RESTARTS + 1):  # noqa: ASYNC110 - it is counted by another's task
            await asyncio.sleep(0.001)
        await kept.restart()
