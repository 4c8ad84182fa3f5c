"""Users' online status: fed by the gateway, queried by callers, reported to the business server."""

from collections.abc import Callable, Mapping, Sequence

from amity.callbacks.telling.outbox import Outbox
from amity.calls.call import Call
from amity.clock import SYSTEM_CLOCK, Clock
from amity.errors import Code, ImError
from amity.presence.changes import Changes
from amity.presence.connections import Connection, Connections
from amity.presence.everywhere import Everywhere
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
from amity.users.rules import MOST_NAMED
from amity.wire.events.event import AfterEvent
from amity.wire.events.presence import AfterUserKickOff, AfterUserOffline, AfterUserOnline

MOST_USERS = MOST_NAMED
"""Users that one call may ask about: as many as OpenIM documents for every list."""
ONLINE = 1
OFFLINE = 0
SUBSCRIBE = 1
CANCEL = 2
_EVENTS: tuple[type[AfterEvent], ...] = (AfterUserOnline, AfterUserOffline, AfterUserKickOff)


class Presence:
    """The observer of connections, and the operations about users' online status.

    Queries are answered from ``connections``, those of this process, and from those of all processes with
    ``everywhere``. A writer reports changes to the business server from ``start`` to ``stop`` if any of the three
    callbacks is enabled.
    """

    def __init__(
        self,
        database: Database,
        directory: Directory,
        outbox: Outbox,
        connections: Connections,
        clock: Clock = SYSTEM_CLOCK,
        *,
        everywhere: Everywhere | None = None,
    ) -> None:
        self._connections = connections
        self._everywhere = everywhere
        self._is_enabled = any(outbox.enabled(event) for event in _EVENTS)
        self._changes = Changes(clock)
        self._writer = Writer(database, directory, outbox, self._changes, clock)

    async def start(self) -> None:
        """Report users who went offline while no server ran, and start the writer. Raises ``ImError`` if the database
        fails.

        Call it before the first connection opens.
        """
        if self._is_enabled:
            await self._writer.start()

    async def stop(self) -> None:
        """Write the remaining changes. Call it after all connections are closed, and before the database is."""
        await self._writer.stop()

    # The observer. The gateway calls it synchronously, so nothing here waits or raises.

    def opened(self, connection: Connection) -> None:
        """Note an opened connection."""
        self._note(self._changes.opened, connection)

    def closed(self, connection: Connection) -> None:
        """Note a closed connection, whoever closed it."""
        self._note(self._changes.closed, connection)

    def kicked(self, connection: Connection) -> None:
        """Note that the server is about to close a connection: because of another login, or on an administrator's
        request."""
        self._note(self._changes.kicked, connection)

    def _note(self, note: Callable[[Connection], None], connection: Connection) -> None:
        if self._is_enabled:
            note(connection)
            self._writer.wake()

    # Operations

    async def get_users_online_status(self, call: Call, request: GetUsersOnlineStatusRequest) -> list[UserOnlineDetail]:
        """Return each of these users with all their connections, in the order of the request. An empty request gives an
        empty list."""
        asked = _bounded(request.user_ids or [])
        connections = await self._of(asked, with_tokens=True)
        return [_detail(user_id, connections.get(user_id, ())) for user_id in asked]

    async def get_users_online_token_detail(
        self, call: Call, request: GetUsersOnlineStatusRequest
    ) -> list[UserOnlineTokens]:
        """Return those of these users who are online, with the tokens of their connections by platform. An empty
        request gives an empty list."""
        asked = _bounded(request.user_ids or [])
        connections = await self._of(asked, with_tokens=True)
        return [_tokens(user_id, online) for user_id in asked if (online := connections.get(user_id))]

    async def get_users_status(self, call: Call, request: GetUsersStatusRequest) -> StatusListResponse:
        """Return each of these users with the platforms where they are online, in the order of the request."""
        if not request.user_ids:
            raise ImError(Code.ARGS, f"userIDs: 0 entries, and 1 to {MOST_USERS} are allowed")
        return await self._status_list(_bounded(request.user_ids))

    async def subscribe_users_status(self, call: Call, request: SubscribeUsersStatusRequest) -> StatusListResponse:
        """Return the online status of the users to whom a user subscribes; an empty list if it cancels. Changes are
        pushed through the gateway."""
        call.require_own(request.user_id, "userID")
        if request.user_ids is None:
            raise ImError(Code.ARGS, "userIDs: is missing")
        user_ids = _bounded(request.user_ids)
        if request.genre not in (SUBSCRIBE, CANCEL):
            raise ImError(Code.ARGS, f"genre: {SUBSCRIBE} subscribes and {CANCEL} cancels, not {request.genre}")
        return await self._status_list(user_ids if request.genre == SUBSCRIBE else [])

    async def get_subscribe_users_status(
        self, call: Call, request: GetSubscribeUsersStatusRequest
    ) -> StatusListResponse:
        """Return an empty list, as OpenIM does: subscriptions belong to a connection, and its client knows them."""
        if not request.user_id:
            raise ImError(Code.ARGS, "userID is empty")
        return StatusListResponse(status_list=[])

    async def _of(self, user_ids: Sequence[str], *, with_tokens: bool = False) -> Mapping[str, Sequence[Connection]]:
        """Return the connections of those of these users who are online."""
        if self._everywhere is not None:
            return await self._everywhere.of(user_ids, with_tokens=with_tokens) if user_ids else {}
        return {user_id: found for user_id in user_ids if (found := self._connections.of(user_id))}

    async def _status_list(self, user_ids: Sequence[str]) -> StatusListResponse:
        connections = await self._of(user_ids)
        return StatusListResponse(status_list=[_status(user_id, connections.get(user_id, ())) for user_id in user_ids])


def _detail(user_id: str, connections: Sequence[Connection]) -> UserOnlineDetail:
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


def _tokens(user_id: str, connections: Sequence[Connection]) -> UserOnlineTokens:
    by_platform: dict[int, list[str]] = {}
    for each in connections:
        by_platform.setdefault(each.platform_id, []).append(each.token)
    return UserOnlineTokens(
        user_id=user_id,
        status=ONLINE,
        single_platform_token=[
            PlatformTokens(platform_id=platform_id, total=len(tokens), token=tokens)
            for platform_id, tokens in sorted(by_platform.items())
        ],
    )


def _status(user_id: str, connections: Sequence[Connection]) -> OnlineStatus:
    platforms = sorted({each.platform_id for each in connections})
    return OnlineStatus(user_id=user_id, status=ONLINE if platforms else OFFLINE, platform_ids=platforms)


def _bounded(user_ids: Sequence[str]) -> Sequence[str]:
    """Return the users of a request. Raises ``ImError``, ``ARGS`` (1001), if there are too many or an id is empty."""
    if len(user_ids) > MOST_USERS:
        raise ImError(Code.ARGS, f"userIDs: {len(user_ids)} entries, and at most {MOST_USERS} are allowed")
    if "" in user_ids:
        raise ImError(Code.ARGS, f"userIDs[{user_ids.index('')}]: userID is empty")
    return user_ids
