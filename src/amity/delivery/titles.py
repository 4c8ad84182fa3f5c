"""What a device shows of a message that has no texts for that. Pure.

Source: open-im-server 3.8 ``internal/push/push_handler.go`` (``getOfflinePushInfos``), protocol's
``ContentType2PushContent``. There a message with mentions has no title.
"""

from typing import Final

from amity.wire.events.messages import OfflinePushInfo

_OTHER: Final = "[NEWMSG]"
_TITLES: Final = {
    101: "[TEXT]",
    102: "[PICTURE]",
    103: "[VOICE]",
    104: "[VIDEO]",
    105: "[File]",
    106: "[@TEXT]",
}


def texts_of(content_type: int, info: OfflinePushInfo | None) -> OfflinePushInfo:
    """Return the texts of a message: its title follows from its type if it has none, its description is its title."""
    given = info or OfflinePushInfo()
    title = given.title or _TITLES.get(content_type, _OTHER)
    return OfflinePushInfo(
        title=title,
        desc=given.desc or title,
        ex=given.ex,
        ios_push_sound=given.ios_push_sound,
        ios_badge_count=given.ios_badge_count,
        signal_info=given.signal_info,
    )
