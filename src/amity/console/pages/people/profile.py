"""A user: its profile and changing it, where it is online and has valid tokens, ending these, how much it has."""

import asyncio
import hashlib
from collections.abc import Mapping
from typing import Final, NamedTuple

import msgspec
from starlette.responses import Response

from amity.calls.page import Pagination
from amity.console.context import Console
from amity.console.ground import ConsoleGround
from amity.console.lines import as_sent, with_newlines
from amity.console.pages.people.confirming import confirm
from amity.console.pages.people.person import Person, done, find, id_in, nobody, shown
from amity.console.pages.people.tables import decode_friends
from amity.console.refusing import refusal
from amity.errors import Code, ImError
from amity.texts import storable
from amity.users.models import User
from amity.wire.platforms import PLATFORMS

_FIELDS: Final = {"nickname": "nickname", "faceURL": "face_url", "ex": "ex"}
"""The fields of the form, which have the names on the wire, and the fields of a user."""
_LINES: Final = frozenset({"ex"})
"""Those that may have several lines. Browsers take line breaks out of the others."""
_NONE: Final = Pagination(page_number=1, show_number=0)


class Device(NamedTuple):
    """A platform: whether the user is online there, how many valid tokens it has, and when the last of them ends, in
    milliseconds since 1970."""

    platform: int
    is_online: bool
    tokens: int
    ends: int


async def show(ground: ConsoleGround, console: Console) -> Response:
    """The page of a user."""
    user_id = id_in(console.query)
    person = await find(console, ground, user_id)
    return nobody(console, user_id) if person is None else await _page(console, person)


async def edit(ground: ConsoleGround, console: Console) -> Response:
    """Change the fields of a profile that were changed in the form. Who sends one that was loaded before another one's
    change is told so."""
    user_id = id_in(console.form)
    person = await find(console, ground, user_id)
    if person is None:
        return nobody(console, user_id)
    current = _values(person.user)
    typed = {name: storable(console.form.get(name, current[name])) for name in _FIELDS}
    if console.form.get("version") != _version(person.user):
        return await _changed_meanwhile(console, person, typed)
    changed = {
        name: with_newlines(value)
        for name, value in typed.items()
        if _as_sent(name, value) != _as_sent(name, current[name])
    }
    if not changed:
        return done(console, "user", "unchanged", id=user_id)
    try:
        change = {"userInfo": {"userID": user_id, **changed}, "seen": current}
        await console.act("people.edit", "/user/update_user_info_ex", change, about=user_id)
    except ImError as error:
        if error.code == Code.PROFILE_CHANGED and (now := await find(console, ground, user_id)) is not None:
            return await _changed_meanwhile(console, now, typed)
        return await _page(console, person, status=400, problem=refusal(console.texts, "people", error), typed=typed)
    return done(console, "user", "edited", id=user_id)


async def _changed_meanwhile(console: Console, person: Person, typed: Mapping[str, str]) -> Response:
    problem = console.texts("people.changed_meanwhile")
    return await _page(console, person, status=409, problem=problem, typed=typed, compared=True)


async def end_tokens(ground: ConsoleGround, console: Console) -> Response:
    """End the tokens of a user on one platform, or on all, once the administrator has said that it is meant."""
    user_id, platform = id_in(console.form), console.form.get("platform", "")
    person = await find(console, ground, user_id)
    if person is None:
        return nobody(console, user_id)
    named = {str(number): number for number in PLATFORMS}
    if platform and platform not in named:
        return await _page(console, person, status=400, problem=console.texts("people.no_platform"))
    if not console.form.get("sure"):
        where = console.texts.named("people.platforms", platform) if platform else ""
        question = "people.sure_tokens" if platform else "people.sure_all_tokens"
        return confirm(
            console,
            person,
            console.texts(question, user=user_id, platform=where),
            "tokens",
            {"platform": platform},
            back="user",
        )
    async with console.audited("people.end_tokens", about=user_id):
        for number in [named[platform]] if platform else PLATFORMS:
            await console.call("/auth/force_logout", {"userID": user_id, "platformID": number})
    return done(console, "user", "tokens_ended", id=user_id)


async def _page(
    console: Console,
    person: Person,
    *,
    status: int = 200,
    problem: str = "",
    typed: Mapping[str, str] | None = None,
    compared: bool = False,
) -> Response:
    """``problem`` is what was wrong with the form, ``typed`` what was in it. With ``compared`` the page says beside it
    what the profile has."""
    current = _values(person.user)
    devices, counts = await asyncio.gather(_devices(console, person.user.user_id), _counts(console, person))
    return shown(
        console,
        "user.html",
        person,
        "user",
        status=status,
        problem=problem,
        typed=current if typed is None else typed,
        current=current if compared else {},
        version=_version(person.user),
        devices=devices,
        counts=counts,
    )


async def _devices(console: Console, user_id: str) -> list[Device]:
    status, tokens = await asyncio.gather(
        console.call("/user/get_users_status", {"userIDs": [user_id]}),
        console.call("/auth/count_tokens", {"userID": user_id}),
    )
    online = status.status_list[0].platform_ids
    valid = {each.platform_id: each for each in tokens.platforms}
    return [
        Device(
            platform,
            platform in online,
            valid[platform].count if platform in valid else 0,
            valid[platform].expire_time if platform in valid else 0,
        )
        for platform in sorted({*online, *valid})
    ]


async def _counts(console: Console, person: Person) -> dict[str, int]:
    """Return how many rows the lists of a user have, by the names of their pages."""
    of = {"userID": person.user.user_id, "pagination": _NONE}
    friends, received, sent, blocks, groups, conversations = await asyncio.gather(
        console.call("/friend/get_friend_list", of),
        console.call("/friend/get_friend_apply_list", of),
        console.call("/friend/get_self_friend_apply_list", of),
        console.call("/friend/get_black_list", of),
        console.call("/group/get_joined_group_list", {"fromUserID": person.user.user_id, "pagination": _NONE}),
        console.call("/conversation/get_sorted_conversation_list", of),
    )
    return {
        "friends": decode_friends(friends).total,
        "received": received.total,
        "sent": sent.total,
        "blocks": blocks.total,
        "groups": groups.total,
        "conversations": conversations.conversation_total,
        "unread": conversations.unread_total,
    }


def _values(user: User) -> dict[str, str]:
    return {name: getattr(user, field) for name, field in _FIELDS.items()}


def _version(user: User) -> str:
    """Return what is another text once the profile is changed."""
    return hashlib.sha256(msgspec.json.encode(_values(user))).hexdigest()


def _as_sent(name: str, text: str) -> str:
    return as_sent(text, has_lines=name in _LINES)
