"""The page Imports in a real browser: a file is dropped, checked, started, stopped, gone on with, and its report read.

The picture of docs/console.md is taken here: ``CONSOLE_PICTURES=$PWD/docs make test-clients``.
"""

import asyncio
import os
from pathlib import Path

import pytest

from tests.clients.console.conftest import log_in
from tests.clients.console.test_console import PHONE, tab_to
from tests.integration.console.importing import csv_of
from tests.support.behaviour import Answer
from tests.support.business_server import BusinessServer
from tests.support.rest import ADMIN, SECRET, Rest
from tests.support.server_process import ServerProcess

PICTURES = os.environ.get("CONSOLE_PICTURES")
OWNERS = [f"user{n:03}" for n in range(300)]
REFUSED = {
    "user007": (5001, "Minor", "is not of age"),
    "user042": (5002, "Unverified", "has not confirmed its address"),
    "user128": (5001, "Minor", "is not of age"),
}


class Decider:
    """A business server's rule: refuses three owners, and keeps further questions waiting while it is told to."""

    def __init__(self):
        self.answers = asyncio.Event()
        self.answers.set()

    def __call__(self, request):
        return _Later(self, request.json["ownerUserID"])


class _Later:
    def __init__(self, decider, owner):
        self._decider = decider
        self._owner = owner

    async def respond(self, exchange):
        await self._decider.answers.wait()
        answer: dict[str, object] = {"actionCode": 0, "nextCode": 0}
        if self._owner in REFUSED:
            code, message, detail = REFUSED[self._owner]
            answer = {"actionCode": 1, "nextCode": 1, "errCode": code, "errMsg": message, "errDlt": detail}
        return await Answer(answer).respond(exchange)


@pytest.fixture
def decider():
    return Decider()


@pytest.fixture
async def console_server(tmp_path, decider):
    """A server that asks a business server about imports, and knows the users of the file."""
    async with BusinessServer(decider) as business:
        settings = {
            "secret": SECRET,
            "admins": [ADMIN],
            "database": f"sqlite:///{tmp_path / 'amity.db'}",
            "console": {"enable": True},
            "callbacks": {"url": business.url, "beforeImportFriends": {"enable": True, "timeout": 60}},
        }
        async with ServerProcess(tmp_path, settings) as server:
            async with Rest(server.url) as rest:
                await rest.register("ann", *OWNERS)
            yield server


async def comes_to(administrator, state):
    """Wait until the page of a job shows a state."""
    await administrator.call("appears", f"#state[data-state={state}]")


async def uploaded(administrator, text=None):
    """Drop a file, and wait until it is checked."""
    await administrator.call("open", "/console/imports")
    pairs = csv_of((owner, "ann") for owner in OWNERS).decode()
    await administrator.call("drop", "#upload", "friends.csv", text or pairs)
    await comes_to(administrator, "ready" if text is None else "failed")


async def cells(administrator, selector):
    return [row.split("\t") for row in await administrator.call("texts", selector)]


async def test_a_file_is_dropped_and_what_the_business_server_refuses_is_reported(administrator):
    await uploaded(administrator)
    assert await administrator.call("texts", "[aria-labelledby=first] thead th") == [
        "ownerUserID\ntaken for ownerUserID",
        "friendUserID\ntaken for friendUserID",
    ]
    first = await cells(administrator, "[aria-labelledby=first] tbody tr")
    assert first == [[owner, "ann"] for owner in OWNERS[:10]]
    await administrator.call("click", "form[action='/console/imports/start'] button")
    await comes_to(administrator, "done")
    found = dict(await cells(administrator, ".numbers tr"))
    assert (found["Imported"], found["Skipped"], found["5001 Minor"]) == ("297", "3", "2")
    refused = [[owner, "ann", str(code), word, why] for owner, (code, word, why) in REFUSED.items()]
    assert sorted(await cells(administrator, "[aria-labelledby=report] tbody tr")) == refused
    if PICTURES:
        await administrator.call("screenshot", str(Path(PICTURES) / "console-imports.png"))
    fetched = "fetch(document.querySelector('a[download]').href).then(answer => answer.text())"
    report = (await administrator.call("evaluate", fetched)).splitlines()
    assert sorted(report[1:]) == [",".join(row) for row in refused]
    await administrator.call("click", "nav.tabs a[href='/console/imports/calls']")
    await administrator.call("arrives", "/console/imports/calls")
    shown = await cells(administrator, "main tbody tr")
    assert sorted((row[1], row[7]) for row in shown) == [
        (owner, f"Rejected\n{code} {word}: {why}") for owner, (code, word, why) in REFUSED.items()
    ]


async def test_an_import_shows_how_far_it_is_is_stopped_and_gone_on_with(administrator, decider):
    await uploaded(administrator)
    decider.answers.clear()
    await administrator.call("click", "form[action='/console/imports/start'] button")
    await comes_to(administrator, "running")
    assert await administrator.call("become", "#line", ["0 of 300 pairs"], 10_000) == ["0 of 300 pairs"]
    assert await administrator.call("evaluate", "document.querySelector('#progress').max") == 300
    await administrator.call("click", "form[action='/console/imports/stop'] button")
    await comes_to(administrator, "stopping")
    decider.answers.set()
    await comes_to(administrator, "stopped")
    assert await administrator.call("texts", "form[action='/console/imports/start'] button") == ["Go on"]
    await administrator.call("click", "form[action='/console/imports/start'] button")
    await comes_to(administrator, "done")
    assert dict(await cells(administrator, ".numbers tr"))["Imported"] == "297"


