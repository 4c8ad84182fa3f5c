"""``amity demo``: a complete import that a business server decides, from an empty database to checked friend lists, a
chat that it moderates, and groups that it narrows."""

import asyncio
import base64
import contextlib
import json
import secrets
import shutil
import signal
import sys
import tempfile
from pathlib import Path
from typing import Any

import click
import uvloop
from rich.console import Console

from amity.app.server import Server
from amity.cli.demonstration import by_console
from amity.cli.demonstration.beside import demonstrate
from amity.cli.demonstration.business import BusinessProcess, business_server
from amity.cli.demonstration.chat import converse
from amity.cli.demonstration.club import ALLOWED, MODIFIED, REJECTED, Club, friendship_file
from amity.cli.demonstration.curl import import_command, token_command
from amity.cli.demonstration.factions import part
from amity.cli.demonstration.screen import DemoScreen
from amity.cli.exits import Failure
from amity.cli.importing.job import Job
from amity.client import AmityClient
from amity.client.types.users import NewUser
from amity.clock import monotonic
from amity.errors import ImError
from amity.importing.planning import make_plan
from amity.importing.reading import FriendshipFile
from amity.importing.source import Source
from amity.output_queue import queued_output
from amity.settings import Settings, load

ADMIN = "imAdmin"
WITHIN = 60.0


@click.command()
@click.option(
    "--relay", is_flag=True, help="Show the relay beside OpenIM's server instead: imports without it, and through it."
)
@click.option(
    "--console", is_flag=True, help="Leave the import to you, in the web console; both servers run until Ctrl-C."
)
@click.option("--keep", is_flag=True, help="Leave both servers running until Ctrl-C, to try the commands shown.")
@click.option(
    "--port", type=click.IntRange(0, 65535), default=0, help="Where the REST API listens.  [default: a free port]"
)
def demo(relay: bool, console: bool, keep: bool, port: int) -> None:
    """Watch a small network of friends being imported.

    Starts a server on a new SQLite file in a temporary folder and the example business server beside it, on free
    ports of this machine only; registers the 34 members of Zachary's karate club and imports their 78 friendships, of
    which the business server allows, modifies and rejects some; checks every friend list; lets two members write to
    each other, of whose messages it refuses one; makes a group of each faction, out of which it keeps the other side;
    and ends. Nothing is left behind.

    With --console nothing is imported: you do it in a browser, with a file of which the business server refuses three
    rows, and replay an event that it did not take.

    With --relay a stand-in for OpenIM's server imports the club, first as it does without a relay, then through one.

    Exit code 0 where everything was as it should be, 1 where not.
    """
    if relay and (keep or port or console):
        raise click.UsageError("--relay goes with none of --console, --keep and --port")
    try:
        # The server runs in this process, so it must not wait for a slow reader of the demo's output.
        with queued_output():
            screen = DemoScreen(Console())
            fine = uvloop.run(_shown(screen, relay=relay, console=console, keep=keep, port=port))
    except TimeoutError:
        raise Failure(f"the demo did not end within {WITHIN:.0f} seconds") from None
    if not fine:
        raise Failure("not everything was as expected")


async def _shown(screen: DemoScreen, *, relay: bool, console: bool, keep: bool, port: int) -> bool:
    if relay:
        return await demonstrate(screen, WITHIN)
    return await (_by_console(screen, port) if console else _demo(screen, keep=keep, port=port))


async def _by_console(screen: DemoScreen, port: int) -> bool:
    club = Club()
    async with contextlib.AsyncExitStack() as running:
        async with asyncio.timeout(WITHIN):
            folder = Path(running.enter_context(tempfile.TemporaryDirectory(prefix="amity-demo-")))
            by_console.introduce(screen, club)
            _, client, settings = await _start(screen, folder, port, running, for_console=True)
            await _register(screen, club, client)
            file = running.enter_context(by_console.console_file())
            by_console.show_steps(screen, client.url, ADMIN, settings.secret, file)
        await _interrupted()
    return True


async def _demo(screen: DemoScreen, *, keep: bool, port: int) -> bool:
    club = Club()
    async with contextlib.AsyncExitStack() as running:
        async with asyncio.timeout(WITHIN):
            began = monotonic()
            folder = Path(running.enter_context(tempfile.TemporaryDirectory(prefix="amity-demo-")))
            _introduce(screen, club)
            business, client, settings = await _start(screen, folder, port, running)
            await _register(screen, club, client)
            await _import(screen, client, folder)
            fine = await _check(screen, club, client, business)
            fine = await converse(screen, club, client) and fine
            fine = await part(screen, club, client) and fine
            await _show_commands(screen, club, client, settings)
            screen.heading(f"Done in {monotonic() - began:.1f} s.")
        if keep:
            screen.say(f"Both servers keep running, with their files in {folder}, until Ctrl-C.")
            await _interrupted()
        else:
            screen.say("The servers are stopped. To try the commands, keep them running:")
            screen.say(f"  {_program_command()} demo --keep")
    return fine


def _introduce(screen: DemoScreen, club: Club) -> None:
    screen.say(f"Zachary's karate club (1977): {len(club.members)} members, {club.ties} friendships.")
    screen.say('The club split in two: the side of the teacher, "Mr. Hi", and that of the president, the "Officer".')
    screen.say("The rule of the business server: members import only members of their own side.")
    for verdict, text in (
        (ALLOWED, "everybody in the list is on the owner's side"),
        (MODIFIED, "some are not: the business server takes them off the list"),
        (REJECTED, "nobody is, or the owner is suspended"),
    ):
        screen.line(verdict, text)


