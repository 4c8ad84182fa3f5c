"""The requests and answers about users, as on the wire."""

from collections.abc import Collection, Iterable

from amity.calls.call import Request, Response
from amity.calls.page import Pagination
from amity.errors import Code
from amity.wire.integers import Int32

LEFT_OUT_BY_APP = "left out by the app"


class User(Response):
    """A user; ``create_time`` in milliseconds since 1970. ``app_manger_level`` is OpenIM's spelling."""

    user_id: str
    nickname: str = ""
    face_url: str = ""
    ex: str = ""
    create_time: int = 0
    app_manger_level: int = 0
    global_recv_msg_opt: int = 0


class PublicUser(Response):
    """What of a user is shown where OpenIM shows no more."""

    user_id: str
    nickname: str
    face_url: str
    ex: str


class NewUser(Request):
    """A user to register. ``create_time`` is accepted and ignored: the server's clock decides."""

    user_id: str = ""
    nickname: str = ""
    face_url: str = ""
    ex: str = ""
    create_time: int = 0
    app_manger_level: Int32 = 0
    global_recv_msg_opt: Int32 = 0


class UserRegisterRequest(Request):
    users: list[NewUser | None] | None = None


class Skipped(Response):
    """Who was left out of what was asked for, and why. An ``err_code`` of 80000: the app's business server gave a list
    without this user."""

    user_id: str
    err_code: int
    err_msg: str


class UserRegisterResponse(Response):
    """Only there where the app's business server left somebody out: these were not registered."""

    skipped: list[Skipped]


def left_out_by_app(asked: Iterable[str], replacement: Collection[str]) -> list[Skipped]:
    """Return an entry for each user who was asked for and is not in the app's list."""
    kept = frozenset(replacement)
    return [
        Skipped(user_id=user_id, err_code=Code.CALLBACK, err_msg=LEFT_OUT_BY_APP)
        for user_id in asked
        if user_id not in kept
    ]


class GetUsersInfoRequest(Request):
    user_ids: list[str] | None = None


class GetUsersInfoResponse(Response):
    users_info: list[User]


class GetUsersRequest(Request):
    """``newest_first``, which is amity's: the order of registration the other way round."""

    pagination: Pagination | None = None
    user_id: str = ""
    nick_name: str = ""
    newest_first: bool = False


class GetUsersResponse(Response):
    total: int
    users: list[User]


class GetAllUsersUidRequest(Request):
    pagination: Pagination | None = None


class GetAllUsersUidResponse(Response):
    total: int
    user_ids: list[str]


class AccountCheckRequest(Request):
    check_user_ids: list[str] | None = None


class AccountStatus(Response):
    """``account_status`` is 1 for a registered user, 0 for an unknown one."""

    user_id: str
    account_status: int


class AccountCheckResponse(Response):
    results: list[AccountStatus]


class UpdateUserInfoRequest(Request):
    user_info: NewUser | None = None


class ProfileChange(Request):
    """The fields that ``update_user_info_ex`` sets; ``None`` leaves one as it is."""

    user_id: str = ""
    nickname: str | None = None
    face_url: str | None = None
    ex: str | None = None
    global_recv_msg_opt: Int32 | None = None


class SeenProfile(Request):
    """What a caller has seen of a profile; ``None`` for a field that it does not care about."""

    nickname: str | None = None
    face_url: str | None = None
    ex: str | None = None


class UpdateUserInfoExRequest(Request):
    """With ``seen``, amity's own, the profile is changed only if it still is as the caller has seen it."""

    user_info: ProfileChange | None = None
    seen: SeenProfile | None = None


class SetGlobalMsgRecvOptRequest(Request):
    """``global_recv_msg_opt``: 0 receive messages, 1 do not, 2 receive them quietly."""

    user_id: str = ""
    global_recv_msg_opt: Int32 = 0
