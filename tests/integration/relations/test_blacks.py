"""Blacklists: who may change and read them, and what clients sync."""

import time

import pytest

from amity.storage import open_database
from tests.integration.relations.conftest import PAGE
from tests.support.databases import ON_SQLITE_ALONE

LIST = "/friend/get_black_list"
SPECIFIED = "/friend/get_specified_blacks"
ADD = "/friend/add_black"
REMOVE = "/friend/remove_black"
INCREMENTAL = "/friend/get_incremental_blacks"


@pytest.fixture
async def people(relations):
    """Ann has blacklisted dee, then bob."""
    await relations.block("ann", "dee", ex="spam")
    await relations.block("ann", "bob", by="imAdmin")
    return relations.rest


async def listed(rest, user="ann", **page):
    return await rest.data(LIST, {"userID": "ann", "pagination": {**PAGE, **page}}, user=user)


async def synced(rest, version_id="", version=0):
    return await rest.data(INCREMENTAL, {"userID": "ann", "versionID": version_id, "version": version}, user="ann")


def ids(blacks):
    return [black["blackUserInfo"]["userID"] for black in blacks]


async def test_a_blacklist_is_shown_to_its_owner_and_to_administrators_oldest_first(people):
    shown = await listed(people)
    assert shown == await listed(people, user="imAdmin")
    assert shown["total"] == 2
    first, second = shown["blacks"]
    assert (second["blackUserInfo"]["userID"], second["operatorUserID"], second["ex"]) == ("bob", "imAdmin", "")
    assert first.pop("blackUserInfo")["nickname"] == "dee"
    assert abs(first.pop("createTime") - time.time()) < 60
    assert first == {"ownerUserID": "ann", "addSource": 0, "operatorUserID": "ann", "ex": "spam"}


async def test_pages_cover_the_list_once(people):
    pages = [await listed(people, pageNumber=number, showNumber=1) for number in (1, 2, 3)]
    assert [page["total"] for page in pages] == [2, 2, 2]
    assert [ids(page["blacks"]) for page in pages] == [["dee"], ["bob"], []]


async def test_specified_blacks_are_in_the_order_asked_with_times_in_milliseconds(people):
    body = {"ownerUserID": "ann", "userIDList": ["bob", "cy", "nobody", "dee"]}
    found = await people.data(SPECIFIED, body, user="ann")
    assert found["total"] == 2
    assert ids(found["blacks"]) == ["bob", "dee"]
    assert all(abs(black["createTime"] - time.time() * 1000) < 60_000 for black in found["blacks"])


async def test_specified_friends_info_includes_blacklist_entries(people):
    body = {"ownerUserID": "ann", "userIDList": ["dee", "cy"]}
    dee, cy = (await people.data("/friend/get_specified_friends_info", body))["infos"]
    assert cy["blackInfo"] is None
    assert abs(dee["blackInfo"].pop("createTime") - time.time() * 1000) < 60_000
    assert dee["blackInfo"] == {
        "ownerUserID": "ann",
        "blackUserInfo": None,
        "addSource": 0,
        "operatorUserID": "ann",
        "ex": "spam",
    }


async def test_the_blacklist_of_an_unknown_user_is_empty(people):
    assert await people.data(LIST, {"userID": "nobody", "pagination": PAGE}) == {"blacks": [], "total": 0}
    body = {"ownerUserID": "nobody", "userIDList": ["bob"]}
    assert await people.data(SPECIFIED, body) == {"blacks": None, "total": 0}
    empty = await people.data(INCREMENTAL, {"userID": "nobody"})
    assert (empty["version"], empty["full"]) == (1, True)


async def test_a_block_is_one_way(relations):
    await relations.block("ann", "bob")
    assert (await relations.blacks("ann"), await relations.blacks("bob")) == (["bob"], [])


async def test_a_removed_block_is_gone_and_may_be_added_again(relations):
    await relations.block("ann", "bob", ex="once")
    assert (await relations.unblock("ann", "bob"))["errCode"] == 0
    assert await relations.blacks("ann") == []
    assert (await relations.rest.data(SPECIFIED, {"ownerUserID": "ann", "userIDList": ["bob"]}))["total"] == 0
    await relations.block("ann", "bob", ex="twice")
    (again,) = (await listed(relations.rest))["blacks"]
    assert again["ex"] == "twice"


async def test_blacklisting_a_user_again_changes_nothing(people, relations):
    before = await synced(people)
    assert (await relations.block("ann", "dee", ex="other"))["errCode"] == 0
    assert (await listed(people))["blacks"][0]["ex"] == "spam"
    assert (await synced(people))["version"] == before["version"]


async def test_removing_a_user_who_is_not_on_the_list_succeeds_and_changes_nothing(relations):
    before = await synced(relations.rest)
    for black in ("bob", "nobody"):
        assert (await relations.unblock("ann", black))["errCode"] == 0
    assert await synced(relations.rest) == before


async def test_a_block_does_not_end_a_friendship_nor_a_friendship_a_block(relations):
    await relations.imports("ann", "bob")
    await relations.block("ann", "bob")
    assert await relations.friends("ann") == ["bob"]
    await relations.imports("ann", "cy", "bob")
    assert await relations.blacks("ann") == ["bob"]


async def test_a_client_gets_the_changes_since_its_version(people, relations):
    first = await synced(people)
    assert first["full"] is True
    await relations.unblock("ann", "dee")
    await relations.block("ann", "eve")
    since = await synced(people, first["versionID"], first["version"])
    assert (since["full"], since["delete"], ids(since["insert"]), since["update"]) == (False, ["dee"], ["eve"], [])
    assert since["version"] > first["version"]
    assert abs(since["insert"][0]["createTime"] - time.time()) < 60
    last = await synced(people, since["versionID"], since["version"])
    assert last == {**last, "version": since["version"], "full": False, "delete": [], "insert": [], "update": []}


