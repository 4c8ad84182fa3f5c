"""The HTTP operations of presence."""

from amity.calls.operation import Access, Operation
from amity.presence.models import (
    GetSubscribeUsersStatusRequest,
    GetUsersOnlineStatusRequest,
    GetUsersStatusRequest,
    StatusListResponse,
    SubscribeUsersStatusRequest,
    UserOnlineDetail,
    UserOnlineTokens,
)
from amity.presence.service import Presence


def operations(presence: Presence) -> list[Operation]:
    """Declare what callers may ask about who is online."""
    return [
        Operation(
            path="/user/get_users_online_status",
            request=GetUsersOnlineStatusRequest,
            response=list[UserOnlineDetail],
            access=Access.ADMIN,
            handler=presence.get_users_online_status,
            summary="Say who is online, with every connection",
            description="In the order of the request; who does not exist is offline. With the connections' tokens.",
        ),
        Operation(
            path="/user/get_users_online_token_detail",
            request=GetUsersOnlineStatusRequest,
            response=list[UserOnlineTokens],
            access=Access.ADMIN,
            handler=presence.get_users_online_token_detail,
            summary="Get the tokens with which users are connected",
            description="Of those who are online, by platform.",
        ),
        Operation(
            path="/user/get_users_status",
            request=GetUsersStatusRequest,
            response=StatusListResponse,
            access=Access.CALLER,
            handler=presence.get_users_status,
            summary="Say who is online, and on which platforms",
            description="In the order of the request; who does not exist is offline.",
        ),
        Operation(
            path="/user/subscribe_users_status",
            request=SubscribeUsersStatusRequest,
            response=StatusListResponse,
            access=Access.CALLER,
            handler=presence.subscribe_users_status,
            summary="Say how it stands with users to whom a client subscribes",
            description=(
                "For old clients: it answers who is online now, and that is all. A client is told of changes if it"
                " subscribes through the gateway (2005)."
            ),
        ),
        Operation(
            path="/user/get_subscribe_users_status",
            request=GetSubscribeUsersStatusRequest,
            response=StatusListResponse,
            access=Access.CALLER,
            handler=presence.get_subscribe_users_status,
            summary="List nobody",
            description="For old clients: subscriptions are a connection's own, through the gateway (2005).",
        ),
    ]
