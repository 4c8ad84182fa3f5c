"""The lists of a user, 50 rows a page."""

from typing import Any, Final

import msgspec
from starlette.responses import Response

from amity.console.context import Console
from amity.console.ground import ConsoleGround
from amity.console.numbers import page_in
from amity.console.pages.people.person import find, id_in, nobody, on_page, page_count, shown
from amity.relations.friends.models import GetFriendListResponse

_friends = msgspec.json.Decoder(GetFriendListResponse)


def decode_friends(answer: Any) -> GetFriendListResponse:
    """Return a page of friends, which the operation answers encoded where it is in its cache."""
    return _friends.decode(answer) if isinstance(answer, msgspec.Raw) else answer


async def table(ground: ConsoleGround, console: Console, *, tab: str, problem: str = "") -> Response:
    """Return a page of a list, whose user and page stand in the query or in the form that was sent. ``problem`` is why
    that form did nothing."""
    values = console.form or console.query
    user_id = id_in(values)
    person = await find(console, ground, user_id)
    if person is None:
        return nobody(console, user_id)
    page = page_in(values)
    asked = {"userID": user_id, "pagination": on_page(page)}
    total, rows, beside = await TABLES[tab](console, asked)
    return shown(
        console,
        f"{tab}.html",
        person,
        tab,
        status=400 if problem else 200,
        problem=problem,
        rows=rows,
        total=total,
        page=page,
        last_page=page_count(total),
        **beside,
    )


async def _read_friends(console: Console, asked: dict[str, Any]) -> tuple[int, list[Any], dict[str, Any]]:
    found = decode_friends(await console.call("/friend/get_friend_list", asked))
    return found.total, found.friends_info, {}


async def _read_received(console: Console, asked: dict[str, Any]) -> tuple[int, list[Any], dict[str, Any]]:
    found = await console.call("/friend/get_friend_apply_list", asked)
    return found.total, found.friend_requests, {}


async def _read_sent(console: Console, asked: dict[str, Any]) -> tuple[int, list[Any], dict[str, Any]]:
    found = await console.call("/friend/get_self_friend_apply_list", asked)
    return found.total, found.friend_requests, {}


async def _read_blocks(console: Console, asked: dict[str, Any]) -> tuple[int, list[Any], dict[str, Any]]:
    found = await console.call("/friend/get_black_list", asked)
    return found.total, found.blacks, {}


async def _read_groups(console: Console, asked: dict[str, Any]) -> tuple[int, list[Any], dict[str, Any]]:
    of = {"fromUserID": asked["userID"], "pagination": asked["pagination"], "withRoles": True}
    found = await console.call("/group/get_joined_group_list", of)
    return found.total, found.groups, {"roles": found.role_levels or {}}


async def _read_conversations(console: Console, asked: dict[str, Any]) -> tuple[int, list[Any], dict[str, Any]]:
    found = await console.call("/conversation/get_sorted_conversation_list", asked)
    return found.conversation_total, found.conversation_elems, {"unread": found.unread_total}


TABLES: Final = {
    "friends": _read_friends,
    "received": _read_received,
    "sent": _read_sent,
    "blocks": _read_blocks,
    "groups": _read_groups,
    "conversations": _read_conversations,
}
"""What reads each list: it returns how many rows there are, those of the page, and what else the page shows."""
