"""What tests of the page Messages share: two who wrote to each other, what stands on a page, and the audit log."""

import html
import re
from typing import Any

import httpx

from tests.integration.conftest import StartServer
from tests.integration.console.test_audit import cells
from tests.support.console import Visitor
from tests.support.rest import Rest

ODD = """<script>alert("1")</script>'&"""


async def with_writers(start_server: StartServer) -> Rest:
    """Start a server that searches texts, with Ann and Bob, who wrote to each other."""
    rest = await start_server(console={"enable": True}, messages={"textSearch": True})
    await rest.register("ann", "bob", "cid")
    for number in range(1, 5):
        await say(rest, "ann" if number % 2 else "bob", f"apple {number}")
    return rest


async def say(
    rest: Rest, sender: str, text: str, *, receiver: str = "", kind: int = 101, content: object = None, **fields: object
) -> Any:
    """Send a message, to the other one of Ann and Bob where nobody is named."""
    body = {
        "sendID": sender,
        "recvID": receiver or ("bob" if sender == "ann" else "ann"),
        "contentType": kind,
        "sessionType": 1,
        "content": content or {"content": text},
        **fields,
    }
    return await rest.data("/msg/send_msg", body)


def texts_of(page: httpx.Response) -> list[str]:
    """Return the texts of a conversation's messages, as they are shown."""
    lines = page.text.partition('<ol class="lines"')[2].partition("</ol>")[0]
    return [html.unescape(each) for each in re.findall(r'<p class="(?:content|gone)">(?:<bdi>)?([^<]*)', lines)]


def numbers_of(page: httpx.Response) -> list[int]:
    """Return the numbers of a conversation's messages."""
    return [int(each) for each in re.findall(r'<li id="m(\d+)"', page.text)]


async def entries(admin: Visitor, action: str) -> list[tuple[str, str]]:
    """Return about what there are entries of an action, and what became of it in a word, the newest first."""
    page = await admin.get(f"/console/audit?action={action}")
    return [(row[3], "".join(re.findall("^[A-Za-z]*", row[4]))) for row in cells(page.text)]
