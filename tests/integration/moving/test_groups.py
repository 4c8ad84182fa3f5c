"""Groups, their members and the wishes to join them: exported, and restored as they were."""

import pytest

from tests.integration.moving.group_records import (
    EVERYTHING,
    LISTS,
    LONG_AGO,
    application,
    exported,
    group,
    member,
    members,
)
from tests.integration.moving.relation_records import EXPORT, RESTORE, restore, user
from tests.support.databases import ON_SQLITE_ALONE
from tests.support.stored_rows import stored_rows

VERSIONS = "select group_id, member_version, info_version, sort_version, member_count from chat_groups order by 1"
JOINED = (
    "select u.user_id, g.group_id, m.joined_version, m.joined_added_version, m.deleted from group_members as m"
    " join users as u on u.user_seq = m.user_seq join chat_groups as g on g.group_seq = m.group_seq order by 1, 2"
)


async def rows(database_url, sql):
    return [tuple(row) for row in await stored_rows(database_url, sql)]


async def test_restored_groups_are_exported_as_they_were(people):
    answer = await restore(people, **EVERYTHING)
    assert [answer[name] for name in LISTS] == [3, 4, 3]
    assert answer["skipped"] == []
    assert await exported(people) == EVERYTHING


async def test_numbers_of_groups_that_mean_nothing_here_stay_as_the_other_server_had_them(people):
    unknown = {"needVerification": 9, "lookMemberInfo": 2, "applyMemberFriend": -4}
    (group, *_) = EVERYTHING["groups"]
    await restore(people, groups=[group | unknown])
    (found,) = (await exported(people))["groups"]
    assert {name: found[name] for name in unknown} == unknown


@pytest.mark.parametrize("limit", [1, 2, 3])
async def test_pages_of_any_size_have_each_record_once(people, limit):
    await restore(people, **EVERYTHING)
    assert await exported(people, limit) == EVERYTHING


async def test_the_first_page_says_how_many_there_are(people):
    await restore(people, **EVERYTHING)
    totals = (await people.data(EXPORT, {}))["totals"]
    assert [totals[name] for name in LISTS] == [3, 4, 3]


async def test_restoring_again_changes_nothing(people, database_url):
    await restore(people, **EVERYTHING)
    before = await rows(database_url, VERSIONS), await rows(database_url, JOINED)
    assert before[0] == [("chess", 2, 2, 1, 1), ("choir", 2, 2, 1, 3), ("gone", 2, 2, 1, 0)]
    await restore(people, **EVERYTHING)
    assert (await rows(database_url, VERSIONS), await rows(database_url, JOINED)) == before


async def test_groups_may_come_before_their_members_and_have_their_owner_from_the_beginning(people):
    await restore(people, groups=EVERYTHING["groups"])
    assert await members(people, "choir") == {"ann": 100}
    for part in EVERYTHING["groupMembers"]:
        await restore(people, groupMembers=[part])
    await restore(people, groupApplications=EVERYTHING["groupApplications"])
    assert await exported(people) == EVERYTHING


async def test_who_restores_users_and_groups_at_once_names_new_users(rest):
    await restore(rest, users=[user("ann"), user("bob"), user("cid")], **EVERYTHING)
    assert await exported(rest) == EVERYTHING


async def test_every_change_has_a_new_version_of_the_lists_it_is_on(people, database_url):
    await restore(people, **EVERYTHING)
    await restore(people, groupMembers=[member("chess", "ann"), member("choir", "cid", 60)])
    assert await rows(database_url, VERSIONS) == [("chess", 3, 2, 1, 2), ("choir", 3, 2, 3, 3), ("gone", 2, 2, 1, 0)]
    joined = {row[:2]: row[2:] for row in await rows(database_url, JOINED)}
    assert joined["ann", "chess"] == (3, 3, 0)
    assert joined["cid", "choir"] == (2, 2, 0)
    await restore(people, groups=[group("chess", "bob", groupName="Go", historyForNewMembers=1)])
    assert (await rows(database_url, VERSIONS))[0] == ("chess", 4, 4, 1, 2)


async def test_the_owner_of_a_group_s_record_is_its_only_owner(people):
    await restore(people, groups=[group("g", "ann")], groupMembers=[member("g", "bob", 60), member("g", "cid")])
    await restore(people, groups=[group("g", "bob")])
    assert await members(people, "g") == {"ann": 20, "bob": 100, "cid": 20}


async def test_a_member_with_the_role_of_the_owner_takes_the_group_over(people):
    await restore(people, groups=[group("g", "ann")], groupMembers=[member("g", "ann", 100), member("g", "bob", 100)])
    assert await members(people, "g") == {"ann": 20, "bob": 100}
    assert (await exported(people))["groups"][0]["ownerUserID"] == "bob"


async def test_no_record_takes_the_only_owner_away(people):
    await restore(people, groups=[group("g", "ann")], groupMembers=[member("g", "ann", 20)])
    assert await members(people, "g") == {"ann": 100}


async def test_a_group_that_is_dismissed_loses_its_members(people, database_url):
    await restore(people, **EVERYTHING)
    await restore(people, groups=[group("choir", "", status=2)])
    assert await members(people, "choir") == {}
    assert (await rows(database_url, VERSIONS))[1] == ("choir", 3, 3, 1, 0)
    joined = {row[:2]: row[2:] for row in await rows(database_url, JOINED)}
    assert joined["bob", "choir"][2] == 1
    assert joined["bob", "choir"][0] > joined["bob", "choir"][1]
    await restore(people, groups=[group("choir", "cid")])
    assert await members(people, "choir") == {"cid": 100}


