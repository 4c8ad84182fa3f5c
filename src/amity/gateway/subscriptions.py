"""Subscriptions to users' online status: request 2005, and the pushes with the same identifier.

Any client may watch any id, whether or not the user exists, so a watched id must cost little memory. Only its 64-bit
hash is stored, with a key of this process, and nothing about a user who is offline. A user who registers later is
reported like any other.

Where other processes have clients, too, users' platforms are read (``Refreshing``), and ``changed_anywhere`` says of
whom. A user is watched before the read for its first watcher, so that no change is missed, and what that read finds is
for the answer: it is not pushed.
"""

from array import array
from collections.abc import Awaitable, Iterable, Sequence
from typing import Final

from google.protobuf.message import DecodeError

from amity.errors import Code, ImError
from amity.gateway.arguments import LONGEST_USER_ID
from amity.gateway.frames import Frames
from amity.gateway.refreshing import PlatformsOf, Refreshing
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

    def __init__(self, sessions: Sessions, platforms_of: PlatformsOf | None = None) -> None:
        self._sessions = sessions
        self._everywhere = None if platforms_of is None else Refreshing(platforms_of, self._found)
        self._unread: set[int] = set()
        """Watched users whose platforms nobody has read yet."""
        self._watchers: dict[int, Session | set[Session]] = {}
        """Watchers by the hash of the user's id. Most users have one watcher: a set for each would cost more than all
        the rest."""
        self._watched: dict[Session, array[int]] = {}
        self._pushed_platforms: dict[int, list[int]] = {}
        """The platforms last pushed for each watched user. A missing entry means none."""

    def subscribe(self, session: Session, data: bytes) -> bytes | Awaitable[bytes]:
        """Add and remove watched users, and return where the added ones are online. Raises ``ImError``, ``ARGS``
        (1001), and ``DATABASE`` (90002) where other processes have clients and the database fails."""
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
        if not session.is_live:
            return _NOTHING  # nothing would remove what it watches
        user_ids = list(dict.fromkeys(request.subscribeUserID))
        if any(len(user_id) > LONGEST_USER_ID for user_id in user_ids):
            raise ImError(Code.ARGS, f"subscribeUserID: a user id has up to {LONGEST_USER_ID} characters")
        if self._everywhere is not None:
            return self._subscribe_everywhere(session, user_ids, request.unsubscribeUserID, self._everywhere)
        for user_id in self._change(session, user_ids, request.unsubscribeUserID):
            self._note_pushed(hash(user_id), self._sessions.platforms(user_id))
        return _answer((user_id, self._sessions.platforms(user_id)) for user_id in user_ids)

    def changed(self, user_id: str) -> None:
        """Push a user's platforms to the user's watchers if they have changed."""
        if hash(user_id) in self._watchers:
            self._found(user_id, self._sessions.platforms(user_id))

    def changed_anywhere(self, user_ids: Iterable[str]) -> None:
        """Read where these users are connected now, at all processes, and push that to the watchers of those who are
        watched here, if it has changed."""
        if self._everywhere is not None:
            self._everywhere.changed(user_id for user_id in user_ids if hash(user_id) in self._watchers)

    async def stop(self) -> None:
        """Read no more about other processes."""
        if self._everywhere is not None:
            await self._everywhere.stop()

    async def _subscribe_everywhere(
        self, session: Session, user_ids: Sequence[str], unwanted: Iterable[str], everywhere: Refreshing
    ) -> bytes:
        before = set(self._watched.get(session, ()))
        self._unread.update(map(hash, self._change(session, user_ids, unwanted)))
        try:
            await everywhere.read(user_ids)
        except BaseException:
            if session in self._watched:  # else it has ended
                self._change(session, (), (user_id for user_id in user_ids if hash(user_id) not in before))
            raise
        # What is known now, which may be newer than what was read: pushes up to here come before the answer.
        return _answer((user_id, self._pushed_platforms.get(hash(user_id), ())) for user_id in user_ids)

    def _found(self, user_id: str, platforms: Sequence[int]) -> None:
        """Take where a user is connected. It is pushed to watchers who were pushed something else before."""
        key = hash(user_id)
        watchers = self._watchers.get(key)
        if watchers is None or self._pushed_platforms.get(key, []) == list(platforms):
            self._unread.discard(key)
            return
        self._note_pushed(key, list(platforms))
        if key in self._unread:
            self._unread.discard(key)
            return
        data = _answer([(user_id, platforms)])
        recipients = tuple(watchers) if isinstance(watchers, set) else (watchers,)
        self._sessions.fan_out.send(recipients, Frames(lambda: Reply(Identifier.SUBSCRIBE_ONLINE, data=data)))

    def forget(self, session: Session) -> None:
        """Remove all subscriptions of a session."""
        for key in self._watched.pop(session, ()):
            self._unwatch(session, key)

    def _change(self, session: Session, user_ids: Iterable[str], unwanted: Iterable[str]) -> Sequence[str]:
        """Watch and unwatch users, and return those whom nobody watched before."""
        first: list[str] = []
        wanted = {hash(user_id): user_id for user_id in user_ids}
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
                first.append(wanted[key])
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
        return first

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
        self._unread.discard(key)


def _answer(users: Iterable[tuple[str, Sequence[int]]]) -> bytes:
    tips = SubUserOnlineStatusTips(
        subscribers=[SubUserOnlineStatusElem(userID=user_id, onlinePlatformIDs=online) for user_id, online in users]
    )
    return tips.SerializeToString() or _NOTHING
