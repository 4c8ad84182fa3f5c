"""Bounds of texts and lists in requests, by their names on the wire, and of bodies and answers.

A name means the same in all requests, so its bound is given once, here. A field whose name is not here cannot be
declared: ``shape_of`` refuses it.
"""

from typing import Final

from amity.wire.protobuf import MOST_ENTRIES

MOST_BODY_BYTES: Final = 8 * 1024 * 1024
"""Bytes of a body, if the settings say nothing else. An operation whose fields hold less allows fewer."""
MOST_ANSWER_BYTES: Final = 16 * 1024 * 1024
"""Bytes of the ``data`` of an answer. A longer one is refused (1001) and never collected."""
MOST_VALUES: Final = 200_000
"""Members and elements of everything in a body. Each costs time, however short it is. An operation whose fields hold
less than half of that allows fewer."""
SPARE_VALUES: Final = 10_000
"""Members and elements that a body may always have, for unknown fields."""
LEAST_BYTES: Final = 65_536
"""Bytes that a body may always have, for unknown fields and blanks."""

LONGEST_IDEMPOTENCY_KEY: Final = 255
"""Characters of the header `Idempotency-Key`."""
ID: Final = 128
"""Characters of a user's id."""
_IDS: Final[dict[str, int]] = {
    **dict.fromkeys(("userID", "userID1", "userID2", "ownerUserID", "friendUserID", "fromUserID", "toUserID"), ID),
    **dict.fromkeys(
        ("blackUserID", "operatorUserID", "handlerUserID", "groupID", "account", "sendID", "recvID", "recvIDs"), ID
    ),
    **dict.fromkeys(("sendUserID", "recvUserID", "recvGroupID", "hiddenFrom", "askedID"), ID),
    **dict.fromkeys(("userIDs", "userIDList", "friendUserIDs", "checkUserIDs", "groupIDs"), ID),
    **dict.fromkeys(("memberUserIDs", "adminUserIDs", "invitedUserIDs", "kickedUserIDs"), ID),
    **dict.fromkeys(("oldOwnerUserID", "newOwnerUserID", "inviterUserID", "creatorUserID"), ID),
    "notificationUserID": ID,
    **dict.fromkeys(("conversationID", "conversationIDs"), 2 * ID + 64),
    **dict.fromkeys(("versionID", "after"), 256),
}
"""Ids. They may use letters of any script."""
_TEXT_BYTES: Final = 12  # of a character, at worst: two escapes of six
_INTEGER_BYTES: Final = 24
_SPARE: Final = 1.25

CHARACTERS: Final[dict[str, int]] = {
    **_IDS,
    **dict.fromkeys(
        (
            "eventID",
            "eventIDs",
            "operationID",
            "callbackCommand",
            "appFramework",
            "version",
            "uuid",
            "key",
            "keys",
            "clientMsgID",
        ),
        256,
    ),
    **dict.fromkeys(("verdict", "messages"), 64),
    "secret": 1024,
    **dict.fromkeys(("token", "fcmToken"), 4096),
    "nickName": 256,
    "keyword": 256,
    **dict.fromkeys(("title", "desc", "iOSPushSound", "signalInfo"), 4096),
    **dict.fromkeys(("nickname", "senderNickname", "remark", "reqMsg", "handleMsg", "filename"), 1024),
    **dict.fromkeys(("groupName", "reqMessage", "handledMsg", "reason"), 1024),
    **dict.fromkeys(("notification", "introduction"), 8192),
    **dict.fromkeys(("faceURL", "senderFaceURL", "URL", "url", "value"), 8192),
    **dict.fromkeys(("ex", "attachedInfo", "configs", "data"), 65_536),
    "content": 49_152,
}
"""Characters of a text, or of each text in a list. A field may be declared with fewer: ``amity.calls.bounded``."""

ENTRIES: Final[dict[str, int]] = {
    **dict.fromkeys(("friendUserIDs", "userIDList", "friends", "applications", "blacks", "chats"), 1000),
    **dict.fromkeys(("configs", "keys", "messages", "groups", "groupMembers", "groupApplications"), 1000),
    **dict.fromkeys(("users", "userIDs", "checkUserIDs", "groupIDs"), MOST_ENTRIES),
    **dict.fromkeys(("memberUserIDs", "adminUserIDs", "invitedUserIDs", "kickedUserIDs", "members"), MOST_ENTRIES),
    **dict.fromkeys(("seqRanges", "seqs", "recvIDs"), MOST_ENTRIES),
    **dict.fromkeys(("conversationIDs", "conversations"), MOST_ENTRIES),
    "reqList": 500,
    "fileURLs": 20,
    "eventIDs": 100,
    "hiddenFrom": 100_000,  # members of a group; of a chat both users
    "handleResults": 16,
}
"""Entries of a list. A field may be declared with fewer: ``amity.calls.bounded``."""
RAW_BYTES: Final[dict[str, int]] = {"content": 65_536}
"""Bytes of the JSON of a value that an operation decodes itself."""
RECORDS: Final = frozenset(
    (
        *("users", "friends", "applications", "blacks", "messages", "chats"),
        *("groups", "groupMembers", "groupApplications"),
    )
)
"""Lists whose entries an operation checks one by one: it may leave out an entry, and names it."""
CHECKED_LATER: Final = (RECORDS - {"users"}) | {"friendUserIDs", "userIDList", "configs", "fileURLs"}
"""Lists that an operation counts itself, once it knows the caller."""


def characters(name: str) -> int:
    """Return the most characters that a text of this name may have. Raises ``TypeError`` if the name has no bound."""
    if name not in CHARACTERS:
        raise TypeError(f"{name}: texts of this name have no bound in amity.api.bounds")
    return CHARACTERS[name]


def entries(name: str) -> int:
    """Return the most entries that a list of this name may have. Raises ``TypeError`` if the name has no bound."""
    if name not in ENTRIES:
        raise TypeError(f"{name}: lists of this name have no bound in amity.api.bounds")
    return ENTRIES[name]


def entries_at_once(name: str) -> int:
    """Return the number of entries above which a list is refused before anything else is checked."""
    return MOST_ENTRIES if name in CHECKED_LATER else entries(name)


def text_bytes(longest: int) -> int:
    """Return the most bytes of JSON that a text of so many characters may have."""
    return longest * _TEXT_BYTES + 4


def raw_bytes(name: str) -> int:
    """Return the most bytes of a value of any form. Raises ``TypeError`` if the name has no bound."""
    if name not in RAW_BYTES:
        raise TypeError(f"{name}: values of this name have no bound in amity.api.bounds")
    return RAW_BYTES[name]


def integer_bytes() -> int:
    """Return the most bytes of JSON that a number, a boolean or null may have."""
    return _INTEGER_BYTES


def body_bytes(declared: int) -> int:
    """Return the most bytes of a body whose declared fields have at most ``declared`` bytes."""
    return LEAST_BYTES + int(declared * _SPARE)


def body_values(declared: int) -> int:
    """Return the most members and elements of a body whose declared fields have at most ``declared``."""
    return min(MOST_VALUES, SPARE_VALUES + 2 * declared)
