"""The members of a group: pages, some by their ids, and the ids of all."""

from typing import Any

import pytest

from amity.sync.lists import id_hash

ALL = {"pageNumber": 1, "showNumber": 100}
READS: dict[str, dict[str, Any]] = {
    "get_group_member_list": {"pagination": ALL},
    "get_group_members_info": {"userIDs": ["ann"]},
    "get_group_member_user_id": {},
    "get_full_group_member_user_ids": {"idHash": 0},
}


def ids_of(answer):
    return [member["userID"] for member in answer["members"]]


async def test_pages_of_members_have_the_order_of_the_ids_of_all(lists):
    await lists.make("g", "dan", "bob", "ann", admins=["eve"])
    await lists.invite("g", "cid")
    pages = [
        ids_of(await lists.ask("get_group_member_list", groupID="g", pagination={"pageNumber": at, "showNumber": 2}))
        for at in (1, 2, 3, 4)
    ]
    assert pages == [["dan", "eve"], ["ann", "bob"], ["cid"], []]
    expected = ["dan", "eve", "ann", "bob", "cid"]
    assert await lists.ids("g", user="ann") == expected
    assert (await lists.ask("get_group_member_user_id", groupID="g"))["userIDs"] == expected


async def test_who_comes_and_goes_takes_its_place_in_the_order(lists):
    await lists.make("g", "dan", "bob", "ann")
    assert await lists.ids("g") == ["dan", "ann", "bob"]
    await lists.invite("g", "cid")
    await lists.kick("g", "ann")
    assert await lists.ids("g") == ["dan", "bob", "cid"]
    await lists.invite("g", "ann")
    assert await lists.ids("g") == ["dan", "bob", "cid", "ann"]


async def test_a_member_is_shown_as_it_is(lists):
    await lists.make("g", "ann", "bob")
    answer = await lists.ask("get_group_members_info", user="bob", groupID="g", userIDs=["bob", "ann", "bob", "eve"])
    assert ids_of(answer) == ["ann", "bob"]
    assert answer["members"][0] | {"joinTime": 1} == {
        "groupID": "g",
        "userID": "ann",
        "roleLevel": 100,
        "joinTime": 1,
        "nickname": "ann",
        "faceURL": "",
        "appMangerLevel": 0,
        "joinSource": 2,
        "operatorUserID": "imAdmin",
        "ex": "",
        "muteEndTime": 0,
        "inviterUserID": "imAdmin",
    }
    assert (await lists.ask("get_group_member_list", groupID="g", pagination=ALL))["members"] == answer["members"]


@pytest.mark.parametrize(
    ("chosen", "expected"),
    [
        (0, ["ann", "bob", "cid", "dan", "eve"]),
        (1, ["ann"]),
        (2, ["bob", "cid"]),
        (3, ["dan", "eve"]),
        (4, ["bob", "cid", "dan", "eve"]),
        (5, ["ann", "bob", "cid"]),
    ],
)
async def test_a_filter_lets_roles_through(lists, chosen, expected):
    await lists.make("g", "ann", "dan", "eve", admins=["bob", "cid"])
    answer = await lists.ask("get_group_member_list", groupID="g", pagination=ALL, filter=chosen)
    assert (ids_of(answer), answer["total"]) == (expected, len(expected))


@pytest.mark.parametrize("chosen", [-1, 6])
async def test_an_unknown_filter_is_refused(lists, chosen):
    await lists.make("g", "ann")
    assert await lists.refused("get_group_member_list", groupID="g", pagination=ALL, filter=chosen) == 1001


async def test_a_keyword_finds_ids_and_both_names(lists):
    await lists.make("g", "ann", "bob", "cid", "dan")
    await lists.rest.data("/user/update_user_info", {"userInfo": {"userID": "bob", "nickname": "Äpfel"}})
    await lists.set_member("g", "bob", nickname="Boss")

    async def found(keyword, **more):
        answer = await lists.ask(
            "get_group_member_list", groupID="g", pagination={**ALL, **more}, keyword=keyword, filter=0
        )
        return answer["total"], ids_of(answer)

    assert await found("BO") == (1, ["bob"])
    assert await found("äPF") == (1, ["bob"])
    assert await found("oss") == (1, ["bob"])
    assert await found("n") == (2, ["ann", "dan"])
    assert await found("n", pageNumber=2, showNumber=1) == (2, ["dan"])
    assert await found("%") == (0, [])
    assert await found(".*") == (0, [])


