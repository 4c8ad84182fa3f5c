"""Ask a server before an import which people of a file it does not know."""

import asyncio

from rich.console import Console

from amity.cli.connection import ServerOptions
from amity.cli.exits import Failure
from amity.errors import ImError
from amity.importing.people import CHUNK, People
from amity.importing.planning import chunks
from amity.importing.retrying import Retrying, Unreachable
from amity.settings import SettingsError


def show_who_is_unknown(
    out: Console, people: list[str], server: ServerOptions, theirs: str, *, register: bool
) -> int | None:
    """Print who of a file is not registered, and what an import would do with ``theirs``; return how many are not, or
    ``None`` if the server cannot be asked."""
    unknown, problem = _who_is_unknown(people, server)
    if unknown is None:
        text = f"who is registered is not known: {problem}"
    elif unknown:
        first = ", ".join(unknown[:5]) + (", ..." if len(unknown) > 5 else "")
        fate = "would be registered" if register else f"would be skipped, with their {theirs}"
        text = f"not registered, and {fate}: {len(unknown):,}: {first}"
    else:
        text = "everybody is registered"
    out.print(text, markup=False, highlight=False)
    out.print("nothing was sent (--dry-run)", markup=False, highlight=False)
    return None if unknown is None else len(unknown)


def _who_is_unknown(ids: list[str], server: ServerOptions) -> tuple[list[str] | None, str]:
    """Return the ids that are not registered; ``None`` and the reason if the server cannot be asked."""

    async def ask() -> list[str]:
        async with server.client() as client:
            people = People(client, Retrying(0, lambda _: None), lambda _: None)
            return [user_id for chunk in chunks(ids, CHUNK) for user_id in await people.unknown(chunk)]

    try:
        return asyncio.run(ask()), ""
    except (Failure, SettingsError, Unreachable, ImError) as error:
        return None, str(error).splitlines()[0]
