"""One group: its settings, its mute, its members, and users who are brought in."""

import asyncio
import functools
import hashlib
from collections.abc import Mapping, Sequence
from typing import Any, Final

from starlette.responses import Response

from amity.clock import SYSTEM_CLOCK
from amity.console.audit.about import about as about_of
from amity.console.context import Console
from amity.console.lines import as_sent, with_newlines
from amity.console.numbers import page_in
from amity.console.pages.groups.reading import ENDED, MUTED, PAGE, address, group_of, pages
from amity.console.refusing import refusal
from amity.errors import Code, ImError
from amity.users.rules import MOST_ID_CHARACTERS
from amity.wire.conversation_ids import group_id as conversation_of

TEXTS: Final = {"name": "groupName", "notification": "notification", "introduction": "introduction"}
CHOICES: Final[Mapping[str, tuple[str, tuple[int, ...]]]] = {
    "verification": ("needVerification", (0, 1, 2)),
    "history": ("historyForNewMembers", (-1, 0, 1)),
}
"""Settings of a group by the names in the form: the field on the wire, and what it may be."""
_LINES: Final = frozenset({"notification", "introduction"})
"""Those that may have several lines."""
FILTERS: Final = (0, 1, 2, 3)
MOST_ADDED: Final = 1000
_MOST_AT_ONCE: Final = 10_000
"""Characters that are made a page of in the event loop."""


async def show(console: Console) -> Response:
    """Answer with the group."""
    return await _page(console, await group_of(console))


async def do(console: Console) -> Response:
    """Do what one of the forms of the page asks for."""
    group = await group_of(console)
    form = console.form.get("do", "")
    try:
        match form:
            case "info":
                return await _set_info(console, group)
            case "mute" | "unmute":
                return await _mute(console, group, is_muted=form == "mute")
            case "add":
                return await _add(console, group)
    except ImError as error:
        # It may have been dissolved meanwhile.
        return await _page(console, await group_of(console), {form: refusal(console.texts, "groups", error)})
    raise ImError(Code.ARGS, "do: is no form of this page")


async def _set_info(console: Console, group: Any) -> Response:
    """Set what was changed in the form. What was not stays as somebody else may have set it meanwhile."""
    changed: dict[str, object] = {}
    for name, wire in TEXTS.items():
        text = with_newlines(console.form.get(name, ""))
        if console.form.get(f"was_{name}") != _digest(name, text):
            changed[wire] = text
    for name, (wire, allowed) in CHOICES.items():
        chosen = console.form.get(name, "")
        if chosen not in map(str, allowed):
            raise ImError(Code.ARGS, f"{wire}: {chosen[:20]!r}")
        if console.form.get(f"was_{name}") != chosen:
            changed[wire] = int(chosen)
    if "groupName" in changed and not str(changed["groupName"]).strip():
        return await _page(console, group, {"info": console.texts("groups.no_name")})
    if changed:
        body = {"groupID": group.group_id, **changed}
        about = f"{group.group_id} {' '.join(changed)}"
        await console.act("groups.set", "/group/set_group_info_ex", body, about=about)
    return console.redirect(f"{address('group', group.group_id)}&said=said.groups.set")


async def _mute(console: Console, group: Any, *, is_muted: bool) -> Response:
    action, path = ("groups.mute", "mute_group") if is_muted else ("groups.unmute", "cancel_mute_group")
    await console.act(action, f"/group/{path}", {"groupID": group.group_id}, about=group.group_id)
    said = "muted" if is_muted else "unmuted"
    return console.redirect(f"{address('group', group.group_id)}&said=said.groups.{said}")


