"""The pages of groups say what was refused, wherever the form stood."""

import re

import pytest

from tests.integration.console.test_groups import alert_of, apply, make, members_of, rest, values_of  # noqa: F401

GROUP = "/console/groups/group?id=club"
REQUESTS = "/console/groups/requests?id=club"


@pytest.fixture
async def waiting(rest):  # noqa: F811 - the fixture
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


@pytest.mark.parametrize("form", [{"do": "mute"}, {"do": "add", "users": "dee"}, {"do": "info", "name": "New"}])
async def test_what_is_sent_to_a_group_that_was_dissolved_meanwhile_is_refused_in_words(admin, rest, form):  # noqa: F811
    values = values_of(await admin.get(GROUP))
    await rest.data("/group/dismiss_group", {"groupID": "club"})
    answer = await admin.post(GROUP, values | form)
    assert answer.status_code == 400
    assert alert_of(answer) == "The group has been dissolved meanwhile."
