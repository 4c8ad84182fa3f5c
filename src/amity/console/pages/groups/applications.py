"""Who wants to join a group and waits for an answer."""

from typing import Any, Final

from starlette.responses import Response

from amity.console.context import Console
from amity.console.numbers import page_in
from amity.console.once import Once
from amity.console.pages.groups.reading import PAGE, address, group_of, pages
from amity.console.refusing import refusal
from amity.errors import Code, ImError

RESULTS: Final = {"agree": 1, "refuse": -1}
"""``handleResult`` of each button."""


async def show(once: Once, console: Console) -> Response:
    """Answer with a page of the requests, the newest first."""
    return await _page(once, console, await group_of(console))


async def answer(once: Once, console: Console) -> Response:
    """Agree to a request, or refuse it. One that somebody else has answered meanwhile is no error."""
    group = await group_of(console)
    user, result = console.form.get("user", ""), console.form.get("answer", "")
    if result not in RESULTS:
        raise ImError(Code.ARGS, "answer: is agree or refuse")
    body = {
        "groupID": group.group_id,
        "fromUserID": user,
        "handledMsg": console.form.get("message", "").strip(),
        "handleResult": RESULTS[result],
    }
    number = page_in(console.query)
    there = address("requests", group.group_id, **({"page": str(number)} if number > 1 else {}))
    try:
        about = f"{group.group_id} {user}"
        await console.act(f"groups.{result}", "/group/group_application_response", body, about=about)
    except ImError as error:
        if error.code == Code.GROUP_REQUEST_HANDLED:
            return console.redirect(f"{there}&said=said.groups.was_answered")
        return await _page(once, console, group, refusal(console.texts, "groups", error), of=user)
    return console.redirect(f"{there}&said=said.groups.{result}d")


async def _page(once: Once, console: Console, group: Any, problem: str = "", *, of: str = "") -> Response:
    number = page_in(console.query)
    body = {
        "fromUserID": console.session.user_id,
        "groupIDs": [group.group_id],
        "handleResults": [0],
        "pagination": {"pageNumber": number, "showNumber": PAGE},
    }
    # It shows what they wrote to be let in.
    async with once.audited(console, "groups.read_requests", group.group_id):
        found = await console.call("/group/get_recv_group_applicationList", body)
    return console.page(
        "pages/groups/requests.html",
        status=400 if problem else 200,
        group=group,
        requests=found.group_requests,
        total=found.total,
        problem=problem,
        of=of,
        of_is_here=any(each.user_info.user_id == of for each in found.group_requests),
        page=number,
        message=console.form.get("message", "")[:1024],
        **pages(console, number, found.total, "id"),
    )
