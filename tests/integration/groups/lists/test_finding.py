"""Groups by their ids and names, and who may find which."""

import pytest

ALL = {"pageNumber": 1, "showNumber": 100}


def ids_of(answer):
    return [found["groupInfo"]["groupID"] for found in answer["groups"]]


async def test_groups_are_got_by_their_ids(lists):
    await lists.make("g1", "ann")
    await lists.make("g2", "ann")
    answer = await lists.ask("get_groups_info", user="ann", groupIDs=["g2", "unknown", "g1", "g2"])
    assert [group["groupID"] for group in answer["groupInfos"]] == ["g2", "g1"]


async def test_a_stranger_sees_a_group_but_not_its_announcement(lists):
    await lists.make("g", "ann", "bob", introduction="about")
    await lists.set_group("g", user="ann", notification="secret")
    shown = {
        user: (await lists.ask("get_groups_info", user=user, groupIDs=["g"]))["groupInfos"][0]
        for user in ("bob", "eve", "imAdmin")
    }
    assert shown["bob"] == shown["imAdmin"]
    assert (shown["bob"]["notification"], shown["bob"]["notificationUserID"]) == ("secret", "ann")
    hidden = {"notification": "", "notificationUpdateTime": 0, "notificationUserID": ""}
    assert shown["eve"] == {**shown["bob"], **hidden}


async def test_a_dismissed_group_is_still_known(lists):
    await lists.make("g", "ann")
    await lists.dismiss("g")
    (group,) = (await lists.ask("get_groups_info", user="ann", groupIDs=["g"]))["groupInfos"]
    assert (group["status"], group["memberCount"], group["ownerUserID"]) == (2, 0, "")


@pytest.mark.parametrize("asked", [None, [], ["g"] * 1001])
@pytest.mark.parametrize("what", ["get_groups_info", "get_group_abstract_info"])
async def test_some_groups_are_named_and_not_too_many(lists, what, asked):
    assert await lists.refused(what, user="ann", groupIDs=asked) == 1001


async def test_a_user_finds_its_own_groups_and_an_administrator_all(lists):
    await lists.make("g1", "ann", "bob")
    await lists.make("g2", "ann")
    await lists.make("g3", "bob")
    assert ids_of(await lists.ask("get_groups", user="bob", pagination=ALL)) == ["g3", "g1"]
    assert ids_of(await lists.ask("get_groups", pagination=ALL)) == ["g3", "g2", "g1"]
    assert await lists.ask("get_groups", user="bob", pagination=ALL, groupID="g2") == {"total": 0, "groups": []}
    assert ids_of(await lists.ask("get_groups", user="bob", pagination=ALL, groupID="g1")) == ["g1"]


async def test_who_was_removed_finds_a_group_no_more(lists):
    await lists.make("g", "ann", "bob")
    await lists.kick("g", "bob")
    assert await lists.ask("get_groups", user="bob", pagination=ALL, groupID="g") == {"total": 0, "groups": []}


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("%", ["percent"]),
        ("_", ["line"]),
        (".*", ["stars"]),
        ("!", ["bang"]),
        ("\\", ["slash"]),
        ("[a-z]", []),
        ("100", ["percent"]),
        ("STRASSE", ["street"]),
        ("straße", ["street"]),
        ("ünd", ["street"]),
        ("", ["street", "slash", "bang", "stars", "line", "percent"]),
    ],
)
async def test_a_name_is_found_by_a_part_as_it_is(lists, name, expected):
    for group, called in {
        "percent": "100% team",
        "line": "a_b",
        "stars": "a.*b",
        "bang": "hey!",
        "slash": "a\\b",
        "street": "Straße ÜND Haus",
    }.items():
        await lists.make(group, "ann", groupName=called)
    for user in ("ann", "imAdmin"):
        answer = await lists.ask("get_groups", user=user, pagination=ALL, groupName=name)
        assert (ids_of(answer), answer["total"]) == (expected, len(expected))


async def test_what_is_found_has_pages_and_the_name_of_the_owner(lists):
    for number in range(5):
        await lists.make(f"g{number}", "ann", "bob", groupName="team")
    answer = await lists.ask("get_groups", user="bob", groupName="team", pagination={"pageNumber": 2, "showNumber": 2})
    assert (ids_of(answer), answer["total"]) == (["g2", "g1"], 5)
    assert [(each["groupOwnerUserName"], each["groupOwnerUserID"]) for each in answer["groups"]] == [("ann", "ann")] * 2
    await lists.set_member("g3", "ann", nickname="Boss")
    answer = await lists.ask("get_groups", user="bob", groupID="g3", pagination=ALL)
    assert answer["groups"][0]["groupOwnerUserName"] == "Boss"


async def test_a_new_name_is_found_and_the_old_one_no_more(lists):
    await lists.make("g", "ann", groupName="before")
    await lists.set_group("g", groupName="After")
    assert ids_of(await lists.ask("get_groups", pagination=ALL, groupName="after")) == ["g"]
    assert ids_of(await lists.ask("get_groups", pagination=ALL, groupName="before")) == []


async def test_dismissed_groups_are_not_found(lists):
    await lists.make("g", "ann")
    await lists.dismiss("g")
    assert await lists.ask("get_groups", pagination=ALL, groupID="g") == {"total": 0, "groups": []}


async def test_a_long_name_finds_nothing_and_fails_nothing(lists):
    await lists.make("g", "ann")
    assert (await lists.ask("get_groups", pagination=ALL, groupName="\ufdfa" * 1024))["total"] == 0


async def test_a_summary_changes_with_the_members(lists):
    await lists.make("g", "ann", "bob")
    await lists.make("h", "ann")
    first = (await lists.ask("get_group_abstract_info", user="ann", groupIDs=["g", "h", "g"]))["groupAbstractInfos"]
    assert [(each["groupID"], each["groupMemberNumber"]) for each in first] == [("g", 2), ("h", 1)]
    again = await lists.ask("get_group_abstract_info", user="bob", groupIDs=["g"])
    assert again["groupAbstractInfos"] == first[:1]
    await lists.kick("g", "bob")
    (after,) = (await lists.ask("get_group_abstract_info", groupIDs=["g"]))["groupAbstractInfos"]
    assert after["groupMemberNumber"] == 1
    assert after["groupMemberListHash"] != first[0]["groupMemberListHash"]


async def test_summaries_are_for_members_of_each_group_and_administrators(lists):
    await lists.make("g", "ann")
    await lists.make("h", "bob")
    assert await lists.refused("get_group_abstract_info", user="ann", groupIDs=["g", "h"]) == 1002
    assert await lists.refused("get_group_abstract_info", user="ann", groupIDs=["g", "unknown"]) == 1002
    assert await lists.refused("get_group_abstract_info", groupIDs=["g", "unknown"]) == 1201
    await lists.dismiss("g")
    assert await lists.refused("get_group_abstract_info", user="ann", groupIDs=["g"]) == 1002
    assert await lists.refused("get_group_abstract_info", groupIDs=["g"]) == 1201
