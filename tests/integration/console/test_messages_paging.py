"""Pages of messages and groups go on where the last one ended, without a row twice."""

import html
import re

import pytest

from tests.integration.console.messages import numbers_of, say, with_writers
from tests.integration.console.test_audit import cells

READ = "/console/messages?conversation=si_ann_bob"


@pytest.fixture
async def rest(start_server):
    return await with_writers(start_server)


@pytest.fixture
async def many(rest):
    """60 messages."""
    for number in range(5, 61):
        await say(rest, "ann", f"apple {number}")


def link_of(page, rel):
    """Return where a link leads."""
    found = re.search(rf'href="([^"]*)" rel="{rel}"', page.text)
    return html.unescape(found[1]) if found else ""


async def test_older_messages_are_those_before_the_page(admin, many):
    page = await admin.get(READ)
    assert numbers_of(page) == list(range(11, 61))
    page = await admin.get(link_of(page, "prev"))
    assert numbers_of(page) == list(range(1, 11))
    assert not link_of(page, "prev")
    assert numbers_of(await admin.get(link_of(page, "next"))) == list(range(11, 61))


async def test_a_conversation_that_was_cleared_for_everybody_has_no_numbers(admin, rest):
    option = {"IsSyncOther": True}
    body = {"userID": "ann", "conversationIDs": ["si_ann_bob"], "deleteSyncOpt": option}
    await rest.data("/msg/clear_conversation_msg", body)
    page = await admin.get(READ)
    assert page.status_code == 200
    assert "messages 5 to 4" not in page.text
    assert "There are no such messages." in page.text


async def test_a_search_goes_on_with_older_messages_and_back_to_the_newest(admin, many):
    page = await admin.get("/console/messages?sender=ann")
    found = [row[4] for row in cells(page.text)]
    older = await admin.get(link_of(page, "next"))
    found += [row[4] for row in cells(older.text)]
    assert found == [f"apple {number}" for number in [*range(60, 4, -1), 3, 1]]
    assert not link_of(older, "next")
    newest = await admin.get(link_of(older, "first"))
    assert [row[4] for row in cells(newest.text)] == found[:50]


async def test_the_list_of_groups_goes_on(admin, rest):
    for number in range(51):
        info = {"groupID": f"g{number:02}", "groupName": "Club", "groupType": 2}
        await rest.data("/group/create_group", {"ownerUserID": "ann", "memberUserIDs": [], "groupInfo": info})
    page = await admin.get("/console/groups")
    assert [row[1] for row in cells((await admin.get(link_of(page, "next"))).text)] == ["g00"]
