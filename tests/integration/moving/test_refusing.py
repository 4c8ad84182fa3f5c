"""Records and requests that are refused."""

import pytest

from tests.integration.moving.relation_records import (
    EXPORT,
    LISTS,
    RESTORE,
    application,
    black,
    everything,
    friend,
    restore,
    user,
)
from tests.support.databases import ON_SQLITE_ALONE


@ON_SQLITE_ALONE
@pytest.mark.parametrize(
    ("lists", "code", "detail"),
    [
        ({"users": []}, 1001, "0 records in all, and 1 to 1000 are allowed"),
        ({"users": [user("u")] * 1001}, 1001, "1001 records in all, and 1 to 1000 are allowed"),
        ({"users": [user("a b")]}, 1001, "users[0].userID: a userID is 1 to 128 letters"),
        ({"users": [user("")]}, 1001, "users[0].userID: userID is empty"),
        ({"users": [user("u"), user("u")]}, 1001, "users[1]: repeated: u"),
        ({"users": [user("u", nickname="n" * 1025)]}, 1001, "users[0].nickname: 1025 characters"),
        ({"users": [user("u", createTime=-1)]}, 1001, "users[0].createTime"),
        ({"users": [None]}, 1001, "users[0]"),
        ({"users": [user("u", nickname="\0")]}, 1001, "users[0].nickname: must not hold the character U+0000"),
        ({"friends": [friend("ann", "nobody")]}, 1004, "friends[0].friendUserID: user not found: nobody"),
        ({"friends": [friend("", "ann")]}, 1001, "friends[0].ownerUserID is empty"),
        ({"friends": [friend("ann", "ann")]}, 1301, "ownerUserID and friendUserID are the same user: ann"),
        ({"friends": [friend("ann", "bob")] * 2}, 1001, "friends[1]: repeated: ann bob"),
        ({"friends": [friend("ann", "bob", remark="r" * 1025)]}, 1001, "friends[0].remark: 1025 characters"),
        ({"friends": [friend("ann", "bob", addSource="x")]}, 1001, "friends[0].addSource: expected int, got str"),
        ({"applications": [application("ann", "bob", 2)]}, 1001, "applications[0].handleResult"),
        ({"applications": [application("ann", "ann", 0)]}, 1301, "are the same user"),
        ({"applications": [application("ann", "bob", 0, reqMsg="r" * 1025)]}, 1001, "applications[0].reqMsg"),
        ({"blacks": [black("nobody", "ann")]}, 1004, "blacks[0].ownerUserID: user not found: nobody"),
        ({"blacks": [black("ann", "bob", kind="friend")]}, 1001, "blacks[0].kind"),
    ],
)
async def test_one_invalid_record_refuses_all_and_is_named(rest, lists, code, detail):
    await rest.register("ann", "bob")
    lists.setdefault("users", [user("new")])
    envelope = await rest.post(RESTORE, lists)
    assert envelope["errCode"] == code
    assert detail in envelope["errDlt"]
    assert [each["userID"] for each in (await everything(rest))["users"]] == ["ann", "bob"]


async def test_a_partial_restore_leaves_out_invalid_records_and_says_why(rest):
    answer = await restore(
        rest,
        partial=True,
        users=[user("ann"), user("b ob"), user("cy")],
        friends=[friend("ann", "b ob"), friend("ann", "cy"), friend("ann", "cy", remark="twice")],
        blacks=[black("ann", "nobody")],
    )
    assert {name: answer[name] for name in LISTS} == {"users": 2, "friends": 1, "applications": 0, "blacks": 0}
    assert [(each["list"], each["index"], each["errCode"], each["errMsg"]) for each in answer["skipped"]] == [
        ("users", 1, 1001, "ArgsError"),
        ("friends", 0, 1004, "RecordNotFoundError"),
        ("friends", 2, 1001, "ArgsError"),
        ("blacks", 0, 1004, "RecordNotFoundError"),
    ]
    assert answer["skipped"][1]["errDlt"] == "friends[0].friendUserID: user not found: b ob"
    assert (await everything(rest))["friends"] == [friend("ann", "cy")]


async def test_a_restore_without_valid_records_writes_nothing(rest):
    answer = await restore(rest, partial=True, friends=[friend("x", "y")])
    assert answer["friends"] == 0
    assert len(answer["skipped"]) == 1


@ON_SQLITE_ALONE
@pytest.mark.parametrize("path", [RESTORE, EXPORT])
async def test_only_administrators_may_restore_and_export(rest, path):
    await rest.register("ann")
    assert (await rest.post(path, {"users": [user("bob")]}, user="ann"))["errCode"] == 1002


@ON_SQLITE_ALONE
@pytest.mark.parametrize("after", ["x", "users", "users:1:2", "friends:1:2:-3", "friends:9:9:9999999999999999999"])
async def test_a_cursor_that_no_page_returned_is_refused(rest, after):
    envelope = await rest.post(EXPORT, {"after": after})
    assert (envelope["errCode"], "after:" in envelope["errDlt"]) == (1001, True)


@ON_SQLITE_ALONE
@pytest.mark.parametrize("limit", [0, -1, 1001])
async def test_a_page_has_1_to_1000_records(rest, limit):
    envelope = await rest.post(EXPORT, {"limit": limit})
    assert (envelope["errCode"], envelope["errDlt"]) == (1001, f"limit: is {limit}, and 1 to 1000 are allowed")
