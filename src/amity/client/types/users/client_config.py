"""The requests and answers about settings for clients, as on the wire.

Written from the server's operations by `make client-types`: not to be edited.
"""

from types import NoneType

import msgspec

from amity.client.operation import Operation, Request, Response
from amity.client.types.calls import Pagination


class GetUserClientConfigRequest(Request):
    """Without a user, what holds for everybody."""

    user_id: str = ""


class GetUserClientConfigResponse(Response):
    configs: dict[str, str] = msgspec.field(default_factory=dict)


class SetUserClientConfigRequest(Request):
    """For everybody where no user is named."""

    user_id: str = ""
    configs: dict[str, str] | None = None


class DelUserClientConfigRequest(Request):
    """Everybody's where no user is named."""

    user_id: str = ""
    keys: list[str] | None = None


class PageUserClientConfigRequest(Request):
    """Of all users, and everybody's, where no user is named; all keys where none is named."""

    user_id: str = ""
    key: str = ""
    pagination: Pagination | None = None


class ClientConfigEntry(Response):
    """``user_id`` is empty where it holds for everybody."""

    key: str = ""
    user_id: str = ""
    value: str = ""


class PageUserClientConfigResponse(Response):
    total: int = 0
    configs: list[ClientConfigEntry] = msgspec.field(default_factory=list)


USER_GET_USER_CLIENT_CONFIG = Operation(
    "/user/get_user_client_config",
    GetUserClientConfigRequest,
    GetUserClientConfigResponse,
)
"""Get the app's settings for a client."""
USER_SET_USER_CLIENT_CONFIG = Operation("/user/set_user_client_config", SetUserClientConfigRequest, NoneType)
"""Set some of the app's settings for clients."""
USER_DEL_USER_CLIENT_CONFIG = Operation("/user/del_user_client_config", DelUserClientConfigRequest, NoneType)
"""Delete some of the app's settings for clients."""
USER_PAGE_USER_CLIENT_CONFIG = Operation(
    "/user/page_user_client_config",
    PageUserClientConfigRequest,
    PageUserClientConfigResponse,
)
"""List the app's settings for clients, page by page."""
