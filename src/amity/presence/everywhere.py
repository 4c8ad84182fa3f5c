"""The connections of users to all processes: those of others from the database, and their tokens by asking.

The database has hashes of tokens only, and no token goes over the bus. A process that is asked answers when the tokens
of its own connections were issued and expire, and who asks makes the same tokens of that: all have one secret.
"""

import asyncio
import itertools
from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

from amity.auth.tokens import resigned, times_of
from amity.calls.token_hash import hash_of
from amity.clock import SYSTEM_CLOCK, Clock
from amity.cluster import connections as rows
from amity.cluster.cluster import Cluster
from amity.cluster.connections import Login
from amity.cluster.exchange import Told
from amity.presence.connections import Connection, Connections
from amity.storage import Database

ANSWER_SECONDS: Final = 0.5
"""How long other processes have to answer. The tokens of one that does not are empty."""
_MOST: Final = 100
"""Users of one question."""


class AskTokens(Told):
    """The process that tells wants the tokens with which these users are connected to the one that is told."""

    request: int
    user_ids: list[str]


class Tokens(Told):
    """The answer to a request of the process that is told: when the token of each connection was issued and expires, in
    seconds since 1970."""

    request: int
    tokens: dict[str, tuple[int, int]]


class Elsewhere(NamedTuple):
    """A connection to another process."""

    user_id: str
    platform_id: int
    conn_id: str
    operation_id: str
    token: str
    is_background: bool


class _Request:
    """Questions that wait for answers. ``tokens`` are the times of tokens, by connection."""

    def __init__(self) -> None:
        self.open: set[int] = set()
        self.tokens: dict[str, tuple[int, int]] = {}
        self.is_answered = asyncio.Event()


class Everywhere:
    """Looks users' connections up, at all processes of a database that several share. ``here`` are those of this
    process, ``secret`` is what tokens are signed with."""

    def __init__(
        self, database: Database, cluster: Cluster, here: Connections, secret: str, clock: Clock = SYSTEM_CLOCK
    ) -> None:
        self._secret = secret
        self._database = database
        self._cluster = cluster
        self._here = here
        self._clock = clock
        self._numbers = itertools.count(1)
        self._asked: dict[int, _Request] = {}
        cluster.exchange.on(AskTokens, self._answer)
        cluster.exchange.on(Tokens, self._answered)

    async def of(self, user_ids: Sequence[str], *, with_tokens: bool = False) -> Mapping[str, Sequence[Connection]]:
        """Return the connections of these users, each user's oldest first. Those to other processes have an empty token
        unless ``with_tokens`` is set. Raises ``ImError``, ``DATABASE`` (90002)."""
        own = self._cluster.processes.name
        logins = await rows.of_users(self._database, user_ids, own)
        elsewhere = [login for login in logins if login.process != own]
        tokens = await self._tokens(elsewhere) if with_tokens else {}
        found: dict[str, list[Connection]] = {}
        for user_id in dict.fromkeys(user_ids):
            here = self._here.of(user_id)
            if here:
                found[user_id] = list(here)
        for login in elsewhere:
            token = self._token(login, tokens.get(login.conn_id))
            found.setdefault(login.user_id, []).append(
                Elsewhere(login.user_id, login.platform_id, login.conn_id, "", token, login.is_background)
            )
        order = {login.conn_id: at for at, login in enumerate(logins)}
        for each in found.values():
            each.sort(key=lambda connection: order.get(connection.conn_id, len(order)))
        return found

    def _token(self, login: Login, times: tuple[int, int] | None) -> str:
        """Return the token of a connection whose times are known, if it is the one that amity issues."""
        if times is None:
            return ""
        token = resigned(self._secret, login.user_id, login.platform_id, *times)
        return token if hash_of(token) == login.token else ""

    async def _tokens(self, logins: Sequence[Login]) -> Mapping[str, tuple[int, int]]:
        users: dict[str, dict[str, None]] = {}
        for login in logins:
            users.setdefault(login.process, {})[login.user_id] = None
        if not users:
            return {}
        request = _Request()
        for process, of_process in users.items():
            asked = list(of_process)
            for begin in range(0, len(asked), _MOST):
                number = next(self._numbers)
                request.open.add(number)
                self._asked[number] = request
                self._cluster.exchange.tell(process, AskTokens(number, asked[begin : begin + _MOST]))
        try:
            await self._clock.wait(request.is_answered, ANSWER_SECONDS)
        finally:
            for number in request.open:
                self._asked.pop(number, None)
        return request.tokens

    def _answer(self, told: AskTokens, process: str) -> None:
        tokens = {each.conn_id: times_of(each.token) for user_id in told.user_ids for each in self._here.of(user_id)}
        self._cluster.exchange.tell(process, Tokens(told.request, tokens))

    def _answered(self, told: Tokens, _: str) -> None:
        request = self._asked.pop(told.request, None)
        if request is not None:
            request.open.discard(told.request)
            request.tokens.update(told.tokens)
            if not request.open:
                request.is_answered.set()
