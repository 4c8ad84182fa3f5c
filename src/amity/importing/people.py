"""Find out which people of a file are registered on the server, and register the others if requested."""

from collections.abc import Callable, Sequence
from typing import Protocol

from amity.client.types.relations.friends import ImportFriendResponse
from amity.client.types.users import NewUser, UserRegisterResponse
from amity.errors import Code, ImError
from amity.importing.finished import Skip
from amity.importing.planning import chunks
from amity.importing.retrying import Retrying

CHUNK = 1000
# Refusals that may concern the caller. A business server may answer with the same codes about what it is asked.
ABOUT_THE_CALLER = frozenset((Code.NO_PERMISSION, *range(Code.TOKEN_EXPIRED, Code.TOKEN_NOT_EXIST + 1)))

Refusals = dict[str, Skip]


class Server(Protocol):
    """What imports: a server by its REST API, or this one within its process. Each method raises ``ImError`` where the
    server refuses."""

    async def registered(self, user_ids: Sequence[str], /) -> set[str]:
        """Return those ids that are registered. They must be distinct."""
        ...

    async def register_users(self, new: Sequence[NewUser], /) -> UserRegisterResponse:
        """Register users, all or none. The answer has the users that the business server left out."""
        ...

    async def import_friends(
        self, owner: str, friends: Sequence[str], /, *, partial: bool, idempotency_key: str
    ) -> ImportFriendResponse:
        """Make ``friends`` (1 to 1000) and ``owner`` friends of each other."""
        ...


class People:
    """Classifies a file's people as registered or refused. ``refused`` has the reason for each refused one."""

    def __init__(self, server: Server, retrying: Retrying, advance: Callable[[int], None]) -> None:
        self.refused: Refusals = {}
        self.registered = 0
        self._server = server
        self._retrying = retrying
        self._advance = advance

    async def classify(self, ids: list[str], *, register: bool) -> None:
        """Ask the server about everybody. If ``register``, register the unknown ones, with the id as the nickname.

        Raises ``ImError`` if the server does not permit this caller to ask, and ``Unreachable``.
        """
        for chunk in chunks(ids, CHUNK):
            unknown = await self.unknown(chunk)
            if register and unknown:
                await self._register(unknown)
            else:
                for user_id in unknown:
                    self.refused[user_id] = Skip(
                        user_id, Code.RECORD_NOT_FOUND, "RecordNotFoundError", "not registered"
                    )
            self._advance(len(chunk))

    async def require_caller(self, user_id: str) -> None:
        """Raise ``ImError`` if the server refuses this caller, whoever the call is about.

        Whether a user is registered is for administrators alone, and the business server is not asked about it.
        """
        await self.unknown([user_id])

    async def unknown(self, ids: list[str]) -> list[str]:
        """Return the ids that are not registered. ``ids`` must be distinct."""
        known = await self._retrying.call(lambda: self._server.registered(ids))
        return [user_id for user_id in ids if user_id not in known]

    async def _register(self, ids: list[str]) -> None:
        """Register users. If the server refuses the request, send its halves, to find the users that it refuses."""
        users = [NewUser(user_id=user_id, nickname=user_id) for user_id in ids]
        try:
            answer = await self._retrying.call(lambda: self._server.register_users(users))
        except ImError as error:
            if error.code in ABOUT_THE_CALLER:
                await self.require_caller(ids[0])
            if error.code == Code.REGISTERED_ALREADY:
                # Another caller registered them meanwhile, or an earlier attempt did and its answer was lost.
                ids = await self.unknown(ids)
                if len(ids) == len(users):
                    self._refuse(ids, error)
                elif ids:
                    await self._register(ids)
            elif len(ids) == 1:
                self._refuse(ids, error)
            else:
                half = len(ids) // 2
                await self._register(ids[:half])
                await self._register(ids[half:])
        else:
            for skip in answer.skipped:
                reason = "could not be registered: left out by the business server"
                self.refused[skip.user_id] = Skip(skip.user_id, skip.err_code, skip.err_msg, reason)
            self.registered += len(ids) - len(answer.skipped)

    def _refuse(self, ids: list[str], error: ImError) -> None:
        for user_id in ids:
            reason = f"could not be registered: {error.detail or error.message}"
            self.refused[user_id] = Skip(user_id, error.code, error.message, reason)
