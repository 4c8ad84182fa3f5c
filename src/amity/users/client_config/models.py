"""The requests and answers about settings for clients, as on the wire."""

from amity.calls.call import Request, Response
from amity.calls.page import Pagination


class GetUserClientConfigRequest(Request):
    """Without a user, what holds for everybody."""

    user_id: str = ""


class GetUserClientConfigResponse(Response):
    configs: dict[str, str]


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

    key: str
    user_id: str
    value: str


class PageUserClientConfigResponse(Response):
    total: int
    configs: list[ClientConfigEntry]
