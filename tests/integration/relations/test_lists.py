"""Friend lists as clients read, change and sync them."""

import pytest

from amity.sync.lists import id_hash
from tests.support.databases import ON_SQLITE_ALONE


@pytest.fixture
async def people(rest):
    await rest.register("ann", "bob", "cy", "dee", "eve")
    await rest.import_friends("ann", ["dee", "bob", "cy"])
    return rest


async def listed(rest, user="ann", number=1, show=10):
    return await rest.data(
        "/friend/get_friend_list", {"userID": user, "pagination": {"pageNumber": number, "showNumber": show}}
    )


def ids(page):
    return [friend["friendUser"]["userID"] for friend in page["friendsInfo"]]


async def sync(rest, version_id="", version=0, user="ann"):
    return await rest.data(
        "/friend/get_incremental_friends", {"userID": user, "versionID": version_id, "version": version}, user=user
    )


async def test_pages_cover_the_list_once(people):
    first, second, third = [await listed(people, number=number, show=2) for number in (1, 2, 3)]
    assert (first["total"], second["total"], third["total"]) == (3, 3, 3)
    assert sorted(ids(first) + ids(second)) == ["bob", "cy", "dee"]
    assert ids(third) == []


async def test_pinned_friends_come_first(people):
    await people.data("/friend/update_friends", {"ownerUserID": "ann", "friendUserIDs": ["cy"], "isPinned": True})
    assert ids(await listed(people))[0] == "cy"


@ON_SQLITE_ALONE
@pytest.mark.parametrize(
    ("pagination", "named"),
    [(None, "pagination is empty"), ({}, "pageNumber is invalid"), ({"pageNumber": -1, "showNumber": 5}, "pageNumber")],
)
async def test_an_invalid_page_is_refused(people, pagination, named):
    refused = await people.post("/friend/get_friend_list", {"userID": "ann", "pagination": pagination})
    assert refused["errCode"] == 1001
    assert named in refused["errDlt"]


async def test_an_empty_page_has_the_total(people):
    assert await listed(people, show=0) == {"friendsInfo": [], "total": 3}
    assert await listed(people, show=-1) == {"friendsInfo": [], "total": 3}
    assert await listed(people, user="nobody") == {"friendsInfo": [], "total": 0}


@ON_SQLITE_ALONE
async def test_other_users_may_not_read_the_list(people):
    for path, body in (
        ("/friend/get_friend_list", {"userID": "ann", "pagination": {"pageNumber": 1, "showNumber": 1}}),
        ("/friend/get_friend_id", {"userID": "ann"}),
        ("/friend/get_designated_friends", {"ownerUserID": "ann", "friendUserIDs": ["bob"]}),
        ("/friend/get_specified_friends_info", {"ownerUserID": "ann", "userIDList": ["bob"]}),
        ("/friend/get_incremental_friends", {"userID": "ann"}),
        ("/friend/get_full_friend_user_ids", {"userID": "ann"}),
        ("/friend/delete_friend", {"ownerUserID": "ann", "friendUserID": "bob"}),
        ("/friend/update_friends", {"ownerUserID": "ann", "friendUserIDs": ["bob"], "remark": "x"}),
        ("/friend/set_friend_remark", {"ownerUserID": "ann", "friendUserID": "bob", "remark": "x"}),
        ("/friend/is_friend", {"userID1": "ann", "userID2": "bob"}),
    ):
        refused = await people.post(path, body, user="eve")
        assert (path, refused["errCode"]) == (path, 1002)


async def test_designated_friends_leave_out_strangers(people):
    page = await people.data(
        "/friend/get_designated_friends", {"ownerUserID": "ann", "friendUserIDs": ["eve", "cy", "bob"]}
    )
    assert ids(page) == ["bob", "cy"]


async def test_is_friend_checks_each_side(people):
    await people.data("/friend/delete_friend", {"ownerUserID": "bob", "friendUserID": "ann"})
    answer = await people.data("/friend/is_friend", {"userID1": "ann", "userID2": "bob"})
    assert answer == {"inUser1Friends": True, "inUser2Friends": False}


async def test_specified_friends_info_has_the_relation_of_each_user_to_the_owner(people):
    body = {"ownerUserID": "ann", "userIDList": ["eve", "bob", "nobody"]}
    stranger, friend = (await people.data("/friend/get_specified_friends_info", body))["infos"]
    assert (stranger["userInfo"]["userID"], stranger["friendInfo"], stranger["blackInfo"]) == ("eve", None, None)
    assert friend["friendInfo"]["friendUser"] is None
    assert friend["friendInfo"]["createTime"] > 1_700_000_000_000


async def test_a_remark_is_set_and_cleared(people):
    for remark in ("my friend", ""):
        await people.data("/friend/set_friend_remark", {"ownerUserID": "ann", "friendUserID": "bob", "remark": remark})
        page = await people.data("/friend/get_designated_friends", {"ownerUserID": "ann", "friendUserIDs": ["bob"]})
        assert page["friendsInfo"][0]["remark"] == remark
    refused = await people.post(
        "/friend/set_friend_remark", {"ownerUserID": "ann", "friendUserID": "eve", "remark": "x"}
    )
    assert refused["errCode"] == 1004


