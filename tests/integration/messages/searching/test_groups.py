"""Searching messages of groups: by sender, group, type and text."""

import pytest

from tests.integration.messages.conftest import make_group
from tests.support.rest import ADMIN

SEARCH = "/msg/search_msg"


@pytest.fixture
async def rest(start_server):
    return await start_server(messages={"textSearch": True})


@pytest.fixture
async def people(rest):
    """Ann and Bob, who wrote in the group ``club``, and to each other."""
    await rest.register("ann", "bob")
    await make_group(rest, "club", "ann", "bob")
    for sender, to, text in (
        ("ann", {"groupID": "club", "sessionType": 3}, "one apple"),
        ("bob", {"groupID": "club", "sessionType": 3}, "two apples"),
        ("ann", {"recvID": "bob", "sessionType": 1}, "three apples"),
    ):
        await rest.data("/msg/send_msg", {"sendID": sender, "contentType": 101, "content": {"content": text}, **to})
    return rest


async def found(rest, **asked):
    """Return the first words of the messages that are found, and the total."""
    answer = await rest.data(SEARCH, {"contentType": 101, **asked, "pagination": {"pageNumber": 1, "showNumber": 10}})
    texts = [each["chatLog"]["content"].split('"')[3].split()[0] for each in answer["chatLogs"]]
    return texts, answer["chatLogsNum"]


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ({}, ["one", "two", "three"]),
        ({"sessionType": 3}, ["one", "two"]),
        ({"sessionType": 1}, ["three"]),
        ({"sendID": "ann"}, ["one", "three"]),
        ({"sendID": "ann", "sessionType": 3}, ["one"]),
        ({"recvID": "club"}, ["one", "two"]),
        ({"recvID": "club", "sendID": "bob"}, ["two"]),
        ({"recvID": "club", "sessionType": 1}, []),
        ({"recvID": "bob"}, ["three"]),
        ({"recvID": "bob", "sessionType": 3}, []),
        ({"recvID": "nowhere", "sessionType": 3}, []),
        ({"sendTime": "2001-01-01", "recvID": "club"}, []),
    ],
)
@pytest.mark.parametrize("keyword", ["", "APPLE"])
async def test_messages_of_groups_are_found(people, asked, expected, keyword):
    wanted = {**asked, "keyword": keyword} if keyword else asked
    assert await found(people, **wanted) == (expected, len(expected))


@pytest.mark.parametrize("keyword", ["", "APPLE"])
async def test_what_an_administrator_wrote_in_a_group_of_others_is_found_by_its_sender(people, keyword):
    body = {"groupID": "club", "sessionType": 3, "contentType": 101}
    for text in ("four apples", "five apples"):
        await people.data("/msg/send_msg", {**body, "sendID": ADMIN, "content": {"content": text}})
    wanted = {"sendID": ADMIN, "keyword": keyword} if keyword else {"sendID": ADMIN}
    assert await found(people, **wanted) == (["four", "five"], 2)
    assert await found(people, **wanted, sessionType=3) == (["four", "five"], 2)
    listed = await people.data("/conversation/get_all_conversations", {"ownerUserID": ADMIN})
    assert listed["conversations"] == []


async def test_what_a_change_and_a_notification_of_the_app_tell_is_found_by_who_is_no_member(people):
    await people.data("/group/mute_group", {"groupID": "club"})
    told = {"key": "k", "data": "d", "sendUserID": ADMIN, "recvGroupID": "club", "sendMsg": True}
    await people.data("/msg/send_business_notification", told)
    page = {"pageNumber": 1, "showNumber": 10}
    answer = await people.data(SEARCH, {"sendID": ADMIN, "pagination": page})
    assert [each["chatLog"]["contentType"] for each in answer["chatLogs"]] == [1514, 2001]


async def test_what_is_found_says_in_which_group(people):
    page = {"pageNumber": 1, "showNumber": 10}
    answer = await people.data(SEARCH, {"recvID": "club", "contentType": 101, "pagination": page})
    log = answer["chatLogs"][0]["chatLog"]
    assert (log["recvID"], log["groupID"], log["groupName"], log["groupOwner"]) == ("club", "club", "Club", "ann")
    assert (log["groupMemberCount"], log["groupType"], log["sessionType"], log["seq"]) == (2, 2, 3, 2)
    assert (log["senderNickname"], log["recvNickname"]) == ("ann", "")


async def test_what_is_revoked_is_not_found_by_its_text(people):
    await people.data("/msg/revoke_msg", {"conversationID": "sg_club", "seq": 2, "userID": "ann"}, user="ann")
    assert await found(people, keyword="apple", recvID="club") == (["two"], 1)
