"""The list of groups, the newest first, and the search by id and name."""

from typing import Any

from starlette.responses import Response

from amity.console.context import Console
from amity.console.numbers import page_in
from amity.console.pages.groups.reading import ENDED, MUTED, PAGE, pages
from amity.console.refusing import refusal
from amity.errors import ImError
from amity.groups.stored.groups import folded
from amity.texts import storable

_MOST_CHARACTERS = 1024


async def show(console: Console) -> Response:
    """Answer with a page of the groups whose names contain a text, and with the one of this id, also if it has
    ended."""
    text = storable(console.query.get("text", "").strip()[:_MOST_CHARACTERS])
    number = page_in(console.query)
    exact: list[Any] = []
    problem, total, by_name = "", 0, 0
    groups: list[Any] = []
    try:
        if text and len(text) <= 64:
            exact = (await console.call("/group/get_groups_info", {"groupIDs": [text]})).group_infos
        body = {"groupName": text, "pagination": {"pageNumber": number, "showNumber": PAGE}}
        found = await console.call("/group/get_groups", body)
        groups = [each.group_info for each in found.groups]
        by_name = found.total
        total = by_name + sum(not _is_found(each, text) for each in exact)
    except ImError as error:
        problem = refusal(console.texts, "groups", error)
    if number > 1:
        exact = []
    named = {group.group_id for group in exact}
    return console.page(
        "pages/groups/groups.html",
        status=400 if problem else 200,
        text=text,
        problem=problem,
        total=total,
        groups=[*exact, *(group for group in groups if group.group_id not in named)],
        ended=ENDED,
        muted=MUTED,
        **pages(console, number, by_name, "text"),
    )


def _is_found(group: Any, text: str) -> bool:
    """Return whether a group is among those that are found, and counted, by their names."""
    return group.status != ENDED and folded(text) in folded(group.group_name)
