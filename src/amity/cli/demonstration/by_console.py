"""The demo that leaves everything to its user, who works in the web console: a file to import, of which the business
server refuses three rows, and an event that it does not take at first."""

from collections.abc import Iterator
from contextlib import contextmanager
from importlib.resources import as_file, files
from pathlib import Path
from typing import Final

from amity.cli.demonstration.club import Club
from amity.cli.demonstration.screen import DemoScreen

CALLBACKS: Final[dict[str, object]] = {"retries": []}
"""Settings of the callbacks: a second attempt would come before anybody has looked."""


@contextmanager
def console_file() -> Iterator[Path]:
    """Give the path of ``karate-console.csv`` on disk, even if the package is in an archive."""
    with as_file(files("amity.cli") / "data" / "karate-console.csv") as path:
        yield path


def introduce(screen: DemoScreen, club: Club) -> None:
    """Say who is there, and what the business server does."""
    screen.say(f"Zachary's karate club (1977): {len(club.members)} members, of two sides.")
    screen.say("The rule of the business server: members import only members of their own side.")
    screen.say("It is told of each import, and fails the first time that it is.")


def show_steps(screen: DemoScreen, url: str, admin: str, secret: str, file: Path) -> None:
    """Say what to do in the console."""
    screen.heading(f"Open {url}/console in a browser")
    screen.say(f"  user id: {admin}")
    screen.say(f"  secret:  {secret}")
    screen.heading("Then")
    screen.say(f"  1. Imports: choose the file {file}, look at what is in it, import it.")
    screen.say("     Nine friendships are imported. The business server refuses three, and the report says why.")
    screen.say("  2. Callbacks, Waiting and given up: the business server failed when it was told of the first import.")
    screen.say("     The event was given up at once, because the demo tries once; a server tries for about 28 hours.")
    screen.say("     Choose the event and replay it.")
    screen.say("  3. Callbacks, Log: now the business server has taken it.")
    screen.say("  4. Audit log: what you did.")
    screen.say("")
    screen.say("Both servers run until Ctrl-C, then nothing is left of them.")
