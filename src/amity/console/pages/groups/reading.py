"""What the pages about one group read of it."""

from typing import Any, Final
from urllib.parse import urlencode

from amity.console.context import Console
from amity.errors import Code, ImError
from amity.groups.stored.status import Status
from amity.users.rules import MOST_ID_CHARACTERS

PAGE: Final = 50
"""Rows of a page."""
ENDED: Final = int(Status.DISMISSED)
MUTED: Final = int(Status.MUTED)


async def group_of(console: Console) -> Any:
    """Return the group that the address names, as ``GroupInfo``. Raises ``ImError``, 1004, for none."""
    group_id = console.query.get("id", "")
    if 0 < len(group_id) <= MOST_ID_CHARACTERS:
        found = (await console.call("/group/get_groups_info", {"groupIDs": [group_id]})).group_infos
        if found:
            return found[0]
    raise ImError(Code.RECORD_NOT_FOUND, console.texts("groups.no_group", group=group_id[:200]))


async def member_of(console: Console, group: Any) -> Any:
    """Return the member of a group that the address names, as ``GroupMember``. Raises ``ImError``, 1004, for none."""
    user_id = console.query.get("user", "")
    if 0 < len(user_id) <= MOST_ID_CHARACTERS:
        body = {"groupID": group.group_id, "userIDs": [user_id]}
        found = (await console.call("/group/get_group_members_info", body)).members
        if found:
            return found[0]
    raise ImError(Code.RECORD_NOT_FOUND, console.texts("groups.no_member", user=user_id[:200]))


def pages(console: Console, number: int, total: int, *names: str) -> dict[str, str]:
    """Return the queries of the next and of the first page, empty where there is none. ``names`` are what they keep of
    this page's."""
    kept = {name: console.query.get(name, "") for name in names if console.query.get(name)}
    return {
        "next": urlencode({**kept, "page": number + 1}) if number * PAGE < total else "",
        "first": (urlencode(kept) or "page=1") if number > 1 else "",
    }


def address(rest: str, group_id: str, /, **more: str) -> str:
    """Return the address of a page about a group."""
    return f"/console/groups/{rest}?{urlencode({'id': group_id, **more})}"
