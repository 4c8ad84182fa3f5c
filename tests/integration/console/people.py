"""What tests of the page People share: what stands on a page, and the entries of the audit log."""

import re
from html import unescape
from typing import Any
from urllib.parse import quote

from tests.support.console import Visitor
from tests.support.rest import Rest

PAGE = {"pageNumber": 1, "showNumber": 100}
_TAG = re.compile(r"<[^<>]*>")


def path(rest: str, user: str, **query: Any) -> str:
    """The path of a page about a user."""
    more = "".join(f"&{name}={quote(str(value), safe='')}" for name, value in query.items())
    return f"/console/people/{rest}?id={quote(user, safe='')}{more}"


def text_of(html: str) -> str:
    """What a reader sees of a page, in one line."""
    return " ".join(unescape(_TAG.sub(" ", html)).split())


def rows_of(html: str) -> list[list[str]]:
    """The cells of the last table of a page, row by row, without its head."""
    body = html.rpartition("<tbody>")[2].partition("</tbody>")[0]
    return [
        [text_of(f"<{cell}") for cell in row.split("<td")[1:] for cell in [f"td{cell}"]]
        for row in body.split("<tr")[1:]
    ]


def problem_of(html: str) -> str:
    """What is said to be wrong."""
    return text_of(html.partition('role="alert"')[2].partition(">")[2].partition("</p>")[0])


def field_of(html: str, name: str) -> str:
    """What stands in a field of a form."""
    found = re.search(rf'<input[^<>]*name="{name}"[^<>]*value="([^"]*)"', html) or re.search(
        rf'<textarea[^<>]*name="{name}"[^<>]*>\n([^<]*)</textarea>', html
    )
    assert found, name
    return unescape(found[1])


async def logged(admin: Visitor, action: str) -> list[list[str]]:
    """About whom entries of an action are, and what became of it, newest first."""
    return [row[3:5] for row in rows_of((await admin.get(f"/console/audit?action={action}")).text)]


async def profile_of(rest: Rest, user: str) -> dict[str, Any]:
    """A user as the REST API has it."""
    found = (await rest.data("/user/get_users_info", {"userIDs": [user]}))["usersInfo"]
    return dict(found[0])
