"""Ask at a URL whether a relay answers there, and for which callback."""

import asyncio
import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from amity.http.client import HttpClient, HttpFailure
from amity.http.reply import Reply

PROBE: Final = "callbackAmityDoctorCommand"
"""A command that nobody sends."""
_SECONDS: Final = 3.0
_MOST_BYTES: Final = 65_536


@dataclass(frozen=True, slots=True)
class Reached:
    """What answered a GET. ``relay_of`` is the callback that a relay says it is, ``failure`` why no answer came, and
    ``moved`` whether the answer leads elsewhere."""

    status: int = 0
    relay_of: str = ""
    failure: str = ""
    moved: bool = False


async def reached_at(url: str, command: str) -> Reached:
    """Ask what is at ``{url}/{command}``, by GET, which passes on nothing."""
    return (await all_reached_at(url, [command]))[command]


async def all_reached_at(url: str, commands: Iterable[str]) -> dict[str, Reached]:
    """Ask for each command as ``reached_at`` does."""
    client = HttpClient(limit=_MOST_BYTES, most=8)
    try:
        asked = list(dict.fromkeys(commands))
        return dict(zip(asked, await asyncio.gather(*(_ask(client, f"{url}/{each}") for each in asked)), strict=True))
    finally:
        await client.close()


async def _ask(client: HttpClient, url: str) -> Reached:
    try:
        reply = await client.get(url, _SECONDS)
    except (HttpFailure, ValueError) as failure:
        return Reached(failure=str(failure))
    return Reached(reply.status, _relay_of(reply), moved="location" in reply.headers)


def _relay_of(reply: Reply) -> str:
    try:
        said = json.loads(reply.body)
    except (ValueError, RecursionError):
        return ""
    if not isinstance(said, dict) or said.get("relay") != "amity":
        return ""
    return str(said.get("callback", ""))