async def test_a_page_that_watches_says_that_its_session_has_ended(administrator, decider):
    await uploaded(administrator)
    decider.answers.clear()
    await administrator.call("click", "form[action='/console/imports/start'] button")
    await comes_to(administrator, "running")
    await administrator.call("forget")
    said = ["Your session has ended. Load the page again to log in; an import that runs goes on."]
    assert await administrator.call("become", "#stale", said, 10_000) == said
    decider.answers.set()


async def test_what_cannot_be_uploaded_is_said_beside_the_form_and_what_was_typed_is_kept(administrator, tmp_path):
    await administrator.call("open", "/console/imports")
    await administrator.call("fill", "#columns", "from,to")
    await administrator.call("click", "#upload button")
    assert await administrator.call("become", "#upload [role=alert]", ["Choose a file first."], 5000)
    (tmp_path / "empty.csv").touch()
    await administrator.call("choose", "#file", str(tmp_path / "empty.csv"))
    await administrator.call("click", "#upload button")
    said = ["The file is empty."]
    assert await administrator.call("become", "#upload [role=alert]", said, 5000) == said
    await administrator.call("forget")
    (tmp_path / "empty.csv").write_text("ann,user001\n")
    await administrator.call("choose", "#file", str(tmp_path / "empty.csv"))
    await administrator.call("click", "#upload button")
    said = ["Your session has ended. Load the page again to log in; an import that runs goes on."]
    assert await administrator.call("become", "#upload [role=alert]", said, 5000) == said
    assert await administrator.call("evaluate", "document.querySelector('#columns').value") == "from,to"


async def test_a_file_with_other_columns_is_checked_again_with_the_keyboard(administrator):
    await uploaded(administrator, "from,to\nann,user001\n")
    [said] = await administrator.call("texts", "#problem")
    assert "say which columns count, for example: Columns 'from,to'" in said
    await tab_to(administrator, id="columns")
    await administrator.call("type", "from,to")
    await administrator.call("press", "Enter")
    await comes_to(administrator, "ready")
    await tab_to(administrator, text="Start the import")
    await administrator.call("press", "Enter")
    await comes_to(administrator, "done")


async def test_who_does_not_leave_out_bad_lines_is_told_in_the_words_of_the_page(administrator):
    await administrator.call("open", "/console/imports")
    await administrator.call("drop", "#upload", "friends.csv", "ownerUserID,friendUserID\nann,user001\nann\n")
    await comes_to(administrator, "ready")
    await administrator.call("click", "form[action='/console/imports/start'] button")
    await administrator.call("appears", "#lacks")
    [said] = await administrator.call("texts", "#lacks")
    assert said.startswith("The file has bad lines.")
    assert not await administrator.call("axe")


async def test_discarding_is_asked_about_first(administrator):
    await uploaded(administrator)
    await administrator.call("click", "a[href^='/console/imports/discard']")
    assert await administrator.call("become", "h1", ["Discard an import"], 5000) == ["Discard an import"]
    await administrator.call("click", "form[action='/console/imports/discard'] button")
    await administrator.call("arrives", "/console/imports")
    assert not await administrator.call("texts", "main tbody tr")


@pytest.mark.parametrize("locale", ["en-GB", "zh-CN"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_the_page_of_a_job_fits_a_phone_and_axe_finds_nothing(sit, scheme, locale):
    administrator = await sit(colorScheme=scheme, locale=locale, **PHONE)
    await log_in(administrator)
    await uploaded(administrator, f"{'a' * 60};{'b' * 60};{'c' * 60}\n1;2;3\n")
    assert await administrator.call("evaluate", "document.documentElement.scrollWidth") <= 360
    assert not await administrator.call("axe")
    await uploaded(administrator)
    assert await administrator.call("evaluate", "document.documentElement.scrollWidth") <= 360
    assert not await administrator.call("axe")
    await administrator.call("click", "a[href^='/console/imports/discard']")
    await administrator.call("appears", "form[action='/console/imports/discard'] button")
    assert not await administrator.call("axe")


PROXY = 'return new Response("<h1>Bad Gateway</h1>", { status: 502 })'
BROKEN = 'throw new TypeError("Failed to fetch")'


def losing(name, times, lost):
    """A script by which the first ``times`` requests of that name are carried out, and their answers ``lost``."""
    return f"""() => {{
        const send = window.fetch;
        window.posted = [];
        window.fetch = async (...request) => {{
            posted.push(request[0].match(/[a-z]+[.]json/)[0]);
            const answer = await send(...request);
            const isLost = posted.at(-1) === {name!r} && posted.filter(each => each === {name!r}).length <= {times};
            if (isLost) {lost};
            return answer;
        }};
    }}"""


@pytest.mark.parametrize("lost", [PROXY, BROKEN], ids=["proxy", "broken"])
async def test_a_part_of_a_file_is_sent_again_where_its_answer_was_lost(administrator, lost):
    await administrator.call("open", "/console/imports")
    await administrator.call("evaluate", f"({losing('part.json', 2, lost)})()")
    pairs = csv_of((owner, "ann") for owner in OWNERS).decode()
    await administrator.call("drop", "#upload", "friends.csv", pairs)
    await comes_to(administrator, "ready")


async def test_an_upload_is_not_begun_again_where_its_answer_was_lost(administrator):
    await administrator.call("open", "/console/imports")
    await administrator.call("evaluate", f"({losing('new.json', 1, BROKEN)})()")
    await administrator.call("drop", "#upload", "friends.csv", "ann,user001\n")
    said = ["The server does not answer."]
    assert await administrator.call("become", "#upload [role=alert]", said, 5000) == said
    assert await administrator.call("evaluate", "posted") == ["new.json"]
