"""``amity friends``."""

import asyncio

import click

from amity.cli.connection import ServerOptions, server_options
from amity.cli.exits import Failure
from amity.cli.output import at_time, json_option, print_json, print_table
from amity.client.page import PAGE
from amity.client.types.relations.friends import Friend
from amity.texts import count

_SOURCES = {1: "import", 2: "application"}


@click.group()
def friends() -> None:
    """List a user's friends."""


@friends.command("list")
@click.argument("user")
@click.option("--limit", type=click.IntRange(1), metavar="N", help="Show the first N only.  [default: all]")
@click.option("--ids", is_flag=True, help="Print the ids only, one a line.")
@server_options
@json_option
def list_friends(user: str, limit: int | None, ids: bool, server: ServerOptions, as_json: bool) -> None:
    """Show USER's friends, pinned ones first.

    \b
    Examples:
        amity friends list alice
        amity friends list alice --ids | wc -l
    """
    found, total = asyncio.run(_fetch(user, limit, server))
    if as_json:
        print_json({"total": total, "friends": found})
        return
    if ids:
        for friend in found:
            click.echo(_id(friend))
        return
    if found:
        print_table(
            ["friend", "nickname", "remark", "since", "source", "pinned"],
            [
                [
                    _id(friend),
                    friend.friend_user.nickname if friend.friend_user else "",
                    friend.remark,
                    at_time(friend.create_time * 1000),
                    _SOURCES.get(friend.add_source, friend.add_source),
                    "yes" if friend.is_pinned else "",
                ]
                for friend in found
            ],
        )
    more = f", {len(found):,} shown" if len(found) < total else ""
    click.echo(f"{count(total, 'friend')} of {user}{more}", err=True)


def _id(friend: Friend) -> str:
    return friend.friend_user.user_id if friend.friend_user else ""


async def _fetch(user: str, limit: int | None, server: ServerOptions) -> tuple[list[Friend], int]:
    found: list[Friend] = []
    total = 0
    async with server.connect() as client:
        if not await client.registered([user]):
            raise Failure(f"there is no user {user}: 'amity users list' shows who there is")
        while limit is None or len(found) < limit:
            page = await client.get_friend_list(user, len(found) // PAGE + 1)
            total = page.total
            found += page.entries
            if len(page.entries) < PAGE:
                break
    return found[:limit], total
