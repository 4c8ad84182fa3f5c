"""What tests of moves have in common: a second server, and everything that a server has."""

from pathlib import Path
from typing import Any

from amity.client import AmityClient
from amity.client.types.moving import UserRecord
from tests.integration.cli.conftest import Cli, Ran
from tests.integration.conftest import StartServer
from tests.support.openim import SECRET as OPENIM_SECRET
from tests.support.rest import ADMIN, SECRET, Rest

LISTS = (
    *("users", "friends", "applications", "blacks", "groups", "groupMembers", "groupApplications"),
    *("messages", "chats"),
)


def another(folder: Path, database_url: str) -> StartServer:
    """Starts servers beside those of the test, on another database."""
    place = folder / "another"
    place.mkdir()
    return StartServer(place, database_url)


async def everything(url: str) -> dict[str, list[dict[str, Any]]]:
    """All that a server has, by kind, without its administrator; in an order of its own."""
    found: dict[str, list[dict[str, Any]]] = {name: [] for name in LISTS}
    async with AmityClient(url, secret=SECRET) as client:
        after = ""
        while True:
            page = await client.call_raw("/relation/export", {"after": after})
            for name in LISTS:
                found[name] += page[name]
            if not (after := page["next"]):
                break
    found["users"] = [user for user in found["users"] if user["userID"] != ADMIN]
    return {name: sorted(records, key=str) for name, records in found.items()}


async def fill(rest: Rest, **lists: Any) -> None:
    """Bring records into a server."""
    assert not (await rest.data("/relation/restore", lists))["skipped"]


async def move(cli: Cli, source: str, target: Rest, *words: str, secret: str = OPENIM_SECRET) -> Ran:
    """Run ``amity import openim``."""
    return await cli(
        *("import", "openim", "--from", source, "--url", target.url, *words),
        OPENIM_SECRET=secret,
        AMITY_SECRET=SECRET,
    )


def user_record(user_id: str, **fields: Any) -> UserRecord:
    """A user as ``OpenIm.add_user`` makes it."""
    return UserRecord(
        user_id=user_id, nickname=user_id.title(), create_time=1_600_000_000_123, app_manger_level=1, **fields
    )
