"""Ask a server before an import which groups of a file another group's id keeps out."""

import asyncio
from collections.abc import Iterator
from itertools import islice
from typing import Final

from rich.console import Console

from amity.cli.connection import ServerOptions
from amity.cli.exits import Failure
from amity.cli.group_files.reading import GoodLine, GroupFile
from amity.client import UnexpectedAnswer
from amity.errors import ImError
from amity.http.client import HttpFailure
from amity.settings import SettingsError

_AT_ONCE: Final = 500


def show_taken_ids(out: Console, file: GroupFile, server: ServerOptions) -> int | None:
    """Print the groups that would be skipped because another group has the id; return how many they are, or ``None`` if
    the server cannot be asked. Raises ``FileProblem``."""
    try:
        taken = asyncio.run(_taken(file, server))
    except (Failure, SettingsError, HttpFailure, UnexpectedAnswer, ImError):
        return None  # who asks for the users says why
    if taken:
        first = ", ".join(taken[:5]) + (", ..." if len(taken) > 5 else "")
        text = f"another group has the id, and these would be skipped: {len(taken):,}: {first}"
        out.print(text, markup=False, highlight=False)
    return len(taken)


async def _taken(file: GroupFile, server: ServerOptions) -> list[str]:
    owners = ((line.group.group_id, line.owner.user_id) for line in file.lines() if isinstance(line, GoodLine))
    taken: list[str] = []
    async with server.client() as client:
        for some in _batches(owners):
            found = await client.get_groups_info(list(some))
            taken += [group.group_id for group in found if group.owner_user_id != some[group.group_id]]
    return taken


def _batches(owners: Iterator[tuple[str, str]]) -> Iterator[dict[str, str]]:
    while some := dict(islice(owners, _AT_ONCE)):
        yield some
