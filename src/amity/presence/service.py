"""Who is online: told by the gateway, asked by callers, and told to the business server."""

from collections.abc import Callable, Sequence

from amity.callbacks.telling.outbox import Outbox
from amity.calls.call import Call
from amity.clock import SYSTEM_CLOCK, Clock
from amity.errors import Code, ImError
from amity.presence.changes import Changes
from amity.presence.connections import Connection, Connections
from amity.presence.models import (
    GetSubscribeUsersStatusRequest,
    GetUsersOnlineStatusRequest,
    GetUsersStatusRequest,
    OnlineStatus,
    PlatformDetail,
    PlatformTokens,
    StatusListResponse,
    SubscribeUsersStatusRequest,
    UserOnlineDetail,
    UserOnlineTokens,
)
from amity.presence.writer import Writer
from amity.storage import Database
from amity.users.directory import Directory
from amity.wire.events.event import AfterEvent
from amity.wire.events.presence import AfterUserKickOff, AfterUserOffline, AfterUserOnline

MOST_USERS = 1000
"""Users that one call may ask about: as many as OpenIM documents for every list."""
ONLINE = 1
OFFLINE = 0
SUBSCRIBE = 1
CANCEL = 2
_EVENTS: tuple[type[AfterEvent], ...] = (AfterUserOnline, AfterUserOffline, AfterUserKickOff)


class Presence:
    """The observer of connections, and everything that can be asked about who is online.

    ``connections`` are those of this process, and answer what callers ask. The business server is told by a writer
    that runs from ``start`` to ``stop`` if any of the three callbacks is switched on.
    """

    def __init__(
        self,
        database: Database,
        directory: Directory,
        outbox: Outbox,
        connections: Connections,
        clock: Clock = SYSTEM_CLOCK,
    ) -> None:
        self._connections = connections
        self._tells = any(outbox.enabled(event) for event in _EVENTS)
        self._changes = Changes(clock)
        self._writer = Writer(database, directory, outbox, self._changes, clock)

    async def start(self) -> None:
        """Tell of those who went offline while no server ran, and begin. Raises ``ImError`` where the database fails.

        To be called before the first connection opens.
        """
        if self._tells:
            await self._writer.start()

    async def stop(self) -> None:
        """Write what is left. To be called when all connections are closed, and before the database is."""
        await self._writer.stop()

    # The observer: called by the gateway in the middle of its work, so nothing here waits or raises

    def opened(self, connection: Connection) -> None:
        """A connection is open."""
        self._note(self._changes.opened, connection)

    def closed(self, connection: Connection) -> None:
        """A connection is closed, by whomever and for whatever reason."""
        self._note(self._changes.closed, connection)

    def kicked(self, connection: Connection) -> None:
        """A connection is about to be closed by the server, because of another login or because it was told to."""
        self._note(self._changes.kicked, connection)

    def _note(self, note: Callable[[Connection], None], connection: Connection) -> None:
        if self._tells:
            note(connection)
            self._writer.wake()

    # Operations

    async def get_users_online_status(self, call: Call, request: GetUsersOnlineStatusRequest) -> list[UserOnlineDetail]:
        """Return each of these users with all their connections, in the order of the request; nobody where none is
        named."""
        return [self._detail(user_id) for user_id in _bounded(request.user_ids or [])]

    async def get_users_online_token_detail(
        self, call: Call, request: GetUsersOnlineStatusRequest
    ) -> list[UserOnlineTokens]:
        """Return those of these users who are online, with the tokens of their connections by platform; nobody where
        none is named."""
        asked = _bounded(request.user_ids or [])
        return [tokens for user_id in asked if (tokens := self._tokens(user_id)).status == ONLINE]

    async def get_users_status(self, call: Call, request: GetUsersStatusRequest) -> StatusListResponse:
        """Return each of these users with the platforms where they are online, in the order of the request."""
        if not request.user_ids:
            raise ImError(Code.ARGS, f"userIDs: 0 entries, and 1 to {MOST_USERS} are allowed")
        return self._status_list(_bounded(request.user_ids))

    async def subscribe_users_status(self, call: Call, request: SubscribeUsersStatusRequest) -> StatusListResponse:
        """Return how it stands with those to whom a user subscribes; nobody for an empty list. Changes reach clients
        through the gateway."""
        call.require_own(request.user_id, "userID")
        if request.user_ids is None:
            raise ImError(Code.ARGS, "userIDs: is missing")
        user_ids = _bounded(request.user_ids)
        if request.genre not in (SUBSCRIBE, CANCEL):
            raise ImError(Code.ARGS, f"genre: {SUBSCRIBE} subscribes and {CANCEL} cancels, not {request.genre}")
        return self._status_list(user_ids if request.genre == SUBSCRIBE else [])

    async def get_subscribe_users_status(
        self, call: Call, request: GetSubscribeUsersStatusRequest
    ) -> StatusListResponse:
        """Return nobody, as OpenIM does, whoever asks: a connection subscribes for itself, and knows to whom."""
        if not request.user_id:
            raise ImError(Code.ARGS, "userID is empty")
        return StatusListResponse(status_list=[])

    def _detail(self, user_id: str) -> UserOnlineDetail:
        connections = self._connections.of(user_id)
        return UserOnlineDetail(
            user_id=user_id,
            status=ONLINE if connections else OFFLINE,
            detail_platform_status=[
                PlatformDetail(
                    platform_id=each.platform_id,
                    conn_id=each.conn_id,
                    is_background=each.is_background,
                    token=each.token,
                )
                for each in connections
            ],
        )

    def _tokens(self, user_id: str) -> UserOnlineTokens:
        by_platform: dict[int, list[str]] = {}
        for each in self._connections.of(user_id):
            by_platform.setdefault(each.platform_id, []).append(each.token)
        return UserOnlineTokens(
            user_id=user_id,
            status=ONLINE if by_platform else OFFLINE,
            single_platform_token=[
                PlatformTokens(platform_id=platform_id, total=len(tokens), token=tokens)
                for platform_id, tokens in sorted(by_platform.items())
            ],
        )

    def _status_list(self, user_ids: Sequence[str]) -> StatusListResponse:
        return StatusListResponse(status_list=[self._status(user_id) for user_id in user_ids])

    def _status(self, user_id: str) -> OnlineStatus:
        platforms = sorted({each.platform_id for each in self._connections.of(user_id)})
        return OnlineStatus(user_id=user_id, status=ONLINE if platforms else OFFLINE, platform_ids=platforms)


def _bounded(user_ids: Sequence[str]) -> Sequence[str]:
    """Return the users that a request names. Raises 1001 for too many, or an empty id."""
    if len(user_ids) > MOST_USERS:
        raise ImError(Code.ARGS, f"userIDs: {len(user_ids)} entries, and at most {MOST_USERS} are allowed")
    if "" in user_ids:
        raise ImError(Code.ARGS, f"userIDs[{user_ids.index('')}]: userID is empty")
    return user_ids
