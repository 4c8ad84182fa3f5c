"""The groups that a user is in: pages, changes and ids."""

from typing import Any

import pytest

from amity.sync.lists import id_hash

ALL = {"pageNumber": 1, "showNumber": 100}
READS: dict[str, dict[str, Any]] = {
    "get_joined_group_list": {"fromUserID": "ann", "pagination": ALL},
    "get_incremental_join_groups": {"userID": "ann"},
    "get_full_join_group_ids": {"userID": "ann"},
}


def ids_of(groups):
    return [group["groupID"] for group in groups]


async def test_pages_have_the_order_of_the_ids_of_all(lists):
    for group, name in (("g1", "b"), ("g2", "a"), ("g3", "a"), ("g4", "c")):
        await lists.make(group, "bob", "ann", groupName=name)
    await lists.make("other", "bob")
    pages = [
        await lists.ask(
            "get_joined_group_list", user="ann", fromUserID="ann", pagination={"pageNumber": at, "showNumber": 3}
        )
        for at in (1, 2, 3)
    ]
    assert [ids_of(each["groups"]) for each in pages] == [["g2", "g3", "g1"], ["g4"], []]
    assert [each["total"] for each in pages] == [4, 4, 4]
    ids = await lists.ask("get_full_join_group_ids", user="ann", userID="ann")
    assert ids["groupIDs"] == ["g2", "g3", "g1", "g4"]


async def test_the_roles_of_the_user_come_with_the_groups_of_a_page_if_they_are_asked_for(lists):
    await lists.make("g1", "ann", "bob")
    await lists.make("g2", "bob", "ann")
    await lists.make("g3", "bob", "ann")
    await lists.set_member("g3", "ann", roleLevel=60)
    asked = {"fromUserID": "ann", "pagination": {"pageNumber": 1, "showNumber": 3}}
    answer = await lists.ask("get_joined_group_list", user="ann", withRoles=True, **asked)
    assert answer["roleLevels"] == {"g1": 100, "g2": 20, "g3": 60}
    assert "roleLevels" not in await lists.ask("get_joined_group_list", user="ann", **asked)


async def test_a_group_is_shown_as_it_is(lists):
    await lists.make("g", "bob", "ann", notification="hear", introduction="about", ex="{}", needVerification=1)
    answer = await lists.ask("get_joined_group_list", user="ann", fromUserID="ann", pagination=ALL)
    assert answer["groups"][0] | {"createTime": 1} == {
        "groupID": "g",
        "groupName": "g",
        "notification": "hear",
        "introduction": "about",
        "faceURL": "",
        "ownerUserID": "bob",
        "createTime": 1,
        "memberCount": 2,
        "ex": "{}",
        "status": 0,
        "creatorUserID": "imAdmin",
        "groupType": 2,
        "needVerification": 1,
        "lookMemberInfo": 0,
        "applyMemberFriend": 0,
        "notificationUpdateTime": answer["groups"][0]["notificationUpdateTime"],
        "notificationUserID": answer["groups"][0]["notificationUserID"],
    }


async def test_changes_are_what_was_joined_and_left(lists):
    await lists.make("g1", "bob", "ann")
    first = await lists.ask("get_incremental_join_groups", user="ann", userID="ann")
    assert (first["full"], first["insert"]) == (True, [])
    since = {"userID": "ann", "versionID": first["versionID"], "version": first["version"]}
    await lists.make("g2", "bob", "ann")
    await lists.kick("g1", "ann")
    answer = await lists.ask("get_incremental_join_groups", user="ann", **since)
    assert (answer["full"], ids_of(answer["insert"]), answer["update"], answer["delete"]) == (
        False,
        ["g2"],
        [],
        ["g1"],
    )
    assert (answer["version"], answer["sortVersion"]) == (first["version"] + 2, 0)
    since["version"] = answer["version"]
    nothing = await lists.ask("get_incremental_join_groups", user="ann", **since)
    assert (nothing["full"], nothing["insert"], nothing["delete"]) == (False, [], [])


