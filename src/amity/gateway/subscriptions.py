"""Subscriptions who is online: request 2005, and the pushes of the same number that follow.

Anybody may watch any id, whether or not there is such a user, so what one costs is kept small: of an id only its hash
is kept, 64 bits with a key of this process' own, and nothing of a user who is offline. A user who registers later is
told of like any other.
"""

from array import array
from collections.abc import Iterable
from typing import Final

from google.protobuf.message import DecodeError

from amity.errors import Code, ImError
from amity.gateway.arguments import LONGEST_USER_ID
from amity.gateway.fan_out import Frames
from amity.gateway.session import Session
from amity.gateway.sessions import Sessions
from amity.wire.frames import Identifier, Reply
from amity.wire.proto.sdkws_pb2 import SubUserOnlineStatus, SubUserOnlineStatusElem, SubUserOnlineStatusTips

MOST_WATCHED: Final = 3000
"""Users whom one connection may watch."""
_NOTHING: Final = b"\x78\x00"
"""A field that no message has. OpenIM's pure JavaScript client takes no bytes for no answer, and breaks."""


class Subscriptions:
    """Which sessions watch which users. A session that ends is forgotten."""

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions
        self._watchers: dict[int, Session | set[Session]] = {}
        """By the hash of a user's id. Most are watched by one session: a set would cost more than all the rest."""
        self._watched: dict[Session, array[int]] = {}
        self._told: dict[int, list[int]] = {}
        """The platforms of each user who is watched, as last told; nothing is no platform."""

    def subscribe(self, session: Session, data: bytes) -> bytes:
        """Answer a request: watch some, watch others no longer, and say where the former are online. Raises 1001."""
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
        """Tell who watches a user where that user is online now, if it is elsewhere than before."""
        key = hash(user_id)
        watchers = self._watchers.get(key)
        if watchers is None:
            return
        platforms = self._sessions.platforms(user_id)
        if self._told.get(key, []) == platforms:
            return
        self._tell(key, platforms)
        elem = SubUserOnlineStatusElem(userID=user_id, onlinePlatformIDs=platforms)
        data = SubUserOnlineStatusTips(subscribers=[elem]).SerializeToString()
        told = tuple(watchers) if isinstance(watchers, set) else (watchers,)
        self._sessions.fan_out.send(told, Frames(lambda: Reply(Identifier.SUBSCRIBE_ONLINE, data=data)))

    def forget(self, session: Session) -> None:
        """Have a session watch nobody."""
        for key in self._watched.pop(session, ()):
            self._part(session, key)

    def _change(self, session: Session, wanted: dict[int, list[int]], unwanted: Iterable[str]) -> None:
        watched = set(self._watched.get(session, ()))
        gone = watched.intersection(map(hash, unwanted)).difference(wanted)
        new = [key for key in wanted if key not in watched]
        if len(watched) - len(gone) + len(new) > MOST_WATCHED:
            raise ImError(Code.ARGS, f"subscribeUserID: one connection watches up to {MOST_WATCHED} users")
        for key in gone:
            self._part(session, key)
        for key in new:
            watchers = self._watchers.get(key)
            if watchers is None:
                self._watchers[key] = session
                self._tell(key, wanted[key])
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

    def _tell(self, key: int, platforms: list[int]) -> None:
        if platforms:
            self._told[key] = platforms
        else:
            self._told.pop(key, None)

    def _part(self, session: Session, key: int) -> None:
        watchers = self._watchers[key]
        if isinstance(watchers, set):
            watchers.discard(session)
            if watchers:
                return
        del self._watchers[key]
        self._told.pop(key, None)
