"""The requests and answers about erasures, as on the wire."""

from typing import Final

from amity.calls.call import Request, Response
from amity.calls.page import Pagination
from amity.users.rules import FewIds

REMOVE: Final = "remove"
KEEP: Final = "keep"
DELETED_NICKNAME: Final = "Deleted user"
"""What an erased user is called. Its picture and ``ex`` are empty."""


class EraseUserRequest(Request):
    """``messages`` says what becomes of what the user wrote: ``remove`` or ``keep``. ``dry_run``: count only."""

    user_id: str = ""
    messages: str = REMOVE
    dry_run: bool = False


class Erasure(Response):
    """An erasure and how far it is. Times in milliseconds since 1970, ``finish_time`` 0 until then; the counts are of
    what was taken away."""

    user_id: str
    state: str
    messages: str
    ask_time: int
    finish_time: int
    operator_user_id: str
    friend_count: int
    black_count: int
    request_count: int
    group_count: int
    message_count: int
    conversation_count: int


class ErasureCounts(Response):
    """What an erasure would take away. ``message_count`` is -1 where it takes too long to count."""

    friend_count: int
    black_count: int
    request_count: int
    group_count: int
    owned_group_count: int
    message_count: int
    conversation_count: int


class EraseUserResponse(Response):
    """``counts`` after a dry run, else ``erasure``."""

    counts: ErasureCounts | None = None
    erasure: Erasure | None = None


class GetErasuresRequest(Request):
    """Without ``user_ids`` all erasures are meant."""

    user_ids: FewIds | None = None
    pagination: Pagination | None = None


class GetErasuresResponse(Response):
    total: int
    erasures: list[Erasure]
