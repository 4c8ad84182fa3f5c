"""Who is named in messages of groups, and how its conversation says so."""

import json

import pytest

from tests.integration.messages.conftest import Club, Person, make_group

CHAT = "sg_club"


async def at(person: Person, text: str, *named: str) -> None:
    content = json.dumps({"text": text, "atUserList": named}).encode()
    await person.write("club", text, contentType=106, content=content, atUserIDList=named)


async def at_type(club: Club, user: str) -> int:
    asked = {"ownerUserID": user, "conversationID": CHAT}
    row = await club.rest.data("/conversation/get_conversation", asked, user=user)
    at_type: int = row["conversation"]["groupAtType"]
    return at_type


async def set_row(club: Club, user: str, **settings: object) -> int:
    conversation = {"conversationID": CHAT, "conversationType": 3, "groupID": "club", **settings}
    body = {"userIDs": [user], "conversation": conversation}
    code: int = (await club.rest.post("/conversation/set_conversations", body, user=user))["errCode"]
    return code


async def test_who_is_named_is_marked_and_others_are_not(club: Club):
    await at(club.ann, "hey", "bob", "ann", "nobody")
    assert [await at_type(club, user) for user in ("ann", "bob", "cid")] == [0, 1, 0]


async def test_everybody_is_marked_but_the_sender(club: Club):
    await at(club.ann, "hey", "AtAllTag")
    assert [await at_type(club, user) for user in ("ann", "bob", "cid")] == [0, 2, 2]


async def test_who_is_named_beside_everybody_is_marked_as_both(club: Club):
    await at(club.ann, "hey", "AtAllTag", "bob")
    assert [await at_type(club, user) for user in ("ann", "bob", "cid")] == [0, 3, 2]


async def test_marks_of_several_messages_add_up_also_for_who_names_everybody_itself(club: Club):
    await at(club.ann, "one", "bob")
    await at(club.cid, "all", "AtAllTag")
    assert [await at_type(club, user) for user in ("ann", "bob", "cid")] == [2, 3, 0]
    await at(club.bob, "all", "AtAllTag")
    assert [await at_type(club, user) for user in ("ann", "bob", "cid")] == [2, 3, 2]


async def test_a_mark_is_taken_away_and_comes_back_with_the_next_message(club: Club):
    await at(club.ann, "hey", "AtAllTag", "bob")
    assert await set_row(club, "bob", groupAtType=0) == 0
    assert [await at_type(club, user) for user in ("bob", "cid")] == [0, 2]
    assert (await club.bob.notified_of(1300))["conversationIDList"] == [CHAT]
    await at(club.ann, "again", "AtAllTag")
    assert await at_type(club, "bob") == 2


async def test_only_messages_with_mentions_name_anybody(club: Club):
    await club.ann.write("club", "hey", atUserIDList=["bob", "AtAllTag"])
    assert await at_type(club, "bob") == 0


async def test_who_left_is_not_marked(club: Club):
    await club.do("quit_group", user="bob")
    await at(club.ann, "hey", "AtAllTag", "bob")
    assert await at_type(club, "bob") == 0


async def test_the_mark_of_who_left_stays_whatever_the_group_does_then(club: Club):
    await at(club.ann, "hey", "AtAllTag")
    await club.do("quit_group", user="bob")
    assert await at_type(club, "bob") == 2
    await at(club.ann, "again", "AtAllTag")
    assert await at_type(club, "bob") == 2
    await club.do("set_group_info_ex", notification="A")
    assert await at_type(club, "bob") == 2
    assert await set_row(club, "bob", groupAtType=0) == 0
    assert await at_type(club, "bob") == 0


async def test_the_list_of_who_is_named_has_a_new_version(club: Club):
    asked = {"userID": "bob", "versionID": "", "version": 0}
    before = await club.rest.data("/conversation/get_incremental_conversations", asked, user="bob")
    await at(club.ann, "hey", "bob")
    asked |= {"versionID": before["versionID"], "version": before["version"]}
    after = await club.rest.data("/conversation/get_incremental_conversations", asked, user="bob")
    assert [each["groupAtType"] for each in after["update"]] == [1]


async def version_of(club: Club, user: str) -> dict[str, object]:
    asked = {"userID": user, "versionID": "", "version": 0}
    answer = await club.rest.data("/conversation/get_incremental_conversations", asked, user=user)
    return {"userID": user, "versionID": answer["versionID"], "version": answer["version"]}


