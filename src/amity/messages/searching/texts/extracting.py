"""What of a message is found by a text: what its reader sees as its text. Pure.

Source: the searches of OpenIM's clients, openim-sdk-core 3.8 ``internal/conversation_msg/conversation_msg.go``
(``filterMsg``). A quote is found by what its sender wrote; what it quotes is a message of its own.
"""

from collections.abc import Mapping
from typing import Final

import msgspec

from amity.errors import Code, ImError
from amity.users.folding import fold, fold_beginning
from amity.wire.proto.sdkws_pb2 import MsgData

MOST_INDEXED: Final = 4_000
"""Characters of a folded text that are searched, from its beginning: half a millisecond of each message."""
_MOST_CONTENT: Final = 65_536
"""Bytes of a content that is searched: what the largest ``messages.contentBytes`` lets users send."""
LEAST_CHARACTERS: Final = 2
"""Characters of a keyword when it is folded. One character would be in nearly every message of its script."""
_MEMBERS: Final[Mapping[int, str]] = {
    101: "content",  # text
    105: "fileName",  # file
    106: "text",  # text with mentions
    107: "title",  # merged messages
    108: "nickname",  # card
    109: "description",  # location
    110: "description",  # custom
    114: "text",  # quote
    117: "text",  # advanced text
    118: "content",  # markdown
}
"""By content type: the member of the content that is searched."""
_CONTROLS: Final = {number: None for number in range(32) if chr(number) not in "\t\n\r"}
"""Characters that no keyword has. PostgreSQL stores no text with U+0000."""
# A type with these members alone: no object is made of any other.
_Content = msgspec.defstruct(
    "_Content", [(name, msgspec.Raw, msgspec.Raw()) for name in dict.fromkeys(_MEMBERS.values())], frozen=True
)
_decode = msgspec.json.Decoder(_Content).decode
_decode_text = msgspec.json.Decoder(str).decode


def text_of(body: bytes) -> tuple[int, str] | None:
    """Return the content type and the folded text of a stored message, or ``None`` if no keyword finds it. A long text
    is cut, and a content that is longer than users may send is not looked at."""
    message = MsgData.FromString(body)
    member = _MEMBERS.get(message.contentType)
    if member is None or len(message.content) > _MOST_CONTENT:
        return None
    try:
        text = _decode_text(getattr(_decode(message.content), member))
    except (msgspec.MsgspecError, ValueError, RecursionError):
        return None
    folded = fold_beginning(text[: 4 * MOST_INDEXED].translate(_CONTROLS), MOST_INDEXED)
    return (message.contentType, folded) if len(folded) >= LEAST_CHARACTERS else None


def folded_keyword(keyword: str) -> str:
    """Return a keyword as it is looked for.

    Raises ``ImError``, ``ARGS`` (1001), for a keyword with control characters, or with fewer than ``LEAST_CHARACTERS``
    characters that have a width.
    """
    if any(ord(each) in _CONTROLS for each in keyword):
        raise ImError(Code.ARGS, "keyword: has control characters")
    folded = fold(keyword)
    if len(folded) < LEAST_CHARACTERS:
        raise ImError(
            Code.ARGS, f"keyword: is too short (at least {LEAST_CHARACTERS} visible characters, got {len(folded)})"
        )
    return folded