async def _add(console: Console, group: Any) -> Response:
    users = await asyncio.to_thread(_typed_ids, console.form.get("users", ""))
    if not users or len(users) > MOST_ADDED:
        return await _page(console, group, {"add": console.texts("groups.how_many", most=MOST_ADDED)})
    body = {"groupID": group.group_id, "invitedUserIDs": users, "reason": ""}
    about = about_of([group.group_id, *users])
    try:
        answer = await console.act("groups.add", "/group/invite_user_to_group", body, about=about)
    except ImError as error:
        if error.code != Code.RECORD_NOT_FOUND or not (unknown := await _unknown(console, users)):
            raise
        named = console.texts("frame.comma").join(user[:MOST_ID_CHARACTERS] for user in unknown[:PAGE])
        return await _page(console, group, {"add": console.texts("groups.unknown", users=named)})
    if answer is not None and answer.skipped:
        left_out = console.texts("frame.comma").join(each.user_id for each in answer.skipped[:PAGE])
        return await _page(console, group, {"add": console.texts("groups.left_out", users=left_out)})
    return console.redirect(f"{address('group', group.group_id)}&said=said.groups.added")


async def _unknown(console: Console, users: Sequence[str]) -> list[str]:
    """Return which of these users are not registered."""
    known = (await console.call("/user/get_users_info", {"userIDs": users})).users_info
    there = {user.user_id for user in known}
    return [user for user in users if user not in there]


def _typed_ids(text: str) -> list[str]:
    """Return ids, each once. Of a whole form that takes milliseconds."""
    lines = [line.strip() for line in text.splitlines()]
    return list(dict.fromkeys(line for line in lines if line))


async def _page(console: Console, group: Any, problems: Mapping[str, str] | None = None) -> Response:
    """Return the page. ``problems`` are what is wrong with forms, by their names; they keep what was typed."""
    members, total, number = [], 0, page_in(console.query)
    text, only = console.query.get("text", "").strip(), console.number("only")
    waiting = 0
    if group.status != ENDED:
        body = {
            "groupID": group.group_id,
            "keyword": text,
            "filter": only if only in FILTERS else 0,
            "pagination": {"pageNumber": number, "showNumber": PAGE},
        }
        found = await console.call("/group/get_group_member_list", body)
        members, total = found.members, found.total
        waiting = await waiting_of(console, group.group_id)
    values = {
        "name": group.group_name,
        "notification": group.notification,
        "introduction": group.introduction,
        "verification": str(group.need_verification),
        "history": str(-1 if group.history_for_new_members is None else group.history_for_new_members),
    }
    was = {name: _digest(name, value) if name in TEXTS else value for name, value in values.items()}
    if problems and "info" in problems:
        values = {name: console.form.get(name, "") for name in values}
        was = {name: console.form.get(f"was_{name}", "") for name in values}
    added = console.form.get("users", "") if problems and "add" in problems else ""
    shown = functools.partial(
        console.page,
        "pages/groups/group.html",
        status=400 if problems else 200,
        group=group,
        conversation=conversation_of(group.group_id),
        problems=problems or {},
        values=values,
        was=was,
        choices={name: allowed for name, (_, allowed) in CHOICES.items()},
        added=added,
        members=members,
        total=total,
        waiting=waiting,
        text=text,
        only=only,
        filters=FILTERS,
        ended=ENDED,
        muted=MUTED,
        now=SYSTEM_CLOCK.now_ms(),
        **pages(console, number, total, "id", "text", "only"),
    )
    is_long = sum(map(len, (added, *values.values()))) > _MOST_AT_ONCE
    return await asyncio.to_thread(shown) if is_long else shown()


async def waiting_of(console: Console, group_id: str) -> int:
    """Return how many want to join and wait for an answer."""
    body = {
        "fromUserID": console.session.user_id,
        "groupIDs": [group_id],
        "handleResults": [0],
        "pagination": {"pageNumber": 1, "showNumber": 1},
    }
    total: int = (await console.call("/group/get_recv_group_applicationList", body)).total
    return total


def _digest(name: str, text: str) -> str:
    """Return what stands in a form for a text that it was loaded with, and is the same for what a browser makes of
    it."""
    sent = as_sent(text, has_lines=name in _LINES)
    return hashlib.sha256(sent.encode(errors="replace")).hexdigest()[:16]
