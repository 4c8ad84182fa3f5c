"""Answers about users' online status."""

from unittest.mock import Mock

import msgspec
import pytest

from amity.api.openapi import document
from amity.callbacks.telling.outbox import Outbox
from amity.calls.call import Call
from amity.calls.operation import Access
from amity.errors import Code, ImError
from amity.presence import models
from amity.presence.operations import operations
from amity.presence.service import MOST_USERS, Presence
from amity.settings import Callbacks
from tests.support.presence import Connection, Connections

LENA = Call(operation_id="op", user_id="lena", platform_id=5)


def presence(*connections):
    return Presence(Mock(), Mock(), Outbox(Callbacks()), Connections(*connections))


def on_the_wire(answer):
    return msgspec.json.decode(msgspec.json.encode(answer))


async def online_status(house, *user_ids):
    return on_the_wire(
        await house.get_users_online_status(LENA, models.GetUsersOnlineStatusRequest(user_ids=list(user_ids)))
    )


async def test_the_online_status_has_every_connection_in_the_order_of_the_request():
    house = presence(
        Connection("max", 2, "c1", token="t1", is_background=True),
        Connection("max", 5, "c2", token="t2"),
        Connection("lena", 1, "c3"),
    )
    assert await online_status(house, "nobody", "max") == [
        {"userID": "nobody", "status": 0, "detailPlatformStatus": []},
        {
            "userID": "max",
            "status": 1,
            "detailPlatformStatus": [
                {"platformID": 2, "connID": "c1", "isBackground": True, "token": "t1"},
                {"platformID": 5, "connID": "c2", "isBackground": False, "token": "t2"},
            ],
        },
    ]


async def test_token_details_are_by_platform_and_leave_out_who_is_offline():
    house = presence(
        Connection("max", 5, token="t1"), Connection("max", 2, token="t2"), Connection("max", 5, token="t3")
    )
    asked = models.GetUsersOnlineStatusRequest(user_ids=["nobody", "max"])
    assert on_the_wire(await house.get_users_online_token_detail(LENA, asked)) == [
        {
            "userID": "max",
            "status": 1,
            "singlePlatformToken": [
                {"platformID": 2, "total": 1, "token": ["t2"]},
                {"platformID": 5, "total": 2, "token": ["t1", "t3"]},
            ],
        }
    ]


async def test_the_status_names_each_platform_once():
    house = presence(Connection("max", 5), Connection("max", 2), Connection("max", 5))
    asked = models.GetUsersStatusRequest(user_ids=["max", "nobody"])
    assert on_the_wire(await house.get_users_status(LENA, asked)) == {
        "statusList": [
            {"userID": "max", "status": 1, "platformIDs": [2, 5]},
            {"userID": "nobody", "status": 0, "platformIDs": []},
        ]
    }


async def test_subscribing_answers_who_is_online_now_and_cancelling_nothing():
    house = presence(Connection("max", 5))
    asked = models.SubscribeUsersStatusRequest(user_id="lena", user_ids=["max"], genre=1)
    assert on_the_wire(await house.subscribe_users_status(LENA, asked)) == {
        "statusList": [{"userID": "max", "status": 1, "platformIDs": [5]}]
    }
    asked.genre = 2
    assert on_the_wire(await house.subscribe_users_status(LENA, asked)) == {"statusList": []}


async def test_who_subscribes_through_the_gateway_is_not_listed():
    asked = models.GetSubscribeUsersStatusRequest(user_id="lena")
    assert on_the_wire(await presence().get_subscribe_users_status(LENA, asked)) == {"statusList": []}


