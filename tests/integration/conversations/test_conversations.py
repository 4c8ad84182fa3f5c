"""Conversations as clients sync them, of who has none."""

import base64
from typing import Any

import pytest

from amity.wire.proto.jssdk_pb2 import (
    GetActiveConversationsReq,
    GetActiveConversationsResp,
    GetConversationsReq,
    GetConversationsResp,
)

PAGE = {"pageNumber": 1, "showNumber": 300}
ASKED: dict[str, dict[str, Any]] = {
    "/conversation/get_incremental_conversations": {"userID": "ann", "versionID": "", "version": 0},
    "/conversation/get_owner_conversation": {"userID": "ann", "pagination": PAGE},
    "/conversation/get_full_conversation_ids": {"userID": "ann", "idHash": 0},
    "/conversation/get_all_conversations": {"ownerUserID": "ann"},
    "/conversation/get_conversations": {"ownerUserID": "ann", "conversationIDs": ["si_ann_bob"]},
    "/conversation/get_sorted_conversation_list": {"userID": "ann", "pagination": PAGE},
    "/conversation/get_not_notify_conversation_ids": {"userID": "ann"},
    "/conversation/get_pinned_conversation_ids": {"userID": "ann"},
}
EMPTY = {
    "/conversation/get_owner_conversation": {"total": 0, "conversations": []},
    "/conversation/get_all_conversations": {"conversations": []},
    "/conversation/get_conversations": {"conversations": []},
    "/conversation/get_sorted_conversation_list": {
        "conversationTotal": 0,
        "unreadTotal": 0,
        "conversationElems": [],
    },
    "/conversation/get_not_notify_conversation_ids": {"conversationIDs": []},
    "/conversation/get_pinned_conversation_ids": {"conversationIDs": []},
}


@pytest.fixture
def database_url(sqlite_url):
    return sqlite_url  # what is asked here reads nothing that is stored


@pytest.fixture
async def people(rest):
    await rest.register("ann", "bob")
    return rest


async def test_every_list_is_empty_to_its_owner_and_to_an_administrator(people):
    for path, expected in EMPTY.items():
        for user in ("ann", "imAdmin"):
            assert await people.data(path, ASKED[path], user=user) == expected, path


async def test_the_first_sync_is_full_and_the_next_brings_nothing(people):
    path = "/conversation/get_incremental_conversations"
    first = await people.data(path, ASKED[path], user="ann")
    assert first == {
        "version": 1,
        "versionID": first["versionID"],
        "full": True,
        "delete": [],
        "insert": [],
        "update": [],
    }
    again = await people.data(path, {"userID": "ann", "versionID": first["versionID"], "version": 1}, user="ann")
    assert again == {**first, "full": False}


async def test_all_lists_of_a_database_have_one_version_id(people):
    conversations = await people.data("/conversation/get_full_conversation_ids", {"userID": "ann", "idHash": 0})
    friends = await people.data("/friend/get_full_friend_user_ids", {"userID": "ann", "idHash": 0})
    assert conversations["versionID"] == friends["versionID"]


async def test_ids_are_equal_where_the_client_has_none(people):
    path = "/conversation/get_full_conversation_ids"
    answer = await people.data(path, ASKED[path], user="ann")
    assert (answer["equal"], answer["version"], answer["conversationIDs"]) == (True, 1, [])
    assert (await people.data(path, {"userID": "ann", "idHash": 2**64 - 1}, user="ann"))["equal"] is False


async def test_others_may_not_look(people):
    for path, body in ASKED.items():
        assert (await people.post(path, body, user="bob"))["errCode"] == 1002, path


async def test_what_is_missing_is_named(people):
    for path, body in ASKED.items():
        for field in body.keys() - {"versionID", "version", "idHash"}:
            refused = await people.post(path, {name: value for name, value in body.items() if name != field})
            assert (refused["errCode"], refused["errDlt"]) == (1001, f"{field} is empty"), path


@pytest.mark.parametrize("path", [path for path, body in ASKED.items() if "pagination" in body])
async def test_a_page_that_is_none_is_refused(people, path):
    refused = await people.post(path, {**ASKED[path], "pagination": {"pageNumber": 0, "showNumber": 10}})
    assert (refused["errCode"], refused["errDlt"]) == (1001, "pageNumber is invalid")


async def test_a_single_conversation_is_not_found(people):
    path, body = "/conversation/get_conversation", {"ownerUserID": "ann", "conversationID": "si_ann_bob"}
    assert (await people.post(path, body, user="ann"))["errCode"] == 1004
    assert (await people.post(path, body, user="bob"))["errCode"] == 1002
    for field in body:
        refused = await people.post(path, {**body, field: ""})
        assert (refused["errCode"], refused["errDlt"]) == (1001, f"{field} is empty")


async def test_the_javascript_client_is_answered_in_protobuf_in_base64(people):
    headers = {"Content-Type": "application/x-protobuf"}
    for path, request, answer in (
        (
            "/jssdk/get_active_conversations",
            GetActiveConversationsReq(ownerUserID="ann", count=20),
            GetActiveConversationsResp,
        ),
        (
            "/jssdk/get_conversations",
            GetConversationsReq(ownerUserID="ann", conversationIDs=["si_ann_bob"]),
            GetConversationsResp,
        ),
    ):
        data = await people.data(path, request.SerializeToString(), user="ann", headers=headers)
        found = answer.FromString(base64.b64decode(data, validate=True))
        assert (found.unreadCount, len(found.conversations)) == (0, 0)
        assert data  # the client takes an empty text for no answer, and breaks


async def test_a_protobuf_body_has_the_bounds_of_one_in_json(people):
    headers = {"Content-Type": "application/x-protobuf"}
    for request, problem in (
        (GetConversationsReq(ownerUserID="ann", conversationIDs=["x"] * 10_001), "conversationIDs: 10001 entries"),
        (GetConversationsReq(ownerUserID="ann", conversationIDs=["x" * 400]), "conversationIDs[0]: 400 characters"),
        (GetConversationsReq(ownerUserID="a" * 129), "ownerUserID: 129 characters"),
    ):
        refused = await people.post(
            "/jssdk/get_conversations", request.SerializeToString(), user="ann", headers=headers
        )
        assert (refused["errCode"], refused["errDlt"].split(",")[0]) == (1001, problem)


async def test_the_javascript_client_s_operations_take_an_empty_operation_id(people):
    data = await people.data(
        "/jssdk/get_conversations", {"ownerUserID": "ann"}, user="ann", headers={"operationID": ""}
    )
    assert data == {"unreadCount": 0, "conversations": []}


async def test_the_javascript_client_s_operations_take_json_too(people):
    for path in ("/jssdk/get_active_conversations", "/jssdk/get_conversations"):
        for headers in ({"Content-Type": "application/json; charset=utf-8"}, {"Content-Type": ""}):
            data = await people.data(path, {"ownerUserID": "ann"}, user="ann", headers=headers)
            assert data == {"unreadCount": 0, "conversations": []}


async def test_a_body_in_the_wrong_form_is_refused(people):
    path = "/jssdk/get_active_conversations"
    refused = await people.post(path, b"\xff", headers={"Content-Type": "application/protobuf"})
    assert refused["errCode"] == 1001
    assert "GetActiveConversationsReq" in refused["errDlt"]
    refused = await people.post(path, GetActiveConversationsReq(count=20).SerializeToString())
    assert (refused["errCode"], refused["errDlt"].startswith("body:")) == (1001, True)
