"""The end of a group: a page that says what it means, and asks for the group's id."""

from typing import Any

from starlette.responses import Response

from amity.console.context import Console
from amity.console.pages.groups.reading import ENDED, address, group_of
from amity.console.refusing import refusal
from amity.errors import ImError


async def ask(console: Console) -> Response:
    """Answer with what ends, and the form."""
    return _page(console, await group_of(console))


async def do(console: Console) -> Response:
    """End the group, if its id was typed. One that somebody else has ended meanwhile is no error."""
    group = await group_of(console)
    if group.status == ENDED:
        return console.redirect(f"{address('group', group.group_id)}&said=said.groups.was_ended")
    if console.form.get("typed", "").strip() != group.group_id:
        return _page(console, group, console.texts("groups.another_id"))
    try:
        await console.act("groups.end", "/group/dismiss_group", {"groupID": group.group_id}, about=group.group_id)
    except ImError as error:
        return _page(console, group, refusal(console.texts, "groups", error))
    return console.redirect(f"{address('group', group.group_id)}&said=said.groups.ended")


def _page(console: Console, group: Any, problem: str = "") -> Response:
    return console.page(
        "pages/groups/ending.html",
        status=400 if problem else 200,
        group=group,
        problem=problem,
        typed=console.form.get("typed", "")[:200],
        ended=ENDED,
    )