@pytest.mark.parametrize(
    ("user_ids", "says"),
    [
        (["x"] * (MOST_USERS + 1), "userIDs: 1001 entries, and at most 1000 are allowed"),
        (["max", ""], "userIDs[1]: userID is empty"),
    ],
)
async def test_too_many_and_empty_ids_are_refused(user_ids, says):
    house = presence()
    for operation, asked in (
        (house.get_users_online_status, models.GetUsersOnlineStatusRequest(user_ids=user_ids)),
        (house.get_users_online_token_detail, models.GetUsersOnlineStatusRequest(user_ids=user_ids)),
        (house.get_users_status, models.GetUsersStatusRequest(user_ids=user_ids)),
        (
            house.subscribe_users_status,
            models.SubscribeUsersStatusRequest(user_id="lena", user_ids=user_ids, genre=1),
        ),
    ):
        with pytest.raises(ImError) as refusal:
            await operation(LENA, asked)
        assert (refusal.value.code, refusal.value.detail) == (Code.ARGS, says)


@pytest.mark.parametrize("user_ids", [None, []])
async def test_nobody_named_is_nobody_online_for_an_administrator(user_ids):
    asked = models.GetUsersOnlineStatusRequest(user_ids=user_ids)
    assert await presence().get_users_online_status(LENA, asked) == []
    assert await presence().get_users_online_token_detail(LENA, asked) == []


@pytest.mark.parametrize("user_ids", [None, []])
async def test_a_status_of_nobody_is_refused(user_ids):
    with pytest.raises(ImError) as refusal:
        await presence().get_users_status(LENA, models.GetUsersStatusRequest(user_ids=user_ids))
    assert (refusal.value.code, refusal.value.detail) == (Code.ARGS, "userIDs: 0 entries, and 1 to 1000 are allowed")


async def test_subscribing_to_an_empty_list_succeeds_and_to_none_is_refused():
    asked = models.SubscribeUsersStatusRequest(user_id="lena", user_ids=[], genre=1)
    assert on_the_wire(await presence().subscribe_users_status(LENA, asked)) == {"statusList": []}
    asked.user_ids = None
    with pytest.raises(ImError, match="userIDs: is missing"):
        await presence().subscribe_users_status(LENA, asked)


async def test_anybody_may_ask_for_a_list_that_is_always_empty():
    asked = models.GetSubscribeUsersStatusRequest(user_id="max")
    assert on_the_wire(await presence().get_subscribe_users_status(LENA, asked)) == {"statusList": []}
    with pytest.raises(ImError, match="userID is empty"):
        await presence().get_subscribe_users_status(LENA, models.GetSubscribeUsersStatusRequest())


@pytest.mark.parametrize(
    ("asked", "code", "field"),
    [
        ({"user_ids": ["max"], "genre": 1}, Code.ARGS, "userID"),
        ({"user_id": "max", "user_ids": ["max"], "genre": 1}, Code.NO_PERMISSION, "max"),
        ({"user_id": "lena", "user_ids": ["max"]}, Code.ARGS, "genre"),
        ({"user_id": "lena", "user_ids": ["max"], "genre": 3}, Code.ARGS, "genre"),
    ],
)
async def test_a_wrong_subscription_is_refused_by_its_field(asked, code, field):
    with pytest.raises(ImError) as refusal:
        await presence().subscribe_users_status(LENA, models.SubscribeUsersStatusRequest(**asked))
    assert refusal.value.code == code
    assert field in refusal.value.detail


def test_only_administrators_see_connections_and_tokens():
    access = {each.path: each.access for each in operations(presence())}
    assert access["/user/get_users_online_status"] is Access.ADMIN
    assert access["/user/get_users_online_token_detail"] is Access.ADMIN
    assert access["/user/get_users_status"] is Access.CALLER


def test_an_answer_that_is_a_list_is_described_as_one():
    described = document(operations(presence()))
    answer = described["paths"]["/user/get_users_online_status"]["post"]["responses"]["200"]["content"]
    success = answer["application/json"]["schema"]["oneOf"][0]
    assert success["properties"]["data"]["type"] == "array"
    assert answer["application/json"]["example"]["data"][0]["userID"] == "alice"