async def test_a_group_that_was_left_and_joined_again_is_an_insert(lists):
    await lists.make("g", "bob", "ann")
    first = await lists.ask("get_incremental_join_groups", user="ann", userID="ann")
    await lists.kick("g", "ann")
    await lists.invite("g", "ann")
    since = {"userID": "ann", "versionID": first["versionID"], "version": first["version"]}
    answer = await lists.ask("get_incremental_join_groups", user="ann", **since)
    assert (ids_of(answer["insert"]), answer["update"], answer["delete"]) == (["g"], [], [])


async def test_a_dismissed_group_is_gone_even_if_it_was_the_only_one(lists):
    await lists.make("g", "ann")
    first = await lists.ask("get_incremental_join_groups", user="ann", userID="ann")
    await lists.dismiss("g")
    assert await lists.ask("get_joined_group_list", fromUserID="ann", pagination=ALL) == {"total": 0, "groups": []}
    assert (await lists.ask("get_full_join_group_ids", userID="ann"))["groupIDs"] == []
    since = {"userID": "ann", "versionID": first["versionID"], "version": first["version"]}
    assert (await lists.ask("get_incremental_join_groups", user="ann", **since))["delete"] == ["g"]


async def test_a_version_of_another_database_is_answered_in_full(lists):
    await lists.make("g", "ann")
    version = (await lists.ask("get_full_join_group_ids", userID="ann"))["version"]
    answer = await lists.ask("get_incremental_join_groups", userID="ann", versionID="0" * 24, version=version)
    assert answer["full"] is True


async def test_more_than_two_hundred_changes_are_answered_in_full(lists):
    first = await lists.ask("get_incremental_join_groups", userID="ann")
    for number in range(201):
        await lists.make(f"g{number}", "bob")
    await lists.store(
        "insert into group_members select g.group_seq, u.user_seq, 9, 9, 1 + g.group_seq, 1 + g.group_seq, 0, 20, 0, 2,"
        " 0, 0, 0, '', '', '' from chat_groups as g cross join users as u where u.user_id = 'ann'"
    )
    since = {"userID": "ann", "versionID": first["versionID"], "version": first["version"]}
    assert (await lists.ask("get_incremental_join_groups", **since))["full"] is True
    answer = await lists.ask("get_incremental_join_groups", **since | {"version": first["version"] + 1})
    assert (answer["full"], len(answer["insert"])) == (False, 200)


async def test_ids_whose_hash_the_client_has_are_left_out(lists):
    none = await lists.ask("get_full_join_group_ids", user="ann", userID="ann", idHash=0)
    assert (none["equal"], none["version"], none["groupIDs"]) == (True, 1, [])
    await lists.make("g", "ann")
    same = await lists.ask("get_full_join_group_ids", user="ann", userID="ann", idHash=id_hash(["g"]))
    assert (same["equal"], same["groupIDs"]) == (True, [])
    other = await lists.ask("get_full_join_group_ids", user="ann", userID="ann", idHash=7)
    assert (other["equal"], other["groupIDs"]) == (False, ["g"])


@pytest.mark.parametrize("what", READS)
async def test_the_groups_of_a_user_are_for_the_user_and_administrators(lists, what):
    await lists.ask(what, user="ann", **READS[what])
    await lists.ask(what, **READS[what])
    assert await lists.refused(what, user="bob", **READS[what]) == 1002


@pytest.mark.parametrize("what", READS)
async def test_an_unknown_user_is_in_no_group(lists, what):
    body = {name: "ghost" if value == "ann" else value for name, value in READS[what].items()}
    answer = await lists.ask(what, **body)
    assert not any(answer[name] for name in ("groups", "insert", "groupIDs") if name in answer)


@pytest.mark.parametrize("what", READS)
async def test_what_is_missing_is_named(lists, what):
    for field in READS[what]:
        body = {name: value for name, value in READS[what].items() if name != field}
        refused = await lists.rest.post(f"/group/{what}", body)
        assert (refused["errCode"], refused["errDlt"]) == (1001, f"{field} is empty")
