"""What a stored message says of a user who is erased, taken out of it. Pure.

The ids stay: by them clients name conversations, and tell who has written. Names, pictures and ``ex`` beside them go,
in the content also where it is a text that has JSON in it, as notifications have. A quote of what the user wrote goes
with that.
"""

from collections.abc import Mapping
from typing import Any, Final

import msgspec

from amity.erasing.models import DELETED_NICKNAME
from amity.messages.taking_back.quotes import masked
from amity.timeline.quotes import quoted_in
from amity.wire.proto.sdkws_pb2 import MsgData

_NAMED: Final = DELETED_NICKNAME
# By the name of an id: what beside it is about that user, and what stands in its place.
_BESIDE: Final[Mapping[str, Mapping[str, str]]] = {
    "userID": {"nickname": _NAMED, "faceURL": "", "ex": ""},
    "sendID": {"senderNickname": _NAMED, "senderFaceUrl": "", "senderFaceURL": ""},
    "revokerID": {"revokerNickname": _NAMED},
    "sourceMessageSendID": {"sourceMessageSenderNickname": _NAMED},
    "fromUserID": {"fromNickname": _NAMED, "fromFaceURL": "", "reqMsg": "", "ex": ""},
    "toUserID": {"toNickname": _NAMED, "toFaceURL": "", "handleMsg": ""},
    "atUserID": {"groupNickname": _NAMED},
}
_DEEPEST: Final = 32
"""Objects, lists and texts with JSON within each other that are looked into."""
_decode = msgspec.json.Decoder().decode
_encode = msgspec.json.encode


def without_user(message: MsgData, user_id: str, *, keeps_quotes: bool) -> bytes | None:
    """Return the body of a message without what it says of a user, or ``None`` if it says nothing."""
    made = MsgData()
    made.CopyFrom(message)
    if message.sendID == user_id:
        if made.senderNickname:
            made.senderNickname = DELETED_NICKNAME
        made.senderFaceURL = ""
        made.ClearField("offlinePushInfo")
    quoted = None if keeps_quotes else quoted_in(message.contentType, message.content)
    if quoted is not None and quoted.get("sendID") == user_id:
        made.content = masked(message.content)
    made.content = _text_without(made.content, user_id, 0) or made.content
    return made.SerializeToString() if made != message else None


def _text_without(text: bytes | str, user_id: str, depth: int) -> bytes | None:
    """Return JSON without what it says of a user; ``None`` for what is none, or says nothing."""
    if isinstance(text, str) and (text[:1] not in ("{", "[") or user_id not in text):
        return None
    try:
        value = _decode(text)
    except (ValueError, RecursionError):
        return None
    return _encode(value) if isinstance(value, dict | list) and _clear(value, user_id, depth) else None


def _clear(value: Any, user_id: str, depth: int) -> bool:
    """Take what a value says of a user out of it; return whether that has changed it."""
    if depth > _DEEPEST:
        return False
    changed = _clear_beside(value, user_id) if isinstance(value, dict) else False
    for place, inner in value.items() if isinstance(value, dict) else enumerate(value):
        if isinstance(inner, dict | list):
            changed = _clear(inner, user_id, depth + 1) or changed
        elif isinstance(inner, str) and (text := _text_without(inner, user_id, depth + 1)) is not None:
            value[place] = text.decode()
            changed = True
    return changed


def _clear_beside(members: dict[str, Any], user_id: str) -> bool:
    changed = False
    for id_name, beside in _BESIDE.items():
        if members.get(id_name) != user_id:
            continue
        for name, replacement in beside.items():
            if members.get(name, replacement) not in (replacement, "", None):
                members[name] = replacement
                changed = True
    applicant = members.get("applicant")
    if isinstance(applicant, dict) and applicant.get("userID") == user_id and members.get("reqMsg"):
        members["reqMsg"] = ""
        changed = True
    return changed