async def test_a_keyword_is_searched_among_the_roles_of_the_filter(lists):
    await lists.make("g", "ann", "dan")
    answer = await lists.ask("get_group_member_list", groupID="g", pagination=ALL, keyword="n", filter=3)
    assert ids_of(answer) == ["dan"]


async def test_a_keyword_searches_more_members_than_are_read_at_a_time(lists):
    users = [f"u{number:04}" for number in range(1200)]
    for begin in range(0, len(users), 400):
        await lists.rest.register(*users[begin : begin + 400])
    await lists.make("g", "ann", *users[:900])
    await lists.invite("g", *users[900:])
    answer = await lists.ask("get_group_member_list", groupID="g", pagination=ALL, keyword="u11")
    assert (answer["total"], ids_of(answer)) == (100, users[1100:])
    whole = await lists.ask("get_group_member_list", groupID="g", pagination={"pageNumber": 1, "showNumber": 10_000})
    assert (whole["total"], ids_of(whole)) == (1201, await lists.ids("g"))


EIGHTEEN = "\ufdfa"
"""A letter that becomes eighteen when it is folded."""


async def test_a_keyword_leaves_others_their_turn_however_long_names_are(lists):
    users = [f"u{number:03}" for number in range(300)]
    await lists.rest.register(*users)
    await lists.make("g", "ann", *users)
    await lists.store(f"update group_members set nickname = '{EIGHTEEN * 1024}' where role_level = 20")
    # That no turn of the loop is long, the watch of all these tests looks after.
    answer = await lists.ask("get_group_member_list", groupID="g", pagination=ALL, keyword=EIGHTEEN * 3, user="u001")
    assert (answer["total"], ids_of(answer)) == (300, users[:100])


async def test_ids_whose_hash_the_client_has_are_left_out(lists):
    await lists.make("g", "ann", "bob")
    same = await lists.ask("get_full_group_member_user_ids", groupID="g", idHash=id_hash(["ann", "bob"]))
    assert (same["equal"], same["userIDs"]) == (True, [])
    other = await lists.ask("get_full_group_member_user_ids", groupID="g", idHash=id_hash(["bob", "ann"]))
    assert (other["equal"], other["userIDs"]) == (False, ["ann", "bob"])


@pytest.mark.parametrize("what", READS)
async def test_members_are_for_members_and_administrators(lists, what):
    await lists.make("g", "ann", "bob")
    await lists.ask(what, user="bob", groupID="g", **READS[what])
    await lists.ask(what, groupID="g", **READS[what])
    stranger = await lists.rest.post(f"/group/{what}", {"groupID": "g", **READS[what]}, user="eve")
    unknown = await lists.rest.post(f"/group/{what}", {"groupID": "h", **READS[what]}, user="eve")
    assert (stranger["errCode"], unknown["errCode"]) == (1002, 1002)
    assert stranger["errDlt"].replace("group g", "group h") == unknown["errDlt"]
    assert await lists.refused(what, groupID="h", **READS[what]) == 1004


@pytest.mark.parametrize("what", READS)
async def test_who_was_removed_reads_members_no_more(lists, what):
    await lists.make("g", "ann", "bob")
    await lists.kick("g", "bob")
    assert await lists.refused(what, user="bob", groupID="g", **READS[what]) == 1002


@pytest.mark.parametrize("what", READS)
async def test_a_dismissed_group_has_no_members(lists, what):
    await lists.make("g", "ann", "bob")
    await lists.dismiss("g")
    assert await lists.refused(what, user="ann", groupID="g", **READS[what]) == 1002
    answer = await lists.ask(what, groupID="g", **READS[what])
    assert answer.get("members", answer.get("userIDs")) == []


@pytest.mark.parametrize("what", READS)
async def test_a_group_must_be_named(lists, what):
    assert await lists.refused(what, **READS[what]) == 1001


async def test_users_must_be_named(lists):
    await lists.make("g", "ann")
    assert await lists.refused("get_group_members_info", groupID="g", userIDs=[]) == 1001
    assert await lists.refused("get_group_members_info", groupID="g", userIDs=["u"] * 1001) == 1001
