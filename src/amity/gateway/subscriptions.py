"""Subscriptions to users' online status: request 2005, and the pushes with the same identifier.

Any client may watch any id, whether or not the user exists, so a watched id must cost little memory. Only its 64-bit
hash is stored, with a key of this process, and nothing about a user who is offline. A user who registers later is
reported like any other.
"""

from array import array
from collections.abc import Iterable
from typing import Final

from google.protobuf.message import DecodeError

from amity.errors import Code, ImError
from amity.gateway.arguments import LONGEST_USER_ID
from amity.gateway.frames import Frames
from amity.gateway.session import Session
from amity.gateway.sessions import Sessions
from amity.wire.frames import Identifier, Reply
from amity.wire.proto.sdkws_pb2 import SubUserOnlineStatus, SubUserOnlineStatusElem, SubUserOnlineStatusTips

MOST_WATCHED: Final = 3000
"""Users whom one connection may watch."""
_NOTHING: Final = b"\x78\x00"
"""A field that no message has. OpenIM's pure JavaScript client treats empty bytes as a missing answer, and fails."""


class Subscriptions:
    """Which sessions watch which users. A session that ends is removed."""

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions
        self._watchers: dict[int, Session | set[Session]] = {}
        """Watchers by the hash of the user's id. Most users have one watcher: a set for each would cost more than all
        the rest."""
        self._watched: dict[Session, array[int]] = {}
        self._pushed_platforms: dict[int, list[int]] = {}
        """The platforms last pushed for each watched user. A missing entry means none."""

    def subscribe(self, session: Session, data: bytes) -> bytes:
        """Add and remove watched users, and return where the added ones are online. Raises ``ImError``, ``ARGS``
        (1001)."""
        try:
            request = SubUserOnlineStatus.FromString(data)
        except DecodeError:
            raise ImError(Code.ARGS, "data: is not the protobuf message SubUserOnlineStatus") from None
        for field, entries in (
            ("subscribeUserID", len(request.subscribeUserID)),
            ("unsubscribeUserID", len(request.unsubscribeUserID)),
        ):
            if entries > MOST_WATCHED:
                raise ImError(Code.ARGS, f"{field}: {entries} entries, and up to {MOST_WATCHED} are allowed")
        wanted = {user_id: self._sessions.platforms(user_id) for user_id in request.subscribeUserID}
        if any(len(user_id) > LONGEST_USER_ID for user_id in wanted):
            raise ImError(Code.ARGS, f"subscribeUserID: a user id has up to {LONGEST_USER_ID} characters")
        self._change(session, {hash(user_id): online for user_id, online in wanted.items()}, request.unsubscribeUserID)
        tips = SubUserOnlineStatusTips(
            subscribers=[
                SubUserOnlineStatusElem(userID=user_id, onlinePlatformIDs=online) for user_id, online in wanted.items()
            ]
        )
        return tips.SerializeToString() or _NOTHING

    def changed(self, user_id: str) -> None:
        """Push a user's platforms to the user's watchers if they have changed."""
        key = hash(user_id)
        watchers = self._watchers.get(key)
        if watchers is None:
            return
        platforms = self._sessions.platforms(user_id)
        if self._pushed_platforms.get(key, []) == platforms:
            return
        self._note_pushed(key, platforms)
        elem = SubUserOnlineStatusElem(userID=user_id, onlinePlatformIDs=platforms)
        data = SubUserOnlineStatusTips(subscribers=[elem]).SerializeToString()
        recipients = tuple(watchers) if isinstance(watchers, set) else (watchers,)
        self._sessions.fan_out.send(recipients, Frames(lambda: Reply(Identifier.SUBSCRIBE_ONLINE, data=data)))

    def forget(self, session: Session) -> None:
        """Remove all subscriptions of a session."""
        for key in self._watched.pop(session, ()):
            self._unwatch(session, key)

    def _change(self, session: Session, wanted: dict[int, list[int]], unwanted: Iterable[str]) -> None:
        watched = set(self._watched.get(session, ()))
        gone = watched.intersection(map(hash, unwanted)).difference(wanted)
        new = [key for key in wanted if key not in watched]
        if len(watched) - len(gone) + len(new) > MOST_WATCHED:
            raise ImError(Code.ARGS, f"subscribeUserID: one connection watches up to {MOST_WATCHED} users")
        for key in gone:
            self._unwatch(session, key)
        for key in new:
            watchers = self._watchers.get(key)
            if watchers is None:
                self._watchers[key] = session
                self._note_pushed(key, wanted[key])
            elif isinstance(watchers, set):
                watchers.add(session)
            else:
                self._watchers[key] = {watchers, session}
        watched.difference_update(gone)
        watched.update(new)
        if watched:
            self._watched[session] = array("q", watched)
        else:
            self._watched.pop(session, None)

    def _note_pushed(self, key: int, platforms: list[int]) -> None:
        if platforms:
            self._pushed_platforms[key] = platforms
        else:
            self._pushed_platforms.pop(key, None)

    def _unwatch(self, session: Session, key: int) -> None:
        watchers = self._watchers[key]
        if isinstance(watchers, set):
            watchers.discard(session)
            if watchers:
                return
        del self._watchers[key]
        self._pushed_platforms.pop(key, None)