async def test_the_first_sync_is_full_and_the_next_brings_nothing(people):
    first = await sync(people)
    assert first["full"] is True
    assert len(first["versionID"]) == 24
    again = await sync(people, first["versionID"], first["version"])
    assert again == {**first, "full": False, "delete": [], "insert": [], "update": [], "sortVersion": 0}


async def test_an_empty_list_has_version_one_so_that_the_first_import_is_an_increment(people):
    empty = await sync(people, user="eve")
    assert empty["version"] == 1
    await people.import_friends("eve", ["bob", "cy"])
    more = await sync(people, empty["versionID"], 1, user="eve")
    assert more["full"] is False
    assert sorted(friend["friendUser"]["userID"] for friend in more["insert"]) == ["bob", "cy"]
    assert more["version"] == 3  # each friend has a version, so that a client can be given them in parts


async def test_an_import_of_a_thousand_is_one_increment(people):
    many = [f"f{n}" for n in range(1000)]
    await people.register(*many)
    start = await sync(people)
    await people.import_friends("ann", many)
    more = await sync(people, start["versionID"], start["version"])
    assert more["full"] is False
    assert len(more["insert"]) == 1000
    assert more["version"] == start["version"] + 1000
    assert (await sync(people, more["versionID"], more["version"]))["insert"] == []


async def test_insertions_updates_and_deletions_are_distinguished(people):
    start = await sync(people)
    await people.data("/friend/set_friend_remark", {"ownerUserID": "ann", "friendUserID": "bob", "remark": "B"})
    await people.data("/friend/delete_friend", {"ownerUserID": "ann", "friendUserID": "cy"})
    await people.import_friends("ann", ["eve"])
    await people.data("/friend/update_friends", {"ownerUserID": "ann", "friendUserIDs": ["eve"], "isPinned": True})
    more = await sync(people, start["versionID"], start["version"])
    assert [friend["friendUser"]["userID"] for friend in more["update"]] == ["bob"]
    assert [friend["friendUser"]["userID"] for friend in more["insert"]] == ["eve"]
    assert more["delete"] == ["cy"]
    assert more["sortVersion"] == more["version"] == start["version"] + 4


async def test_a_friends_new_name_reaches_the_lists_that_show_it(people):
    start = await sync(people, user="bob")
    await people.data("/user/update_user_info_ex", {"userInfo": {"userID": "ann", "nickname": "Anna"}}, user="ann")
    more = await sync(people, start["versionID"], start["version"], user="bob")
    assert [friend["friendUser"]["nickname"] for friend in more["update"]] == ["Anna"]


async def test_a_version_of_another_database_or_of_the_future_gets_the_full_list(people):
    start = await sync(people)
    assert (await sync(people, "0" * 24, start["version"]))["full"] is True
    assert (await sync(people, start["versionID"], start["version"] + 1))["full"] is True


async def test_full_ids_are_sent_only_if_the_hash_differs(people):
    answer = await people.data("/friend/get_full_friend_user_ids", {"userID": "ann", "idHash": 0})
    assert answer["equal"] is False
    assert answer["userIDs"] == ids(await listed(people))
    same = await people.data(
        "/friend/get_full_friend_user_ids", {"userID": "ann", "idHash": id_hash(answer["userIDs"])}
    )
    assert (same["equal"], same["userIDs"]) == (True, [])
    nobody = await people.data("/friend/get_full_friend_user_ids", {"userID": "eve", "idHash": 0})
    assert (nobody["equal"], nobody["version"]) == (True, 1)


async def test_updating_nothing_or_strangers_gives_no_new_version(people):
    start = await sync(people)
    await people.data("/friend/update_friends", {"ownerUserID": "ann", "friendUserIDs": ["bob"]})
    await people.data("/friend/update_friends", {"ownerUserID": "ann", "friendUserIDs": ["eve"], "remark": "x"})
    await people.data("/friend/delete_friend", {"ownerUserID": "ann", "friendUserID": "eve"})
    assert (await sync(people))["version"] == start["version"]


async def test_a_page_read_again_shows_every_change_since(people):
    async def shown():
        page = await listed(people)
        return {
            friend["friendUser"]["userID"]: (
                friend["remark"],
                friend["friendUser"]["nickname"],
                friend["friendUser"]["ex"],
            )
            for friend in page["friendsInfo"]
        }

    assert await shown() == await shown() == {name: ("", name, "") for name in ("bob", "cy", "dee")}
    await people.data("/friend/set_friend_remark", {"ownerUserID": "ann", "friendUserID": "bob", "remark": "B"})
    assert (await shown())["bob"] == ("B", "bob", "")
    await people.data("/user/update_user_info_ex", {"userInfo": {"userID": "bob", "nickname": "Bobby"}}, user="bob")
    assert (await shown())["bob"] == ("B", "Bobby", "")
    await people.data("/user/update_user_info_ex", {"userInfo": {"userID": "bob", "ex": "{}"}}, user="bob")
    assert (await shown())["bob"] == ("B", "Bobby", "{}")
    await people.data("/friend/delete_friend", {"ownerUserID": "ann", "friendUserID": "dee"})
    await people.import_friends("eve", ["ann"])
    assert set(await shown()) == {"bob", "cy", "eve"}
