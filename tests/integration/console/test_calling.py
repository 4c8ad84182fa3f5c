"""What a page does by operations of the server: as the administrator, with their checks, and in the audit log."""

import asyncio

import pytest
from starlette.responses import PlainTextResponse

from amity.console import pages
from amity.console.audit.models import Filters
from amity.console.page import Page, Post
from tests.support.rest import ADMIN


@pytest.fixture
def entries(monkeypatch):
    """Adds the page ``/console/trying``, which registers a user; returns what reads the audit log, newest first."""
    grounds = []

    def trying(ground):
        grounds.append(ground)

        async def register(console):
            users = [{"userID": console.form["userID"], "nickname": console.form["nickname"]}]
            await console.act("users.register", "/user/user_register", {"users": users}, about=console.form["userID"])
            return console.redirect("/console/trying")

        async def show(console):
            found = await console.call("/user/get_users_info", {"userIDs": ["alice"]})
            return PlainTextResponse(found.users_info[0].nickname)

        async def fail(_console):
            raise RuntimeError("a fault of the page")

        return Page(name="trying", title="overview.title", gets={"": show, "fault": fail}, posts={"": Post(register)})

    monkeypatch.setattr(pages, "_PAGES", (*pages._PAGES, trying))

    async def read():
        return await grounds[-1].audit.page(Filters(action="users.register"))

    return read


@pytest.fixture
async def rest(entries, start_server):
    """A server that has that page, too."""
    return await start_server(console={"enable": True})


async def register(admin, user, nickname):
    return await admin.submit("/console/trying", {"userID": user, "nickname": nickname}, on="/console/overview")


async def test_an_operation_is_called_as_the_administrator_and_written_down(admin, entries, rest):
    assert (await register(admin, "alice", "Alice")).status_code == 303
    assert (await admin.get("/console/trying")).text == "Alice"
    [entry] = await entries()
    assert (entry.admin, entry.about, entry.outcome, entry.detail) == (ADMIN, "alice", "done", "")
    assert entry.operation_id.startswith("console-")


async def test_what_an_operation_refuses_is_said_and_written_down(admin, entries):
    await register(admin, "alice", "Alice")
    answer = await register(admin, "alice", "Alice")
    assert answer.status_code == 400
    assert "1102 RegisteredAlreadyError" in answer.text
    newest, _ = await entries()
    assert newest.outcome == "refused"
    assert newest.detail.startswith("1102 ")


async def test_a_request_passes_the_checks_that_it_would_pass_over_http(admin, entries):
    answer = await register(admin, "alice", "x" * 5000)
    assert answer.status_code == 400
    [entry] = await entries()
    assert entry.outcome == "refused"


async def test_a_fault_of_a_page_is_answered_in_words_and_logged(admin, caplog):
    answer = await admin.get("/console/trying/fault")
    assert answer.status_code == 503
    assert "internal error; the server&#39;s log has it" in answer.text
    assert "a fault of the page" not in answer.text
    assert "a fault of the page" in caplog.text


async def test_what_is_done_by_the_console_reaches_nobody_who_is_not_logged_in(visitor, rest):
    answers = await asyncio.gather(
        visitor.get("/console/trying"), visitor.post("/console/trying", {"userID": "eve", "nickname": "Eve"})
    )
    assert [answer.status_code for answer in answers] == [303, 303]
    assert (await rest.data("/user/account_check", {"checkUserIDs": ["eve"]}))["results"][0]["accountStatus"] == 0
