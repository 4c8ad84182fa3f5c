"""Reading blacklists. Nothing fills them yet, so these tests do."""

import pytest

from amity.storage import open_database

LIST = "/friend/get_black_list"
PAGE = {"pageNumber": 1, "showNumber": 200}


@pytest.fixture
async def people(start_server, database_url):
    """A server on a database in which ann has blacklisted dee, then bob."""
    await (await start_server()).register("ann", "bob", "cy", "dee")
    await start_server.stop()
    await blacklist(database_url, "ann", {"dee": 1_700_000_000_123, "bob": 1_700_000_001_456})
    return await start_server()


async def blacklist(url, owner, users):
    database = await open_database(url)

    async def write(tx):
        for user, created_at in users.items():
            await tx.fetch(
                "insert into blacks (owner_seq, black_seq, created_at)"
                " select o.user_seq, b.user_seq, $3 from users as o cross join users as b"
                " where o.user_id = $1 and b.user_id = $2",
                owner,
                user,
                created_at,
            )

    await database.write(write)
    await database.close()


async def listed(rest, user="ann", **page):
    return await rest.data(LIST, {"userID": "ann", "pagination": {**PAGE, **page}}, user=user)


async def test_a_blacklist_is_shown_to_its_owner_and_to_administrators_the_first_first(people):
    shown = await listed(people)
    assert shown == await listed(people, user="imAdmin")
    assert shown["total"] == 2
    first, second = shown["blacks"]
    assert second["blackUserInfo"]["userID"] == "bob"
    assert first.pop("blackUserInfo")["nickname"] == "dee"
    assert first == {
        "ownerUserID": "ann",
        "createTime": 1_700_000_000,
        "addSource": 0,
        "operatorUserID": "",
        "ex": "",
    }


async def test_pages_cover_the_list_once(people):
    pages = [await listed(people, pageNumber=number, showNumber=1) for number in (1, 2, 3)]
    assert [page["total"] for page in pages] == [2, 2, 2]
    assert [[black["blackUserInfo"]["userID"] for black in page["blacks"]] for page in pages] == [["dee"], ["bob"], []]


async def test_those_asked_for_come_in_the_order_asked_with_their_time_in_milliseconds(people):
    body = {"ownerUserID": "ann", "userIDList": ["bob", "cy", "nobody", "dee"]}
    found = await people.data("/friend/get_specified_blacks", body, user="ann")
    assert found["total"] == 2
    assert [(each["blackUserInfo"]["userID"], each["createTime"]) for each in found["blacks"]] == [
        ("bob", 1_700_000_001_456),
        ("dee", 1_700_000_000_123),
    ]


async def test_who_is_unknown_has_blacklisted_nobody(people):
    assert await people.data(LIST, {"userID": "nobody", "pagination": PAGE}) == {"blacks": [], "total": 0}
    body = {"ownerUserID": "nobody", "userIDList": ["bob"]}
    assert await people.data("/friend/get_specified_blacks", body) == {"blacks": [], "total": 0}


@pytest.mark.parametrize(
    ("path", "body", "code", "named"),
    [
        (LIST, {"userID": "ann", "pagination": PAGE}, 1002, "ann"),
        (LIST, {"pagination": PAGE}, 1001, "userID is empty"),
        (LIST, {"userID": "bob"}, 1001, "pagination is empty"),
        (LIST, {"userID": "bob", "pagination": {}}, 1001, "pageNumber is invalid"),
        ("/friend/get_specified_blacks", {"ownerUserID": "ann", "userIDList": ["cy"]}, 1002, "ann"),
        ("/friend/get_specified_blacks", {"userIDList": ["cy"]}, 1001, "ownerUserID is empty"),
        ("/friend/get_specified_blacks", {"ownerUserID": "bob"}, 1001, "userIDList is empty"),
        ("/friend/get_specified_blacks", {"ownerUserID": "bob", "userIDList": []}, 1001, "userIDList is empty"),
        ("/friend/get_specified_blacks", {"ownerUserID": "bob", "userIDList": ["x", "x"]}, 1001, "repeated: x"),
        ("/friend/get_specified_blacks", {"ownerUserID": "bob", "userIDList": ["x"] * 1001}, 1001, "1001 entries"),
    ],
)
async def test_a_wrong_question_is_refused_by_name(people, path, body, code, named):
    refused = await people.post(path, body, user="bob")
    assert refused["errCode"] == code
    assert named in refused["errDlt"]
