"""Watching who is online: request 2005, and the pushes of the same number that follow."""

from collections.abc import Collection
from typing import Final

from google.protobuf.message import DecodeError

from amity.errors import Code, ImError
from amity.gateway.arguments import LONGEST_USER_ID
from amity.gateway.session import Session
from amity.gateway.sessions import Sessions
from amity.gateway.spread import Frames
from amity.wire.frames import Identifier, Reply
from amity.wire.proto.sdkws_pb2 import SubUserOnlineStatus, SubUserOnlineStatusElem, SubUserOnlineStatusTips

MOST_WATCHED: Final = 3000
"""Users whom one connection may watch."""
_NOTHING: Final = b"\x78\x00"
"""A field that no message has. OpenIM's pure JavaScript client takes no bytes for no answer, and breaks."""


class Watching:
    """Which sessions watch which users. A session that ends is forgotten."""

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions
        self._watchers: dict[str, set[Session]] = {}
        self._watched: dict[Session, set[str]] = {}
        self._told: dict[str, list[int]] = {}
        """The platforms of each user who is watched, as last told."""

    def subscribe(self, session: Session, data: bytes) -> bytes:
        """Answer a request: watch some, watch others no longer, and say where the former are online. Raises 1001."""
        try:
            request = SubUserOnlineStatus.FromString(data)
        except DecodeError:
            raise ImError(Code.ARGS, "data: is not the protobuf message SubUserOnlineStatus") from None
        self._change(session, set(request.subscribeUserID), request.unsubscribeUserID)
        tips = SubUserOnlineStatusTips(
            subscribers=[
                SubUserOnlineStatusElem(userID=user_id, onlinePlatformIDs=self._sessions.platforms(user_id))
                for user_id in dict.fromkeys(request.subscribeUserID)
            ]
        )
        return tips.SerializeToString() or _NOTHING

    def changed(self, user_id: str) -> None:
        """Tell who watches a user where that user is online now, if it is elsewhere than before."""
        watchers = self._watchers.get(user_id)
        if not watchers:
            return
        platforms = self._sessions.platforms(user_id)
        if self._told[user_id] == platforms:
            return
        self._told[user_id] = platforms
        elem = SubUserOnlineStatusElem(userID=user_id, onlinePlatformIDs=platforms)
        data = SubUserOnlineStatusTips(subscribers=[elem]).SerializeToString()
        self._sessions.spread.send(tuple(watchers), Frames(Reply(Identifier.SUBSCRIBE_ONLINE, data=data)))

    def forget(self, session: Session) -> None:
        """Have a session watch nobody."""
        for user_id in self._watched.pop(session, ()):
            self._part(session, user_id)

    def _change(self, session: Session, wanted: Collection[str], unwanted: Collection[str]) -> None:
        watched = self._watched.get(session, set())
        gone = watched.intersection(unwanted).difference(wanted)
        new = {user_id for user_id in wanted if user_id not in watched}
        if len(watched) - len(gone) + len(new) > MOST_WATCHED:
            raise ImError(Code.ARGS, f"subscribeUserID: one connection watches up to {MOST_WATCHED} users")
        if any(len(user_id) > LONGEST_USER_ID for user_id in new):
            raise ImError(Code.ARGS, f"subscribeUserID: a user id has up to {LONGEST_USER_ID} characters")
        for user_id in gone:
            self._part(session, user_id)
        for user_id in new:
            if user_id not in self._watchers:
                self._watchers[user_id] = set()
                self._told[user_id] = self._sessions.platforms(user_id)
            self._watchers[user_id].add(session)
        watched = (watched - gone) | new
        if watched:
            self._watched[session] = watched
        else:
            self._watched.pop(session, None)

    def _part(self, session: Session, user_id: str) -> None:
        watchers = self._watchers[user_id]
        watchers.discard(session)
        if not watchers:
            del self._watchers[user_id], self._told[user_id]
