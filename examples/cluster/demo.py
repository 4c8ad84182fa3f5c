"""Two processes on one PostgreSQL, people who write to each other over both, a kill, and what is left of it.

``make demo-cluster`` runs it. PostgreSQL comes from a package of the development environment, in a temporary folder.
All of it listens on this machine only, and nothing is left behind.
"""

import asyncio
import random
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Final

from rich.console import Console

from amity.wire.conversation_ids import single_id
from tests.faults.chats import Chats, problems, pulled
from tests.faults.followers import PLATFORM, Follower, following, synced
from tests.support.postgres import PostgresServer
from tests.support.rest import SECRET, Rest
from tests.support.server_process import ServerProcess

PEOPLE: Final = 12
MESSAGES: Final = 600
"""Messages that are written before the kill, and again while one process is gone, and after it is back."""

_console = Console(highlight=False)


def say(text: str) -> None:
    """Show a line."""
    _console.print(text)


class Show:
    """Two servers, and who is connected to which."""

    def __init__(self, servers: Sequence[ServerProcess], chance: random.Random) -> None:
        self.servers = servers
        self.running = list(servers)
        self._chance = chance

    def anywhere(self) -> str:
        """Return the address of the gateway of a process that runs, any of them: as a load balancer does."""
        return f"ws://127.0.0.1:{self._chance.choice(self.running).gateway_port}"

    def name(self, server: ServerProcess) -> str:
        """Return what a server is called here."""
        return f"process {self.servers.index(server) + 1}"

    def at(self, server: ServerProcess, followers: Sequence[Follower]) -> int:
        """Return how many of these clients are connected to a server."""
        address = f"ws://127.0.0.1:{server.gateway_port}/"
        return sum(each.client is not None and each.client.url.startswith(address) for each in followers)

    def connected(self, followers: Sequence[Follower]) -> int:
        """Return how many of these clients are connected to a server that runs."""
        return sum(self.at(server, followers) for server in self.running)

    def where(self, followers: Sequence[Follower]) -> str:
        """Say how many clients are connected to which process."""
        return ", ".join(f"{self.at(server, followers)} clients at {self.name(server)}" for server in self.running)


async def show(folder: Path, database_url: str) -> int:
    """Run the demonstration; return the exit code."""
    chance = random.Random(7)  # noqa: S311 - who writes to whom is no secret
    people = [f"person-{number}" for number in range(PEOPLE)]
    async with AsyncExitStack() as stack:
        settings = {"secret": SECRET, "database": database_url, "messages": {"perSecond": 0, "perMinute": 0}}
        servers = []
        for name in ("one", "two"):
            (folder / name).mkdir()
            servers.append(await stack.enter_async_context(ServerProcess(folder / name, settings)))
        stage = Show(servers, chance)
        say(f"Two processes serve one PostgreSQL: {servers[0].url} and {servers[1].url}.")
        rests = [await stack.enter_async_context(Rest(server.url)) for server in servers]
        await rests[0].register(*people)
        admin = await rests[0].token("imAdmin")
        followers = []
        for user in people:
            await rests[0].token(user)
            asked = {"userID": user, "platformID": PLATFORM}
            answer = (await rests[1].raw("/auth/get_user_token", asked, token=admin)).json()
            followers.append(Follower(user, answer["data"]["token"], stage.anywhere))
        chats = Chats(rests[0], stage.anywhere, people, chance)
        async with following(followers):
            async with chats.running():
                await chats.answered(MESSAGES)
                say(
                    f"{PEOPLE} people write to each other, each over a client at either process, and read over another."
                )
                say(f"  {len(chats.sent.answers)} messages were answered; {stage.where(followers)}.")
                await _kill(stage, servers[0], rests[1], followers, chats)
                await servers[0].start()
                stage.running.append(servers[0])
                await chats.answered(MESSAGES)
                say(f"Process 1 is back; {len(chats.sent.answers)} messages were answered.")
            return await _compare(stage, rests[1], people, followers, chats)


async def _kill(
    stage: Show, killed: ServerProcess, survivor: Rest, followers: Sequence[Follower], chats: Chats
) -> None:
    stage.running.remove(killed)
    killed.kill()
    at = time.monotonic()
    say("[bold]kill -9 of process 1[/bold], in the middle of it.")
    before = len(chats.sent.answers)
    await chats.answered(1)
    say(f"  {time.monotonic() - at:.2f} s later process 2 answers the next message.")
    while stage.connected(followers) < len(followers):  # noqa: ASYNC110 - a client sets no event
        await asyncio.sleep(0.02)
    say(f"  {time.monotonic() - at:.2f} s after the kill all clients are connected again: {stage.where(followers)}.")
    users = [each.user for each in followers]
    async with asyncio.timeout(30):
        while not await _are_right(survivor, users):  # noqa: ASYNC110 - it is asked over HTTP
            await asyncio.sleep(0.05)
    say(f"  {time.monotonic() - at:.2f} s after the kill nobody is shown as online at process 1 any more.")
    await chats.answered(MESSAGES)
    say(f"  {len(chats.sent.answers) - before} more messages were answered meanwhile.")


async def _are_right(survivor: Rest, users: Sequence[str]) -> bool:
    """Return whether each user's follower is shown once."""
    answer = await survivor.data("/user/get_users_online_status", {"userIDs": users})
    shown = [
        sum(each["platformID"] == PLATFORM for each in found.get("detailPlatformStatus") or []) for found in answer
    ]
    return shown == [1] * len(users)


async def _compare(stage: Show, rest: Rest, people: Sequence[str], followers: Sequence[Follower], chats: Chats) -> int:
    pairs = [(user, peer) for user in people for peer in people if user != peer]
    found = {pair: await pulled(rest, stage.anywhere(), *pair) for pair in pairs}

    def wanted(user: str) -> dict[str, int]:
        return {single_id(user, peer): len(found[user, peer]) for peer in people if peer != user}

    wrong = await synced(followers, wanted, within=10)
    wrong += [problem for each in followers for problem in each.problems]
    wrong += problems(chats.sent, found)
    if wrong:
        say(f"[bold red]{len(wrong)} things are wrong:[/bold red]")
        for each in wrong[:20]:
            say(f"  {each}")
        return 1
    say(
        f"[bold green]Nothing was lost:[/bold green] each of {len(chats.sent.answers)} answered messages is there once,"
        " in the order in which it was sent, its numbers without a gap; every client was pushed or pulled all of its"
        " own, in order."
    )
    return 0


def main() -> int:
    """Start PostgreSQL, and show it."""
    with tempfile.TemporaryDirectory(prefix="amity-cluster-") as folder, PostgresServer() as postgres:
        return asyncio.run(show(Path(folder), postgres.create_database("amity")))


if __name__ == "__main__":
    sys.exit(main())
