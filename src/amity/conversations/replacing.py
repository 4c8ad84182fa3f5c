"""The settings that the app's business server gives a conversation that begins."""

from typing import Final

from amity.wire.events.conversations import ReplaceConversation

_OPTIONS: Final = range(3)
_MOST_TEXT: Final = 65_536


def unfit_field(change: ReplaceConversation) -> str:
    """Return the wire name of the first field with a value that no conversation has, or ``""``."""
    for name, fits in (
        ("recvMsgOpt", change.recv_msg_opt is None or change.recv_msg_opt in _OPTIONS),
        ("burnDuration", change.burn_duration is None or change.burn_duration >= 0),
        ("groupAtType", not change.group_at_type),
        ("attachedInfo", len(change.attached_info or "") <= _MOST_TEXT),
        ("ex", len(change.ex or "") <= _MOST_TEXT),
    ):
        if not fits:
            return name
    return ""
