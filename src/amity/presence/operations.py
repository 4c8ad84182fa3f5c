"""The HTTP operations of presence."""

from amity.calls.operation import Access, Operation
from amity.presence.service import Presence


def operations(presence: Presence) -> list[Operation]:
    """Declare the operations about users' online status."""
    return [
        Operation(
            "/user/get_users_online_status",
            presence.get_users_online_status,
            "Say who is online, with every connection",
            description="In the order of the request; who does not exist is offline. With the connections' tokens.",
            access=Access.ADMIN,
        ),
        Operation(
            "/user/get_users_online_token_detail",
            presence.get_users_online_token_detail,
            "Get the tokens with which users are connected",
            description="Of those who are online, by platform.",
            access=Access.ADMIN,
        ),
        Operation(
            "/user/get_users_status",
            presence.get_users_status,
            "Say who is online, and on which platforms",
            description="In the order of the request; who does not exist is offline.",
        ),
        Operation(
            "/user/subscribe_users_status",
            presence.subscribe_users_status,
            "Say how it stands with users to whom a client subscribes",
            description=(
                "For old clients: it answers who is online now, and that is all. A client is told of changes if it"
                " subscribes through the gateway (2005)."
            ),
        ),
        Operation(
            "/user/get_subscribe_users_status",
            presence.get_subscribe_users_status,
            "List nobody",
            description="For old clients: subscriptions are a connection's own, through the gateway (2005).",
        ),
    ]
