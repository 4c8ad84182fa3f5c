"""The requests and answers about erasures, as on the wire.

Written from the server's operations by `make client-types`: not to be edited.
"""

import msgspec

from amity.client.operation import Operation, Request, Response
from amity.client.types.calls import Pagination


class EraseUserRequest(Request):
    """``messages`` says what becomes of what the user wrote: ``remove`` or ``keep``. ``dry_run``: count only."""

    user_id: str = ""
    messages: str = "remove"
    dry_run: bool = False


class Erasure(Response):
    """An erasure and how far it is. Times in milliseconds since 1970, ``finish_time`` 0 until then; the counts are of
    what was taken away."""

    user_id: str = ""
    state: str = ""
    messages: str = ""
    ask_time: int = 0
    finish_time: int = 0
    operator_user_id: str = ""
    friend_count: int = 0
    black_count: int = 0
    request_count: int = 0
    group_count: int = 0
    message_count: int = 0
    conversation_count: int = 0


class ErasureCounts(Response):
    """What an erasure would take away. ``message_count`` is -1 where it takes too long to count."""

    friend_count: int = 0
    black_count: int = 0
    request_count: int = 0
    group_count: int = 0
    owned_group_count: int = 0
    message_count: int = 0
    conversation_count: int = 0


class EraseUserResponse(Response):
    """``counts`` after a dry run, else ``erasure``."""

    counts: ErasureCounts | None = None
    erasure: Erasure | None = None


class GetErasuresRequest(Request):
    """Without ``user_ids`` all erasures are meant."""

    user_ids: list[str] | None = None
    pagination: Pagination | None = None


class GetErasuresResponse(Response):
    total: int = 0
    erasures: list[Erasure] = msgspec.field(default_factory=list)


USER_ERASE_USER = Operation("/user/erase_user", EraseUserRequest, EraseUserResponse)
"""Erase a user."""
USER_GET_ERASURES = Operation("/user/get_erasures", GetErasuresRequest, GetErasuresResponse)
"""Say how far erasures are, page by page."""
