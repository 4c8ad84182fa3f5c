"""The imports that are refused, the order of the checks, the errors; a refused import writes nothing."""

import json

import pytest

from tests.support.databases import ON_SQLITE_ALONE

THOUSAND_AND_ONE = [f"f{n}" for n in range(1001)]


@pytest.fixture
async def people(rest):
    await rest.register("ann", "bob", "cy")
    return rest


async def test_both_directions_are_made(people):
    envelope = await people.import_friends("ann", ["bob", "cy"])
    assert envelope == {
        "errCode": 0,
        "errMsg": "",
        "errDlt": "",
        "data": {"imported": ["bob", "cy"], "existing": [], "skipped": []},
    }
    assert await people.friends("ann") == ["bob", "cy"]
    assert await people.friends("bob") == ["ann"]
    assert await people.friends("cy") == ["ann"]


@ON_SQLITE_ALONE
@pytest.mark.parametrize(
    ("body", "code", "named"),
    [
        ({"friendUserIDs": ["bob"]}, 1001, "ownerUserID"),
        ({"ownerUserID": "", "friendUserIDs": ["bob"]}, 1001, "ownerUserID"),
        ({"ownerUserID": None, "friendUserIDs": ["bob"]}, 1001, "ownerUserID"),
        ({"ownerUserID": 5, "friendUserIDs": ["bob"]}, 1001, "ownerUserID"),
        ({"ownerUserID": "ann"}, 1001, "friendUserIDs"),
        ({"ownerUserID": "ann", "friendUserIDs": None}, 1001, "friendUserIDs"),
        ({"ownerUserID": "ann", "friendUserIDs": []}, 1001, "1 to 1000"),
        ({"ownerUserID": "ann", "friendUserIDs": "bob"}, 1001, "friendUserIDs"),
        ({"ownerUserID": "ann", "friendUserIDs": ["bob", 5]}, 1001, "friendUserIDs[1]"),
        ({"ownerUserID": "ann", "friendUserIDs": ["bob", ""]}, 1001, "friendUserIDs[1]"),
        ({"ownerUserID": "ann", "friendUserIDs": ["bob", None]}, 1001, "friendUserIDs[1]"),
        ({"ownerUserID": "ann", "friendUserIDs": THOUSAND_AND_ONE}, 1001, "1001 entries, and 1 to 1000"),
        ({"ownerUserID": "ann", "friendUserIDs": ["bob", "cy", "bob"]}, 1001, "repeated: bob"),
        ({"ownerUserID": "ann", "friendUserIDs": ["bob", "ann"]}, 1301, "ann"),
        ({"ownerUserID": "ann", "friendUserIDs": ["bob", "zoe"]}, 1004, "zoe"),
        ({"ownerUserID": "zoe", "friendUserIDs": ["bob"]}, 1004, "zoe"),
        ({"ownerUserID": "ann", "friendUserIDs": ["bob", "\x00"]}, 1001, "friendUserIDs"),
        ({"ownerUserID": "ann", "friendUserIDs": ["bob"], "partial": "yes"}, 1001, "partial"),
        ({"ownerUserID": "ann", "friendUserIDs": ["bob", "ann", "ann"]}, 1001, "repeated"),
        ({"ownerUserID": "ann", "friendUserIDs": ["ann", "zoe"]}, 1301, "ann"),
    ],
)
async def test_a_bad_import_is_refused_by_name_and_writes_nothing(people, body, code, named):
    envelope = await people.post("/friend/import_friend", body)
    assert envelope["errCode"] == code
    assert named in envelope["errDlt"]
    assert envelope["errMsg"] == {1001: "ArgsError", 1301: "CanNotAddYourselfError", 1004: "RecordNotFoundError"}[code]
    assert "data" not in envelope
    for person in ("ann", "bob", "cy"):
        assert await people.friends(person) == []


async def test_twenty_of_many_unknown_ids_are_named_and_all_are_counted(people):
    envelope = await people.import_friends("ann", [f"u{n}" for n in range(50)])
    assert "u19, ... (50 in all)" in envelope["errDlt"]
    assert "u20" not in envelope["errDlt"]


@ON_SQLITE_ALONE
@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b'"x"',
        b"not JSON",
        b'{"ownerUserID":"ann","friendUserIDs":["bob"]} x',
        b'{"ownerUserID":"ann","friendUserIDs":["\xff"]}',
        b'{"ownerUserID":"ann","friendUserIDs":["\\ud800"]}',
        b"[" * 100_000,
        b'{"ownerUserID":"ann","friendUserIDs":["bob"],"x":' + b"[" * 100_000,
    ],
)
async def test_a_body_that_is_not_a_request_is_an_args_error(people, body):
    envelope = await people.post("/friend/import_friend", body)
    assert envelope["errCode"] == 1001
    assert envelope["errMsg"] == "ArgsError"
    assert envelope["errDlt"]
    assert await people.friends("ann") == []


