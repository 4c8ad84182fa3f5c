"""Every method of the client calls an operation of the server's with the request that this takes."""

import inspect
from collections.abc import AsyncIterator, Mapping, Sequence
from types import UnionType
from typing import get_args, get_origin, get_type_hints

import pytest

from amity.client import AmityClient
from amity.client.connection import Connection
from amity.client.moving import Record
from amity.client.operation import Operation
from amity.client.types.moving import UserRecord
from tests.unit.client.conftest import OF_CLIENT

# What OpenIM's clients ask for themselves, and no program has wanted yet. ``call`` takes these as they are.
WITHOUT_A_METHOD = {
    "/msg/get_read_state",
    "/msg/find_msgs",
    "/msg/get_conversation_msgs",
    "/msg/batch_send_msg",
    "/msg/send_simple_msg",
    "/msg/check_msg_is_send_success",
    "/auth/count_tokens",
    "/user/add_notification_account",
    "/user/update_notification_account",
    "/user/search_notification_account",
    "/user/get_notification_account",
    "/conversation/delete_conversations",
    "/conversation/get_all_conversations",
    "/conversation/get_conversation",
    "/conversation/get_conversations",
    "/conversation/get_full_conversation_ids",
    "/conversation/get_incremental_conversations",
    "/conversation/get_not_notify_conversation_ids",
    "/conversation/get_owner_conversation",
    "/conversation/get_pinned_conversation_ids",
    "/conversation/get_sorted_conversation_list",
    "/conversation/set_conversations",
    "/conversation/update_conversations_by_user",
    "/group/cancel_mute_group",
    "/group/cancel_mute_group_member",
    "/group/get_full_group_member_user_ids",
    "/group/get_full_join_group_ids",
    "/group/get_group_abstract_info",
    "/group/get_group_application_unhandled_count",
    "/group/get_group_member_user_id",
    "/group/get_group_users_req_application_list",
    "/group/get_incremental_group_members",
    "/group/get_incremental_group_members_batch",
    "/group/get_incremental_join_groups",
    "/group/get_joined_group_list",
    "/group/get_specified_user_group_request_info",
    "/group/get_user_req_group_applicationList",
    "/group/group_application_response",
    "/group/join_group",
    "/group/mute_group",
    "/group/mute_group_member",
    "/group/quit_group",
    "/group/set_group_info",
    "/group/set_group_info_ex",
    "/group/set_group_member_info",
    "/group/transfer_group",
    "/jssdk/get_active_conversations",
    "/jssdk/get_conversations",
    "/msg/clear_conversation_msg",
    "/msg/delete_msg_phsical_by_seq",
    "/msg/delete_msg_physical",
    "/msg/delete_msgs",
    "/msg/get_conversations_has_read_and_max_seq",
    "/msg/get_server_time",
    "/msg/mark_conversation_as_read",
    "/msg/mark_msgs_as_read",
    "/msg/newest_seq",
    "/msg/pull_msg_by_seq",
    "/msg/search_msg",
    "/msg/revoke_msg",
    "/msg/send_business_notification",
    "/msg/send_msg",
    "/msg/set_conversation_has_read_seq",
    "/msg/user_clear_all_msg",
    "/third/fcm_update_token",
    "/third/logs/upload",
    "/third/set_app_badge",
    "/user/get_subscribe_users_status",
    "/user/get_users_online_status",
    "/user/get_users_online_token_detail",
    "/user/get_users_status",
    "/user/subscribe_users_status",
}


class Recording(AmityClient):
    """Notes what would be called, and answers what a server does that has nothing to say."""

    def __init__(self) -> None:
        super().__init__("http://127.0.0.1", token="t")
        self.calls: list[tuple[Operation, object]] = []

    async def call(self, operation, request, *, idempotency_key=None):
        self.calls.append((operation, request))
        return operation.answer()


def methods():
    """The methods that call operations, by their names."""
    own = {name for name in vars(Connection) if not name.startswith("_")}
    return {
        name: method
        for name, method in inspect.getmembers(AmityClient, inspect.isfunction)
        if not name.startswith("_") and name not in own
    }


def argument(kind):
    """Some value of the type of a parameter."""
    if kind in (str, int, bool):
        return {str: "a", int: 1, bool: True}[kind]
    if isinstance(kind, UnionType) and type(None) in get_args(kind):
        return argument(get_args(kind)[0])
    if kind is Record or get_args(kind) == (Record,):
        return [UserRecord(user_id="a")]
    if get_origin(kind) is Sequence:
        return [argument(get_args(kind)[0])]
    if get_origin(kind) is Mapping:
        return {"a": "b"}
    return kind()


async def called(name, *, with_all):
    """What a method calls, with all its arguments or with those alone that it needs."""
    client = Recording()
    method = getattr(client, name)
    hints = get_type_hints(methods()[name])
    arguments = {
        each.name: argument(hints[each.name])
        for each in inspect.signature(method).parameters.values()
        if with_all or each.default is inspect.Parameter.empty
    }
    outcome = method(**arguments)
    if isinstance(outcome, AsyncIterator):
        async for _ in outcome:
            pass
    else:
        await outcome
    return client.calls


@pytest.mark.parametrize("with_all", [True, False])
@pytest.mark.parametrize("name", methods())
async def test_a_method_calls_one_operation_with_its_request(name, with_all):
    ((operation, request),) = await called(name, with_all=with_all)
    assert isinstance(operation, Operation)
    assert OF_CLIENT[operation.path] is operation
    assert type(request) is operation.request


async def test_what_has_no_method_has_none_on_purpose():
    called_by_some = {
        operation.path
        for name in methods()
        for with_all in (True, False)
        for operation, _ in await called(name, with_all=with_all)
    }
    assert OF_CLIENT.keys() - called_by_some == WITHOUT_A_METHOD