async def updates(club: Club, user: str, since: dict[str, object]) -> list[int]:
    answer = await club.rest.data("/conversation/get_incremental_conversations", since, user=user)
    assert (answer["full"], answer["insert"], answer["delete"]) == (False, [], [])
    return [each["groupAtType"] for each in answer["update"]]


async def test_marks_for_everybody_are_updates_of_the_list_until_they_are_seen(club: Club):
    since = await version_of(club, "bob")
    await at(club.ann, "hey", "AtAllTag")
    assert await updates(club, "bob", since) == [2]
    assert await updates(club, "bob", since) == [2]
    await set_row(club, "bob", groupAtType=0)
    assert await updates(club, "bob", since) == [0]
    assert await updates(club, "bob", await version_of(club, "bob")) == []


async def test_a_conversation_that_is_new_and_marked_is_an_update(club: Club):
    since = await version_of(club, "bob")
    await make_group(club.rest, "choir", "ann", "bob")
    await club.rest.data("/group/set_group_info_ex", {"groupID": "choir", "notification": "Friday"}, user="ann")
    assert await updates(club, "bob", since) == [4]


async def test_an_announcement_is_an_update_of_the_lists_of_all_but_who_made_it(club: Club):
    lists = {user: await version_of(club, user) for user in ("ann", "bob", "cid")}
    await club.do("set_group_info_ex", notification="We sing on Friday")
    found = {user: await updates(club, user, since) for user, since in lists.items()}
    assert found == {"ann": [], "bob": [4], "cid": [4]}


async def test_a_conversation_that_is_marked_in_two_ways_is_one_update(club: Club):
    since = await version_of(club, "bob")
    await at(club.ann, "hey", "bob")
    await at(club.ann, "all", "AtAllTag")
    assert await updates(club, "bob", since) == [3]


async def test_who_left_is_not_told_of_marks_for_everybody(club: Club):
    await club.do("quit_group", user="bob")
    since = await version_of(club, "bob")
    await at(club.ann, "hey", "AtAllTag")
    assert await updates(club, "bob", since) == []


async def test_who_is_named_is_notified_that_its_conversation_has_changed(club: Club):
    await at(club.ann, "hey", "bob")
    assert (await club.bob.notified_of(1300))["conversationIDList"] == [CHAT]
    await at(club.ann, "last", "bob")
    # Nothing came to another member but the messages.
    assert [(await club.cid.pushed())[1].contentType for _ in range(2)] == [106, 106]


@pytest.mark.parametrize("way", ["a message", "an announcement"])
async def test_all_members_are_notified_of_what_marks_everybody(club: Club, way):
    if way == "a message":
        await at(club.ann, "hey", "AtAllTag")
    else:
        await club.do("set_group_info_ex", notification="We sing on Friday")
    for person in (club.bob, club.cid):
        assert (await person.notified_of(1300))["conversationIDList"] == [CHAT]


async def test_a_conversation_of_a_group_is_set_by_who_has_it(club: Club):
    settings = {"recvMsgOpt": 2, "isPinned": True, "ex": "x", "attachedInfo": "a", "burnDuration": 5}
    assert await set_row(club, "bob", **settings) == 0
    asked = {"ownerUserID": "bob", "conversationID": CHAT}
    row = (await club.rest.data("/conversation/get_conversation", asked, user="bob"))["conversation"]
    assert {name: row[name] for name in settings} == settings
    assert (row["conversationType"], row["groupID"], row["userID"]) == (3, "club", "")
    assert (await club.bob.notified_of(1300))["conversationIDList"] == [CHAT]


async def test_a_member_who_has_deleted_the_conversation_gets_it_again_by_setting_it(club: Club):
    deleted = {"ownerUserID": "bob", "conversationIDs": [CHAT]}
    await club.rest.data("/conversation/delete_conversations", deleted, user="bob")
    assert await set_row(club, "bob", isPinned=True) == 0
    assert await club.bob.max_seqs() == {CHAT: 1}


@pytest.mark.parametrize(
    ("user", "settings", "code"),
    [
        ("eve", {"recvMsgOpt": 1}, 1004),
        ("bob", {"groupID": "", "conversationID": ""}, 1001),
        ("bob", {"groupID": "other"}, 1001),
        ("bob", {"groupID": "nowhere", "conversationID": "sg_nowhere", "ex": "x"}, 1004),
        ("bob", {"isPrivateChat": True}, 1001),
        ("bob", {"recvMsgOpt": 3}, 1001),
        ("bob", {"groupAtType": 5}, 1001),
    ],
)
async def test_what_cannot_be_set_is_refused(club: Club, user, settings, code):
    await club.rest.register("eve")
    assert await set_row(club, user, **settings) == code