async def test_a_dismissed_group_gets_no_members(people):
    await restore(people, groups=[group("gone", "", status=2)])
    refused = await people.post(RESTORE, {"groupMembers": [member("gone", "ann")]})
    assert (refused["errCode"], "groupMembers[0].groupID: the group is dismissed" in refused["errDlt"]) == (1204, True)
    answer = await restore(
        people, partial=True, groups=[group("g", "ann")], groupMembers=[member("gone", "ann"), member("g", "ann", 100)]
    )
    assert (answer["groupMembers"], [each["errCode"] for each in answer["skipped"]]) == (1, [1204])


async def test_a_member_waits_for_no_answer(people):
    await restore(people, groups=[group("g", "ann")], groupApplications=[application("g", "bob", 0)])
    await restore(people, groupMembers=[member("g", "bob")])
    (found,) = (await exported(people))["groupApplications"]
    assert (found["handleResult"], found["handleTime"], found["handlerUserID"]) == (1, LONG_AGO + 2, "")


async def test_an_unknown_helper_is_left_empty(people):
    await restore(
        people,
        groups=[group("g", "ann", creatorUserID="who")],
        groupMembers=[member("g", "bob", inviterUserID="who", operatorUserID="who")],
    )
    found = await exported(people)
    assert found["groups"][0]["creatorUserID"] == ""
    assert found["groupMembers"][1]["inviterUserID"] == ""


async def test_what_is_made_while_an_export_runs_is_not_in_it(people):
    await restore(people, groups=[group("g", "ann")])
    page = await people.data(EXPORT, {"limit": 1})
    await people.register("dan")
    await restore(people, groups=[group("late", "ann")], groupMembers=[member("late", "bob"), member("g", "dan")])
    found = {name: list(page[name]) for name in LISTS}
    while page["next"]:
        page = await people.data(EXPORT, {"after": page["next"], "limit": 1})
        for name in LISTS:
            found[name] += page[name]
    assert [each["groupID"] for each in found["groups"]] == ["g"]
    assert [each["userID"] for each in found["groupMembers"]] == ["ann"]


async def test_large_groups_come_in_several_requests(people, database_url):
    users = [f"u{number}" for number in range(1500)]
    for begin in (0, 750):
        await restore(people, users=[user(each) for each in users[begin : begin + 750]])
    await restore(people, groups=[group("g", "ann")])
    for begin in (0, 750):
        await restore(people, groupMembers=[member("g", each) for each in users[begin : begin + 750]])
    assert len(await members(people, "g")) == 1501
    await restore(people, groups=[group("g", "", status=2)])
    assert await members(people, "g") == {}
    assert await rows(database_url, "select count(*) from group_members where deleted = 0") == [(0,)]


@ON_SQLITE_ALONE
@pytest.mark.parametrize(
    ("lists", "code", "detail"),
    [
        ({"groups": [group("", "ann")]}, 1001, "groups[0].groupID is empty"),
        ({"groups": [group("x" * 65, "ann")]}, 1001, "groups[0].groupID: 65 characters"),
        ({"groups": [group("g\n", "ann")]}, 1001, "groups[0].groupID: has a character that cannot be shown"),
        ({"groups": [group("g", "")]}, 1001, "groups[0].ownerUserID is empty"),
        ({"groups": [group("g", "who")]}, 1004, "groups[0].ownerUserID: user not found: who"),
        ({"groups": [group("g", "ann", groupName="n" * 1025)]}, 1001, "groups[0].groupName: 1025 characters"),
        ({"groups": [group("g", "ann", status=1)]}, 1001, "groups[0].status"),
        ({"groups": [group("g", "ann")] * 2}, 1001, "groups[1]: repeated: g"),
        ({"groupMembers": [member("", "ann")]}, 1001, "groupMembers[0].groupID is empty"),
        ({"groupMembers": [member("no", "ann")]}, 1004, "groupMembers[0].groupID: group not found: no"),
        ({"groupMembers": [member("there", "who")]}, 1004, "groupMembers[0].userID: user not found: who"),
        ({"groupMembers": [member("there", "bob", 50)]}, 1001, "groupMembers[0].roleLevel"),
        ({"groupMembers": [member("there", "bob", ex="e" * 16385)]}, 1001, "groupMembers[0].ex: 16385 characters"),
        ({"groupApplications": [application("no", "ann", 0)]}, 1004, "groupApplications[0].groupID: group not found"),
        ({"groupApplications": [application("there", "", 0)]}, 1001, "groupApplications[0].userID is empty"),
        ({"groupApplications": [application("there", "bob", 0, reqMsg="r" * 1025)]}, 1001, "reqMsg: 1025 characters"),
    ],
)
async def test_what_is_none_refuses_all_and_is_named(people, lists, code, detail):
    await restore(people, groups=[group("there", "ann")])
    before = await exported(people)
    refused = await people.post(RESTORE, {"groups": [group("new", "ann")]} | lists)
    assert (refused["errCode"], detail in refused["errDlt"]) == (code, True), refused
    assert await exported(people) == before