async def _start(
    screen: DemoScreen, folder: Path, port: int, running: contextlib.AsyncExitStack, *, for_console: bool = False
) -> tuple[BusinessProcess, AmityClient, Settings]:
    screen.heading("Starting")
    callback_secret = "whsec_" + base64.b64encode(secrets.token_bytes(24)).decode()
    business = await running.enter_async_context(
        business_server(callback_secret, screen.handled, fails_first=for_console)
    )
    screen.say(f"  business server: {business.url}")
    file = folder / "amity.yml"
    content: dict[str, Any] = {
        "secret": secrets.token_hex(16),
        "admins": [ADMIN],
        "api": {"port": port},
        "gateway": {"port": 0},
        "database": f"sqlite:///{folder / 'amity.db'}",
        "callbacks": {
            "url": business.url,
            "secret": callback_secret,
            "beforeImportFriends": {"enable": True, "timeout": 5, "failedContinue": False},
            "afterImportFriends": {"enable": True, "timeout": 5},
            "beforeSendSingleMsg": {"enable": True, "timeout": 5, "failedContinue": False},
            "beforeCreateGroup": {"enable": True, "timeout": 5, "failedContinue": False},
            "beforeSendGroupMsg": {"enable": True, "timeout": 5, "failedContinue": False},
        },
    }
    if for_console:
        content |= {"console": {"enable": True}, "callbacks": content["callbacks"] | by_console.CALLBACKS}
    file.write_text(json.dumps(content, indent=2), encoding="utf-8")  # JSON is YAML
    file.chmod(0o600)
    # Without environment variables, so that the demo is the same everywhere.
    settings = load(file, {})
    server = Server(settings)
    await server.start()
    running.push_async_callback(server.stop)
    url = f"http://127.0.0.1:{server.port}"
    screen.say(f"  amity:           {url}, its API explained at {url}/docs")
    client = await running.enter_async_context(AmityClient(url, secret=settings.secret, admin=ADMIN))
    return business, client, settings


async def _register(screen: DemoScreen, club: Club, client: AmityClient) -> None:
    await client.register_users(
        [NewUser(user_id=member.user_id, nickname=member.nickname) for member in club.members.values()]
    )
    screen.say(f"  registered:      {len(club.members)} members")


async def _import(screen: DemoScreen, client: AmityClient, folder: Path) -> None:
    """Import the club as ``amity import`` does, but one import at a time, so that people can follow the lines."""
    screen.heading("Importing the friendships, one import for each member that has some in the file")
    with friendship_file() as path, Source.open(path) as source, screen:
        plan = make_plan(FriendshipFile(source))
        await Job(
            plan=plan,
            server=client.url,
            journal=folder / "karate.journal",
            report=folder / "karate.skipped.csv",
            concurrency=1,
            retry_for=5,
        ).run(client, screen)


async def _check(screen: DemoScreen, club: Club, client: AmityClient, business: BusinessProcess) -> bool:
    """Compare the servers' content with the content that follows from the data and the rule."""
    expected_events = len(club.asked) - club.count(REJECTED)
    await business.wait_for(expected_events)
    lists = {user_id: set(await client.get_friend_ids(user_id)) for user_id in club.members}
    matching = sum(lists[user_id] == friends for user_id, friends in club.friends.items())
    queued = await client.callback_statistics()
    # The server counts a delivery when it has the answer, which comes a little after the event was handled.
    while queued.pending or queued.in_flight:
        await asyncio.sleep(0.02)
        queued = await client.callback_statistics()
    stored = sum(len(friends) for friends in lists.values()) // 2
    return screen.summary(
        [
            ("imports allowed", screen.verdicts[ALLOWED], club.count(ALLOWED)),
            ("imports modified", screen.verdicts[MODIFIED], club.count(MODIFIED)),
            ("imports rejected", screen.verdicts[REJECTED], club.count(REJECTED)),
            ("friendships asked for", club.ties, club.ties),
            ("friendships stored", stored, sum(len(friends) for friends in club.friends.values()) // 2),
            ("after-events delivered", queued.delivered, expected_events),
            ("after-events handled by the business server", business.handled, expected_events),
            ("friend lists that are as they should be", matching, len(club.members)),
        ]
    )


async def _show_commands(screen: DemoScreen, club: Club, client: AmityClient, settings: Settings) -> None:
    """Show three imports as commands, each with its answer. The same requests are made here."""
    screen.heading("The same by hand (who is a friend already is in `existing`)")
    screen.say(token_command(client.url, settings.secret, ADMIN))
    for number, verdict in enumerate((ALLOWED, MODIFIED, REJECTED), 1):
        owner = club.example(verdict)
        screen.say("")
        screen.line(verdict, "")
        screen.say(import_command(client.url, owner, club.asked[owner], f"demo-{number}"))
        try:
            request = {"ownerUserID": owner, "friendUserIDs": club.asked[owner]}
            data = await client.call_raw("/friend/import_friend", request)
            answer = {"errCode": 0, "errMsg": "", "errDlt": "", "data": data}
        except ImError as error:
            answer = {"errCode": error.code, "errMsg": error.message, "errDlt": error.detail}
        screen.say(json.dumps(answer, separators=(",", ":")))


async def _interrupted() -> None:
    interrupted = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, interrupted.set)
    await interrupted.wait()


def _program_command() -> str:
    """Return the command by which the user can start amity again; the demo may have been started by ``make``."""
    if shutil.which("amity"):
        return "amity"
    return f"{sys.executable} -m amity" if sys.argv[0].endswith("__main__.py") else sys.argv[0]
