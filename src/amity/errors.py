"""OpenIM's error codes and the one exception that carries them to the caller.

Source: open-im-server 3.8 ``pkg/common/servererrs`` and ``openimsdk/tools`` ``errs`` (numbers and names).
"""

from enum import IntEnum

from amity.texts import cut

MOST_DETAIL = 4096
"""Characters of an ``errDlt``: enough for twenty ids and what is wrong with them."""
MOST_MESSAGE = 1024
"""Characters of an ``errMsg``."""
_MOST_NAMED = 128
"""Characters of an id that an ``errDlt`` repeats: no user has a longer one."""


class Code(IntEnum):
    """An ``errCode`` of the protocol; ``NAMES`` has the ``errMsg`` of each. 1351 to 1363 are amity's own: OpenIM has no
    such limits, and no such condition."""

    OK = 0
    SERVER_INTERNAL = 500
    ARGS = 1001
    NO_PERMISSION = 1002
    DUPLICATE_KEY = 1003
    RECORD_NOT_FOUND = 1004
    USER_ID_NOT_FOUND = 1101
    REGISTERED_ALREADY = 1102
    GROUP_NOT_FOUND = 1201
    GROUP_ID_EXISTED = 1202
    NOT_IN_GROUP = 1203
    GROUP_DISMISSED = 1204
    GROUP_REQUEST_HANDLED = 1206
    CANNOT_ADD_YOURSELF = 1301
    BLOCKED_BY_PEER = 1302
    NOT_PEERS_FRIEND = 1303
    RELATIONSHIP_ALREADY = 1304
    FRIEND_REQUEST_HANDLED = 1305
    FRIENDS_LIMIT = 1351
    APPLICATIONS_LIMIT = 1352
    BLACKS_LIMIT = 1353
    IMPORTS_LIMIT = 1354
    READS_LIMIT = 1355
    IDEMPOTENCY_LIMIT = 1356
    SERVER_BUSY = 1357
    MESSAGES_LIMIT = 1358
    PINS_LIMIT = 1359
    MEMBERS_LIMIT = 1360
    GROUPS_LIMIT = 1361
    GROUP_CHANGES_LIMIT = 1362
    PROFILE_CHANGED = 1363
    MUTED_IN_GROUP = 1402
    MUTED_GROUP = 1403
    MSG_ALREADY_REVOKED = 1404
    TOKEN_EXPIRED = 1501
    TOKEN_INVALID = 1502
    TOKEN_MALFORMED = 1503
    TOKEN_NOT_VALID_YET = 1504
    TOKEN_UNKNOWN = 1505
    TOKEN_KICKED = 1506
    TOKEN_NOT_EXIST = 1507
    CONN_OVER_MAX = 1601
    CONN_ARGS = 1602
    CALLBACK = 80000
    DATABASE = 90002
    NETWORK = 90004
    DATA = 90007


NAMES: dict[int, str] = {
    Code.OK: "",
    Code.SERVER_INTERNAL: "ServerInternalError",
    Code.ARGS: "ArgsError",
    Code.NO_PERMISSION: "NoPermissionError",
    Code.DUPLICATE_KEY: "DuplicateKeyError",
    Code.RECORD_NOT_FOUND: "RecordNotFoundError",
    Code.USER_ID_NOT_FOUND: "UserIDNotFoundError",
    Code.REGISTERED_ALREADY: "RegisteredAlreadyError",
    Code.GROUP_NOT_FOUND: "GroupIDNotFoundError",
    Code.GROUP_ID_EXISTED: "GroupIDExisted",
    Code.NOT_IN_GROUP: "NotInGroupYetError",
    Code.GROUP_DISMISSED: "DismissedAlreadyError",
    Code.GROUP_REQUEST_HANDLED: "GroupRequestHandled",
    Code.CANNOT_ADD_YOURSELF: "CanNotAddYourselfError",
    Code.BLOCKED_BY_PEER: "BlockedByPeer",
    Code.NOT_PEERS_FRIEND: "NotPeersFriend",
    Code.RELATIONSHIP_ALREADY: "RelationshipAlreadyError",
    Code.FRIEND_REQUEST_HANDLED: "FriendRequestHandled",
    Code.FRIENDS_LIMIT: "FriendsLimitError",
    Code.APPLICATIONS_LIMIT: "ApplicationsLimitError",
    Code.BLACKS_LIMIT: "BlacksLimitError",
    Code.IMPORTS_LIMIT: "ImportsLimitError",
    Code.READS_LIMIT: "ReadsLimitError",
    Code.IDEMPOTENCY_LIMIT: "IdempotencyKeysLimitError",
    Code.SERVER_BUSY: "ServerBusyError",
    Code.MESSAGES_LIMIT: "MessagesLimitError",
    Code.PINS_LIMIT: "PinnedConversationsLimitError",
    Code.MEMBERS_LIMIT: "GroupMembersLimitError",
    Code.GROUPS_LIMIT: "GroupsLimitError",
    Code.GROUP_CHANGES_LIMIT: "GroupChangesLimitError",
    Code.PROFILE_CHANGED: "ProfileChangedError",
    Code.MUTED_IN_GROUP: "MutedInGroup",
    Code.MUTED_GROUP: "MutedGroup",
    Code.MSG_ALREADY_REVOKED: "MsgAlreadyRevoke",
    Code.TOKEN_EXPIRED: "TokenExpiredError",
    Code.TOKEN_INVALID: "TokenInvalidError",
    Code.TOKEN_MALFORMED: "TokenMalformedError",
    Code.TOKEN_NOT_VALID_YET: "TokenNotValidYetError",
    Code.TOKEN_UNKNOWN: "TokenUnknownError",
    Code.TOKEN_KICKED: "TokenKickedError",
    Code.TOKEN_NOT_EXIST: "TokenNotExistError",
    Code.CONN_OVER_MAX: "ConnOverMaxNumLimit",
    Code.CONN_ARGS: "args err, need token, sendID, platformID",
    Code.CALLBACK: "CallbackError",
    Code.DATABASE: "DatabaseError",
    Code.NETWORK: "NetworkError",
    Code.DATA: "DataError",
}


class ImError(Exception):
    """The error answer of an operation: ``errCode``, ``errMsg`` and ``errDlt``.

    ``detail`` says exactly what is wrong: the field, the limit, the offending ids. ``message`` is the code's name in
    OpenIM unless a business server chose another. Both are cut to a length that can be logged, stored and sent, because
    they may repeat texts of any length.
    """

    def __init__(self, code: int, detail: str = "", *, message: str | None = None) -> None:
        self.code = int(code)
        self.message = NAMES.get(code, "") if message is None else cut(message, MOST_MESSAGE)
        self.detail = cut(detail, MOST_DETAIL)
        super().__init__(f"{self.code} {self.message}: {self.detail}")


def offending(ids: list[str]) -> str:
    """List ids for an ``errDlt``: the first 20, and the total if there are more."""
    shown = ", ".join([cut(each, _MOST_NAMED) for each in ids[:20]])
    return shown if len(ids) <= 20 else f"{shown}, ... ({len(ids)} in all)"