@ON_SQLITE_ALONE
async def test_ten_megabytes_are_refused(people):
    answer = await people.raw("/friend/import_friend", b" " * 10_000_000, token=await people.token("imAdmin"))
    assert answer.json()["errCode"] == 1001


async def test_names_in_another_case_unknown_fields_and_repeated_keys_are_taken_as_openim_takes_them(people):
    body = b'{"OWNERUSERID":"x","ownerUserID":"ann","frienduserids":["cy"],"friendUserIDs":["bob"],"more":{"a":[1]}}'
    envelope = await people.post("/friend/import_friend", body)
    assert envelope["data"]["imported"] == ["bob"]


async def test_a_thousand_friends_are_imported_at_once(people):
    many = [f"f{n}" for n in range(1000)]
    await people.register(*many)
    envelope = await people.import_friends("ann", many)
    assert envelope["data"]["imported"] == many
    assert await people.friends("ann") == sorted(many)
    assert await people.friends("f999") == ["ann"]


@pytest.mark.parametrize("size", [3, 200])
async def test_repeating_an_import_changes_nothing(people, size):
    many = [f"f{n}" for n in range(size)]
    await people.register(*many)
    await people.import_friends("ann", many[1:])
    await people.data("/friend/set_friend_remark", {"ownerUserID": "ann", "friendUserID": "f1", "remark": "first"})
    envelope = await people.import_friends("ann", many)
    assert envelope["data"] == {"imported": ["f0"], "existing": many[1:], "skipped": []}
    page = await people.data("/friend/get_designated_friends", {"ownerUserID": "ann", "friendUserIDs": ["f1"]})
    assert page["friendsInfo"][0]["remark"] == "first"


@pytest.mark.parametrize("size", [2, 200])
async def test_an_import_restores_the_deleted_side_of_a_pair(people, size):
    many = [f"f{n}" for n in range(size)]
    await people.register(*many)
    await people.import_friends("ann", many)
    await people.data("/friend/delete_friend", {"ownerUserID": "f0", "friendUserID": "ann"})
    assert await people.friends("f0") == []
    envelope = await people.import_friends("ann", many)
    assert envelope["data"]["imported"] == ["f0"]
    assert await people.friends("f0") == ["ann"]


async def test_a_partial_import_takes_what_is_valid_and_reports_the_rest(people):
    envelope = await people.import_friends("ann", ["bob", "zoe", "ann", "cy", "bob"], partial=True)
    assert envelope["data"]["imported"] == ["bob", "cy"]
    assert {(each["userID"], each["errCode"]) for each in envelope["data"]["skipped"]} == {("zoe", 1004), ("ann", 1301)}
    assert await people.friends("ann") == ["bob", "cy"]


async def test_a_partial_import_of_nobody_valid_imports_nobody(people):
    envelope = await people.import_friends("ann", ["zoe"], partial=True)
    assert envelope["data"]["imported"] == []
    assert envelope["data"]["skipped"] == [{"userID": "zoe", "errCode": 1004, "errMsg": "RecordNotFoundError"}]


async def test_administrators_are_users_who_can_own_and_be_friends(people):
    assert (await people.import_friends("imAdmin", ["ann"]))["errCode"] == 0
    assert (await people.import_friends("bob", ["imAdmin"]))["errCode"] == 0
    assert await people.friends("imAdmin") == ["ann", "bob"]


async def test_an_imported_friend_shows_who_imported_it_and_how(people):
    await people.import_friends("ann", ["bob"])
    page = await people.data(
        "/friend/get_friend_list", {"userID": "ann", "pagination": {"pageNumber": 1, "showNumber": 5}}
    )
    (friend,) = page["friendsInfo"]
    assert friend.pop("createTime") > 1_700_000_000
    assert friend == {
        "ownerUserID": "ann",
        "remark": "",
        "friendUser": {
            "userID": "bob",
            "nickname": "bob",
            "faceURL": "",
            "ex": "",
            "createTime": 0,
            "appMangerLevel": 0,
            "globalRecvMsgOpt": 0,
        },
        "addSource": 1,
        "operatorUserID": "imAdmin",
        "ex": "",
        "isPinned": False,
    }
    assert page["total"] == 1


async def test_a_thousand_ids_of_the_longest_kind_are_imported_in_any_script_however_they_are_written(rest):
    friends = [f"{number:04d}" + "\u597d" * 124 for number in range(1000)]
    await rest.register("ann", *friends[:500])
    await rest.register(*friends[500:])
    body = json.dumps({"ownerUserID": "ann", "friendUserIDs": friends})
    assert body.isascii()
    assert (await rest.data("/friend/import_friend", body.encode()))["imported"] == friends
