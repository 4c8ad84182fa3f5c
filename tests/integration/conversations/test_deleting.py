"""Deleting conversations, and setting ``ex`` in those that others have with a user."""

import pytest

from amity.clock import DAY_MS, SYSTEM_CLOCK
from amity.conversations.deleting import Deleting
from tests.integration.conversations.conftest import DELETE
from tests.integration.messages.conftest import make_group
from tests.support.stored_rows import change_stored_rows

PAIR = "si_ann_bob"
BY_USER = "/conversation/update_conversations_by_user"


async def test_a_deleted_conversation_is_off_the_list_of_its_owner_alone(people):
    await people.send("bob", "ann")
    before = await people.since("ann")
    assert (await people.delete("ann", PAIR))["errCode"] == 0
    changed = await people.since("ann", before)
    assert (changed["delete"], changed["insert"], changed["update"]) == ([PAIR], [], [])
    assert await people.of("ann") == {}
    assert [*await people.of("bob")] == [PAIR]
    await people.delete("ann", PAIR)
    assert (await people.since("ann", changed))["version"] == changed["version"]


async def test_the_next_message_brings_it_back_as_a_new_one_and_what_was_read_stays_read(people):
    await people.send("bob", "ann", "one")
    await people.send("ann", "bob", "two")
    settings = {"isPinned": True, "recvMsgOpt": 2, "ex": "e", "attachedInfo": "a", "burnDuration": 3}
    await people.set("ann", "bob", **settings)
    before = await people.since("ann")
    await people.delete("ann", PAIR)
    await people.send("bob", "ann", "three")
    changed = await people.since("ann", before)
    assert (changed["delete"], changed["update"]) == ([], [])
    (row,) = changed["insert"]
    assert {name: row[name] for name in settings} == {
        "isPinned": False,
        "recvMsgOpt": 0,
        "ex": "",
        "attachedInfo": "",
        "burnDuration": 0,
    }
    assert await people.seqs("ann", PAIR) == (2, 3)


async def test_a_private_chat_is_still_private_when_it_comes_back(people):
    await people.set("ann", "bob", isPrivateChat=True)
    await people.delete("ann", PAIR)
    await people.send("bob", "ann")
    assert [(await people.of(owner))[PAIR]["isPrivateChat"] for owner in ("ann", "bob")] == [True, True]


async def test_those_without_a_message_for_some_days_are_deleted_and_pinned_ones_are_not(people):
    long_ago = SYSTEM_CLOCK.now_ms() - 10 * DAY_MS
    await people.send("bob", "ann", sendTime=long_ago)
    await people.send("cid", "ann", sendTime=long_ago)
    await people.send("dan", "ann")
    await people.set("ann", "cid", isPinned=True)
    assert (await people.delete("ann", needDeleteTime=11))["errCode"] == 0
    assert len(await people.of("ann")) == 3
    assert (await people.delete("ann", needDeleteTime=9))["errCode"] == 0
    assert sorted(await people.of("ann")) == ["si_ann_cid", "si_ann_dan"]


async def test_one_in_which_something_happens_meanwhile_is_not_deleted(people, monkeypatch):
    long_ago = SYSTEM_CLOCK.now_ms() - 10 * DAY_MS
    for sender in ("bob", "cid", "dan"):
        await people.send(sender, "ann", sendTime=long_ago)
    look_up = Deleting._silent

    async def then_something_happens(self: Deleting, *about: int) -> list[int]:
        found = await look_up(self, *about)
        await people.send("bob", "ann")
        await people.set("ann", "cid", isPinned=True)
        return found

    monkeypatch.setattr(Deleting, "_silent", then_something_happens)
    assert (await people.delete("ann", needDeleteTime=9))["errCode"] == 0
    assert sorted(await people.of("ann")) == [PAIR, "si_ann_cid"]


async def test_a_group_in_which_something_is_written_meanwhile_is_not_deleted(people, monkeypatch, database_url):
    for group in ("loud", "silent"):
        await make_group(people.rest, group, "ann", "bob")
    long_ago = SYSTEM_CLOCK.now_ms() - 10 * DAY_MS
    await change_stored_rows(database_url, f"update timelines set last_at = {long_ago}")
    look_up = Deleting._silent

    async def then_somebody_writes(self: Deleting, *about: int) -> list[int]:
        found = await look_up(self, *about)
        message = {"sendID": "bob", "groupID": "loud", "contentType": 101, "sessionType": 3}
        await people.rest.data("/msg/send_msg", {**message, "content": {"content": "hello"}})
        return found

    monkeypatch.setattr(Deleting, "_silent", then_somebody_writes)
    assert (await people.delete("ann", needDeleteTime=9))["errCode"] == 0
    assert [*await people.of("ann")] == ["sg_loud"]


async def test_unknown_ids_and_those_of_others_delete_nothing(people):
    await people.send("bob", "ann")
    await people.send("bob", "cid")
    assert (await people.delete("ann", "si_bob_cid", "zzz", "si_ann_dan"))["errCode"] == 0
    assert ([*await people.of("ann")], [*await people.of("cid")]) == ([PAIR], ["si_bob_cid"])


@pytest.mark.parametrize(
    ("ids", "days", "problem"),
    [
        ([PAIR], 1, "needDeleteTime: cannot be set together with conversationIDs"),
        ([], 0, "conversationIDs: is empty, and so is needDeleteTime"),
        ([], -1, "needDeleteTime: is a number of days, not -1"),
    ],
)
async def test_either_ids_or_days_are_given(people, ids, days, problem):
    refused = await people.delete("ann", *ids, needDeleteTime=days)
    assert (refused["errCode"], refused["errDlt"]) == (1001, problem)


async def test_others_may_not_delete_it(people):
    await people.send("bob", "ann")
    refused = await people.rest.post(DELETE, {"ownerUserID": "ann", "conversationIDs": [PAIR]}, user="bob")
    assert refused["errCode"] == 1002
    assert [*await people.of("ann")] == [PAIR]


async def test_an_administrator_sets_ex_in_the_rows_that_others_have_about_a_user(people):
    await people.send("bob", "ann")
    await people.send("cid", "ann")
    await people.set("ann", "bob", ex="mine")
    await people.set("bob", "cid", ex="theirs")
    before = await people.since("bob")
    await people.rest.data(BY_USER, {"userID": "ann", "ex": "new"})
    assert {each["conversationID"]: each["ex"] for each in (await people.of("bob")).values()} == {
        PAIR: "new",
        "si_bob_cid": "theirs",
    }
    assert (await people.of("cid"))["si_ann_cid"]["ex"] == "new"
    assert (await people.of("ann"))[PAIR]["ex"] == "mine"
    assert [each["conversationID"] for each in (await people.since("bob", before))["update"]] == [PAIR]


async def test_users_may_not_write_into_the_rows_of_others_not_even_about_themselves(people):
    await people.send("bob", "ann")
    for user in ("ann", "bob"):
        assert (await people.rest.post(BY_USER, {"userID": "ann", "ex": "x"}, user=user))["errCode"] == 1002
    assert (await people.rest.post(BY_USER, {"ex": "x"}))["errCode"] == 1001
    assert (await people.rest.post(BY_USER, {"userID": "ghost", "ex": "x"}))["errCode"] == 1004
    assert (await people.of("bob"))[PAIR]["ex"] == ""
