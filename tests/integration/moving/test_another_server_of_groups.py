"""What happened in groups on one server holds on the server that its export was brought into, on the other engine."""

import json
from typing import Any

import pytest

from tests.integration.messages.conftest import Talk, make_group
from tests.integration.moving.conftest import EXPORT, Move, Target
from tests.integration.moving.test_everything import ordered
from tests.support.rest import Rest

USERS = ("ann", "bob", "cid", "dan")
CONVERSATION = "sg_club"
PAGE = {"pageNumber": 1, "showNumber": 100}


async def seen(rest: Rest, user: str) -> dict[str, Any]:
    """Return all that a user is answered about groups, and about what is written in them."""
    joined = await rest.data("/group/get_joined_group_list", {"fromUserID": user, "pagination": PAGE})
    ids = [group["groupID"] for group in joined["groups"]]
    asked = {"userID": user, "seqRanges": [{"conversationID": CONVERSATION, "begin": 1, "end": 99, "num": 99}]}
    wishes = {"userID": user, "pagination": PAGE}
    return {
        "joined": joined,
        "members": [
            await rest.data("/group/get_group_member_list", {"groupID": each, "pagination": PAGE}, user=user)
            for each in ids
        ],
        "asked": await rest.data("/group/get_user_req_group_applicationList", wishes),
        "pulled": await rest.data("/msg/pull_msg_by_seq", asked),
        "newest": (await rest.data("/msg/newest_seq", {"userID": user}))["maxSeqs"],
        "seqs": await rest.data("/msg/get_conversations_has_read_and_max_seq", {"userID": user}),
        "all": await rest.data("/conversation/get_all_conversations", {"ownerUserID": user}),
    }


async def everybody_sees(rest: Rest) -> dict[str, Any]:
    return {user: ordered(await seen(rest, user)) for user in USERS}


@pytest.fixture
async def club(talk: Talk) -> Talk:
    """A server on whose group everything has happened, with one that was dismissed."""
    rest = talk.rest
    await rest.register("dan", "eve")
    await make_group(rest, "club", "ann", "bob", "cid", "dan")
    await make_group(rest, "gone", "ann", "bob")
    for text in ("one", "two", "three", "four"):
        await talk.ann.write("club", text)
    quoted = {"text": "see", "quoteMessage": {"seq": 3, "clientMsgID": "ann-two", "content": "two"}}
    await talk.bob.write("club", "quote", contentType=114, content=json.dumps(quoted).encode())
    at = {"text": "hi", "atUserList": ["AtAllTag"], "isAtSelf": False}
    await talk.ann.write("club", "at", contentType=106, content=json.dumps(at).encode())
    by_ann = {"conversationID": CONVERSATION, "userID": "ann"}
    await rest.data("/msg/revoke_msg", by_ann | {"seq": 3}, user="ann")
    hidden = {"conversationID": CONVERSATION, "userID": "cid", "seqs": [2, 4]}
    await rest.data("/msg/delete_msgs", hidden, user="cid")
    read = {"conversationID": CONVERSATION, "userID": "bob", "hasReadSeq": 4}
    await rest.data("/msg/set_conversation_has_read_seq", read, user="bob")
    roles = [{"groupID": "club", "userID": "bob", "roleLevel": 60, "nickname": "Second"}]
    await rest.data("/group/set_group_member_info", {"members": roles})
    await rest.data("/group/mute_group_member", {"groupID": "club", "userID": "cid", "mutedSeconds": 1_000_000})
    await rest.data("/group/quit_group", {"groupID": "club", "userID": "dan"}, user="dan")
    await talk.ann.write("club", "after dan")
    cleared = {"userID": "bob", "conversationIDs": [CONVERSATION]}
    await rest.data("/msg/clear_conversation_msg", cleared, user="bob")
    join = {"groupID": "club", "reqMessage": "me", "joinSource": 3, "inviterUserID": "dan"}
    await rest.data("/group/join_group", join, user="dan")
    await rest.data("/group/dismiss_group", {"groupID": "gone", "deleteMember": False})
    await talk.bob.write("club", "last")
    return talk


async def test_everybody_sees_the_same(club: Talk, target: Target, move: Move):
    before = await everybody_sees(club.rest)
    for _ in range(2):
        await move()
        assert await everybody_sees(target.rest) == before


async def test_everybody_sees_the_same_after_a_later_export(club: Talk, target: Target, move: Move):
    await move()
    await club.rest.data("/group/group_application_response", answer("dan", 1))
    await club.rest.data("/group/transfer_group", handed("ann", "bob"))
    changed = {"groupID": "club", "groupName": "Club", "notification": "news"}
    await club.rest.data("/group/set_group_info_ex", changed)
    await club.ann.write("club", "more")
    before = await everybody_sees(club.rest)
    for _ in range(2):
        await move()
        assert await everybody_sees(target.rest) == before


def answer(user: str, result: int) -> dict[str, Any]:
    return {"groupID": "club", "fromUserID": user, "handledMsg": "come", "handleResult": result}


def handed(old: str, new: str) -> dict[str, Any]:
    return {"groupID": "club", "oldOwnerUserID": old, "newOwnerUserID": new}


async def test_the_export_of_the_other_server_is_the_same(club: Talk, target: Target, move: Move):
    await move()
    found = []
    for rest in (club.rest, target.rest):
        after, records = "", []
        while True:
            page = await rest.data(EXPORT, {"after": after})
            names = ("groups", "groupMembers", "groupApplications", "messages", "chats")
            records += [record for name in names for record in page[name]]
            if not (after := page["next"]):
                break
        found.append(sorted(records, key=str))
    assert found[0] == found[1]
    kinds = {each["kind"] for each in found[0]}
    assert kinds == {"group", "member", "groupApplication", "message", "chat"}


async def test_members_go_on_writing_where_the_numbers_end(club: Talk, target: Target, move: Move):
    await move()
    newest = (await seen(target.rest, "ann"))["newest"][CONVERSATION]
    ann = await target.connect("ann")
    bob = await target.connect("bob")
    await ann.write("club", "here")
    conversation, pushed = await bob.pushed()
    assert (conversation, pushed.seq) == (CONVERSATION, newest + 1)
    assert newest not in [
        each["seq"] for each in (await seen(target.rest, "dan"))["pulled"]["msgs"].get(CONVERSATION, {}).get("Msgs", [])
    ]
