"""One member of a group: its role, its mute, its removal, and the group that is handed over to it."""

from typing import Any, Final

from starlette.responses import Response

from amity.clock import SYSTEM_CLOCK
from amity.console.context import Console
from amity.console.pages.groups.reading import ENDED, address, group_of, member_of
from amity.console.refusing import refusal
from amity.errors import Code, ImError

OWNER: Final = 100
ROLES: Final = (60, 20)
"""Roles that are set: an administrator's, an ordinary member's."""
UNITS: Final = {"minutes": 60, "hours": 3600, "days": 86_400}
"""Seconds of what a mute is counted in."""
_MOST_SECONDS: Final = 2**32 - 1
_LONGEST_NUMBER: Final = 9


async def show(console: Console) -> Response:
    """Answer with the member."""
    group = await group_of(console)
    return _page(console, group, await member_of(console, group))


async def do(console: Console) -> Response:
    """Do what one of the forms of the page asks for."""
    group = await group_of(console)
    member = await member_of(console, group)
    form = console.form.get("do", "")
    try:
        match form:
            case "role":
                return await _set_role(console, group, member)
            case "mute":
                return await _mute(console, group, member)
            case "unmute":
                body = {"groupID": group.group_id, "userID": member.user_id}
                path = "/group/cancel_mute_group_member"
                await console.act("groups.unmute_member", path, body, about=_about(group, member))
                return _said(console, group, member, "may_write")
    except ImError as error:
        return _page(console, group, member, {form: refusal(console.texts, "groups", error)})
    raise ImError(Code.ARGS, "do: is no form of this page")


async def ask_to_remove(console: Console) -> Response:
    """Answer with the question whether to remove the member."""
    return await _ask(console, "remove")


async def ask_to_hand_over(console: Console) -> Response:
    """Answer with the question whether the member is to own the group."""
    return await _ask(console, "hand-over")


async def remove(console: Console) -> Response:
    """Remove the member. One who has left meanwhile is said."""
    group = await group_of(console)
    member = await member_of(console, group)
    body = {"groupID": group.group_id, "kickedUserIDs": [member.user_id], "reason": ""}
    try:
        await console.act("groups.remove", "/group/kick_group", body, about=_about(group, member))
    except ImError as error:
        return await _ask(console, "remove", refusal(console.texts, "groups", error))
    return console.redirect(f"{address('group', group.group_id)}&said=said.groups.removed")


async def hand_over(console: Console) -> Response:
    """Make the member the owner. It is refused where another one owns the group than the page said."""
    group = await group_of(console)
    member = await member_of(console, group)
    body = {
        "groupID": group.group_id,
        "oldOwnerUserID": console.form.get("owner", ""),
        "newOwnerUserID": member.user_id,
    }
    try:
        await console.act("groups.hand_over", "/group/transfer_group", body, about=_about(group, member))
    except ImError as error:
        return await _ask(console, "hand-over", refusal(console.texts, "groups", error))
    return _said(console, group, member, "handed_over")


async def _set_role(console: Console, group: Any, member: Any) -> Response:
    role = console.form.get("role", "")
    if role not in map(str, ROLES):
        raise ImError(Code.ARGS, "role: is none that is set here")
    entry = {"groupID": group.group_id, "userID": member.user_id, "roleLevel": int(role)}
    about = f"{_about(group, member)} {role}"
    await console.act("groups.set_role", "/group/set_group_member_info", {"members": [entry]}, about=about)
    return _said(console, group, member, "role_set")


async def _mute(console: Console, group: Any, member: Any) -> Response:
    text, unit = console.form.get("number", "").strip(), console.form.get("unit", "")
    is_number = text.isascii() and text.isdigit() and len(text) <= _LONGEST_NUMBER
    seconds = int(text) * UNITS.get(unit, 0) if is_number else 0
    if not 0 < seconds <= _MOST_SECONDS:
        return _page(console, group, member, {"mute": console.texts("groups.no_time")})
    body = {"groupID": group.group_id, "userID": member.user_id, "mutedSeconds": seconds}
    about = f"{_about(group, member)} {seconds} s"
    await console.act("groups.mute_member", "/group/mute_group_member", body, about=about)
    return _said(console, group, member, "member_muted")


def _about(group: Any, member: Any) -> str:
    return f"{group.group_id} {member.user_id}"


def _said(console: Console, group: Any, member: Any, what: str) -> Response:
    there = address("member", group.group_id, user=member.user_id)
    return console.redirect(f"{there}&said=said.groups.{what}")


def _page(console: Console, group: Any, member: Any, problems: dict[str, str] | None = None) -> Response:
    form = console.form if problems else {}
    return console.page(
        "pages/groups/member.html",
        status=400 if problems else 200,
        group=group,
        member=member,
        problems=problems or {},
        roles=ROLES,
        owner=OWNER,
        units=UNITS,
        number=form.get("number", "1")[:50],
        unit=form.get("unit", "hours"),
        ended=ENDED,
        now=SYSTEM_CLOCK.now_ms(),
    )


async def _ask(console: Console, what: str, problem: str = "") -> Response:
    group = await group_of(console)
    member = await member_of(console, group)
    return console.page(
        "pages/groups/asking.html",
        status=400 if problem else 200,
        what=what,
        group=group,
        member=member,
        problem=problem,
    )