@pytest.mark.parametrize("version", [("another", 2), ("", 0), (None, 999)])
async def test_an_unknown_version_gets_the_full_list(people, version):
    known = (await synced(people))["versionID"]
    assert (await synced(people, known if version[0] is None else version[0], version[1]))["full"] is True


async def test_entries_from_before_lists_had_versions_are_synced(relations, start_server, database_url):
    await start_server.stop()
    database = await open_database(database_url)
    old = (
        "insert into blacks (owner_seq, black_seq, created_at) select a.user_seq, b.user_seq, 1700000000123"
        " from users as a cross join users as b where a.user_id = 'ann' and b.user_id in ('bob', 'cy')"
    )
    await database.write(lambda tx: tx.fetch(old))
    await database.close()
    rest = await start_server()
    assert ids((await listed(rest))["blacks"]) == ["bob", "cy"]
    known = (await synced(rest))["versionID"]
    assert ids((await synced(rest, known, 1))["insert"]) == ["bob", "cy"]
    await rest.data(REMOVE, {"ownerUserID": "ann", "blackUserID": "cy"})
    assert (await synced(rest, known, 2))["delete"] == ["cy"]


PAIR = {"ownerUserID": "bob", "blackUserID": "cy"}


WRONG = [
    (LIST, {"userID": "ann", "pagination": PAGE}, 1002, "ann"),
    (LIST, {"pagination": PAGE}, 1001, "userID is empty"),
    (LIST, {"userID": "bob"}, 1001, "pagination is empty"),
    (LIST, {"userID": "bob", "pagination": {}}, 1001, "pageNumber is invalid"),
    (SPECIFIED, {"ownerUserID": "ann", "userIDList": ["cy"]}, 1002, "ann"),
    (SPECIFIED, {"userIDList": ["cy"]}, 1002, "ownerUserID is empty"),
    (SPECIFIED, {"ownerUserID": "bob"}, 1001, "userIDList is empty"),
    (SPECIFIED, {"ownerUserID": "bob", "userIDList": []}, 1001, "userIDList is empty"),
    (SPECIFIED, {"ownerUserID": "bob", "userIDList": ["x", "x"]}, 1001, "repeated: x"),
    (SPECIFIED, {"ownerUserID": "bob", "userIDList": ["x"] * 1001}, 1001, "1001 entries"),
    (INCREMENTAL, {"userID": "ann"}, 1002, "ann"),
    (INCREMENTAL, {}, 1002, "userID is empty"),
    (ADD, {**PAIR, "ownerUserID": "ann"}, 1002, "ann"),
    (ADD, {**PAIR, "ownerUserID": ""}, 1001, "ownerUserID is empty"),
    (ADD, {**PAIR, "blackUserID": ""}, 1001, "blackUserID is empty"),
    (ADD, {**PAIR, "blackUserID": "bob"}, 1001, "blackUserID: bob is the owner"),
    (ADD, {**PAIR, "blackUserID": "zed"}, 1004, "blackUserID: user not found: zed"),
    (ADD, {**PAIR, "ex": "x" * 65_537}, 1001, "ex: 65537 characters"),
    (REMOVE, {**PAIR, "ownerUserID": "ann"}, 1002, "ann"),
    (REMOVE, {**PAIR, "ownerUserID": ""}, 1001, "ownerUserID is empty"),
    (REMOVE, {**PAIR, "blackUserID": ""}, 1001, "blackUserID is empty"),
]


@ON_SQLITE_ALONE
async def test_a_wrong_question_is_refused_by_name(people):
    for path, body, code, named in WRONG:
        refused = await people.post(path, body, user="bob")
        assert (refused["errCode"], named in refused["errDlt"]) == (code, True), (path, body, refused)


async def test_an_owner_who_is_unknown_is_named(people):
    refused = await people.post(ADD, {"ownerUserID": "zed", "blackUserID": "cy"})
    assert (refused["errCode"], refused["errDlt"]) == (1004, "ownerUserID: user not found: zed")


async def test_only_the_owners_devices_are_notified_of_a_block(relations, devices):
    phone, web = await devices.connect(relations.rest, "ann", 1), await devices.connect(relations.rest, "ann", 5)
    bob = await devices.connect(relations.rest, "bob")
    await relations.block("ann", "bob", by="imAdmin")
    await relations.unblock("ann", "bob")
    for device in (phone, web):
        told = await device.received()
        assert [(each.type, each.conversation, each.detail) for each in told] == [
            (1207, "n_ann_bob", {"fromToUserID": {"fromUserID": "ann", "toUserID": "bob"}}),
            (1208, "n_ann_bob", {"fromToUserID": {"fromUserID": "ann", "toUserID": "bob"}}),
        ]
    assert await bob.received() == []


async def test_an_owners_own_block_is_notified_after_its_client_has_fetched_the_list_by_itself(relations, devices):
    ann = await devices.connect(relations.rest, "ann")
    await relations.block("ann", "bob")
    assert await ann.received() == []
    assert (await ann.next()).type == 1207


async def test_nobody_is_notified_if_nothing_changed(people, relations, devices):
    ann = await devices.connect(people, "ann")
    await relations.block("ann", "bob")
    await relations.unblock("ann", "cy")
    assert await ann.received() == []
