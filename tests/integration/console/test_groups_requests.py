"""Requests to join a group in the console."""

import html
import re

import pytest

from tests.integration.console.groups import (
    GROUP,
    ODD,
    apply,
    members_of,
    with_club,
)
from tests.integration.console.messages import entries

REQUESTS = "/console/groups/requests?id=club"


@pytest.fixture
async def rest(start_server):
    return await with_club(start_server)


@pytest.mark.parametrize(("result", "is_in"), [("agree", True), ("refuse", False)])
async def test_a_request_to_join_is_answered(admin, rest, result, is_in):
    await apply(rest, message=ODD)
    assert "Requests to join: 1" in (await admin.get(GROUP)).text
    there = "/console/groups/requests?id=club"
    page = await admin.get(there)
    assert ODD in html.unescape(page.text)
    assert '<b>"' not in page.text
    answer = await admin.submit(there, {"user": "dee", "answer": result, "message": "hello"}, on=there)
    assert answer.headers["location"].endswith(f"said=said.groups.{result}d")
    assert ("dee" in await members_of(rest)) is is_in
    assert await entries(admin, f"groups.{result}") == [("club dee", "Done")]
    assert "Nobody waits for an answer." in (await admin.get(there)).text


async def test_who_has_read_the_requests_to_join_is_an_entry_of_the_audit_log(admin, rest):
    await apply(rest)
    for _ in range(2):
        await admin.get("/console/groups/requests?id=club")
    assert await entries(admin, "groups.read_requests") == [("club", "Done")]


async def test_who_is_the_second_to_answer_a_request_is_told_so(admin, rest):
    await apply(rest)
    there = "/console/groups/requests?id=club"
    page = await admin.get(there)
    await admin.submit(there, {"user": "dee", "answer": "refuse"}, on=there)
    csrf = re.search(r'name="csrf" value="([0-9a-f]{64})"', page.text)
    assert csrf
    answer = await admin.post(there, {"csrf": csrf[1], "user": "dee", "answer": "agree"})
    assert answer.headers["location"].endswith("said=said.groups.was_answered")
    assert "dee" not in await members_of(rest)


@pytest.fixture
async def waiting(rest):
    """51 users who want to join the club: the oldest, ``user00``, is on the second page."""
    users = [f"user{number:02}" for number in range(51)]
    await rest.register(*users)
    await rest.data("/group/set_group_info_ex", {"groupID": "club", "needVerification": 0})
    for user in users:
        await apply(rest, user)


async def test_a_form_of_the_second_page_of_requests_leads_back_to_it(admin, waiting):
    page = await admin.get(f"{REQUESTS}&page=2")
    action = re.search(r'<form method="post" action="(/console/groups/requests[^"]*)"', page.text)
    assert action
    assert action[1].replace("&amp;", "&") == f"{REQUESTS}&page=2"
    answer = await admin.submit(f"{REQUESTS}&page=2", {"user": "user00", "answer": "agree"}, on=GROUP)
    assert answer.headers["location"] == f"{REQUESTS}&page=2&said=said.groups.agreed"


@pytest.mark.parametrize(("page", "named"), [("", True), ("&page=2", False)])
async def test_a_refusal_is_said_on_any_page_of_requests(admin, waiting, page, named):
    answer = await admin.submit(
        f"{REQUESTS}{page}", {"user": "user00", "answer": "agree", "message": "x" * 1025}, on=GROUP
    )
    assert answer.status_code == 400
    assert answer.text.count('role="alert"') == 1
    assert ("<bdi>user00</bdi>: " in answer.text) is named
