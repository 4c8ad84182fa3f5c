"""``Idempotency-Key``: for a day, the same key, caller and body gets the answer of the first call.

The answer is stored in the transaction that it reports, so a call repeated after a crash finds either both or neither.
A call that arrives while the first is under way waits for it.
"""

import asyncio
import hashlib
from collections import Counter
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

import msgspec

from amity.calls.call import Call, Response
from amity.calls.limit import LimitReached
from amity.clock import FUTURE_SECONDS, HOUR_MS, Clock
from amity.errors import Code, ImError
from amity.storage import LARGE, Database, Transaction
from amity.texts import count

KEPT_MS = 24 * 3600 * 1000
SWEPT = 200
"""Answers that one transaction deletes."""

R = TypeVar("R", bound=Response)
Remember = Callable[[Transaction, Response], Awaitable[None]]


class Refusal(msgspec.Struct):
    """An error that was the first answer."""

    code: int
    message: str
    detail: str


class Answer(msgspec.Struct):
    """A stored answer: the data, or the refusal."""

    # Not "or None": in a union with anything but UNSET, msgspec encodes a Raw and then refuses to decode it.
    data: msgspec.Raw | msgspec.UnsetType = msgspec.UNSET
    refusal: Refusal | None = None


class _Known(Exception):
    """Another process stored an answer under this key first; this transaction is rolled back."""


class Idempotency:
    """The first answers, in the database, and the calls under way, in memory."""

    def __init__(self, database: Database, clock: Clock, most_per_hour: int = 0) -> None:
        """A user may use ``most_per_hour`` new keys in an hour, 0 being no limit; administrators any number."""
        self._database = database
        self._clock = clock
        self._most_per_hour = most_per_hour
        self._under_way: dict[tuple[str, str], asyncio.Future[None]] = {}
        self._new_keys: Counter[str] = Counter()
        """Keys of calls under way, by user: their answers are not stored, so a count of rows misses them."""

    async def once(self, call: Call, kind: type[R], run: Callable[[Remember], Awaitable[R]]) -> R:
        """Return the stored answer of this key, or run and store. A failure of the database is not stored.

        Raises ``ImError``: ``ARGS`` (1001) if the key was used with another body, 1356 if the caller has used too many
        keys recently, and whatever ``run`` raises.
        """
        key = (call.user_id, call.idempotency_key)
        while under_way := self._under_way.get(key):
            await asyncio.shield(under_way)
        done = self._under_way[key] = asyncio.get_running_loop().create_future()
        try:
            known = await self._known(call)
            if known:
                return _replay(known, kind)
            self._new_keys[call.user_id] += 1
            try:
                await self._require_quota(call)
                return await self._first(call, kind, run)
            finally:
                self._new_keys[call.user_id] -= 1
                if not self._new_keys[call.user_id]:
                    del self._new_keys[call.user_id]
        finally:
            del self._under_way[key]
            done.set_result(None)

    async def _first(self, call: Call, kind: type[R], run: Callable[[Remember], Awaitable[R]]) -> R:
        async def remember(tx: Transaction, response: Response) -> None:
            await self._store(tx, call, Answer(data=msgspec.Raw(msgspec.json.encode(response))))

        try:
            return await run(remember)
        except _Known:
            pass
        except ImError as error:
            if error.code == Code.DATABASE:
                raise
            refusal = Answer(refusal=Refusal(error.code, error.message, error.detail))
            try:
                await self._database.write(lambda tx: self._store(tx, call, refusal))
                raise
            except _Known:
                pass
        known = await self._known(call)
        if known is None:
            raise ImError(Code.DATABASE, "the answer stored under this Idempotency-Key is gone")
        return _replay(known, kind)

    async def _known(self, call: Call) -> Answer | None:
        rows = await self._database.fetch(
            "select body_hash, answer from idempotency where caller = $1 and key = $2 and created_at > $3"
            " and created_at <= $4",
            call.user_id,
            call.idempotency_key,
            *self._recent_range(),
        )
        if not rows:
            return None
        if rows[0][0] != _hash(call.body):
            raise ImError(Code.ARGS, "Idempotency-Key: this key was used with another body")
        return msgspec.json.decode(rows[0][1], type=Answer)

    async def _require_quota(self, call: Call) -> None:
        """Raise ``ImError``, 1356, if a user has used too many keys: each answer, also a refusal, is kept for a day.

        Keys of calls under way in this process count, those in other processes do not.
        """
        most = self._most_per_hour
        if not most or call.is_admin:
            return
        now = self._clock.now_ms()
        rows = await self._database.fetch(
            "select count(*) from (select 1 from idempotency where caller = $1 and created_at > $2 and created_at <= $3"
            " limit $4) as lately",
            call.user_id,
            now - HOUR_MS,
            now + int(FUTURE_SECONDS * 1000),
            most,
        )
        if rows[0][0] + self._new_keys[call.user_id] > most:
            raise LimitReached(
                "idempotencyKeysPerHour",
                Code.IDEMPOTENCY_LIMIT,
                f"Idempotency-Key: limits.idempotencyKeysPerHour: limit of {count(most, 'new key')} in an hour reached",
            )

    async def _store(self, tx: Transaction, call: Call, answer: Answer) -> None:
        stored = await tx.fetch(
            "insert into idempotency (caller, key, body_hash, answer, created_at) values ($1, $2, $3, $4, $5)"
            " on conflict (caller, key) do update set body_hash = excluded.body_hash, answer = excluded.answer,"
            " created_at = excluded.created_at where idempotency.created_at <= $6 or idempotency.created_at > $7"
            " returning key",
            call.user_id,
            call.idempotency_key,
            _hash(call.body),
            msgspec.json.encode(answer).decode(),
            self._clock.now_ms(),
            *self._recent_range(),
        )
        if not stored:
            raise _Known

    async def sweep(self) -> None:
        """Delete answers that are older than a day, or dated more than a day ahead, a bounded number at a time."""
        oldest, latest = self._recent_range()
        for condition, time in (("created_at <= $1", oldest), ("created_at > $1", latest + KEPT_MS)):

            async def delete(tx: Transaction, condition: str = condition, time: int = time) -> int:
                gone = await tx.fetch(
                    "delete from idempotency where (caller, key) in (select caller, key from idempotency"
                    f" where {condition} order by created_at limit $2) returning key",
                    time,
                    SWEPT,
                )
                return len(gone)

            while await self._database.write(delete, rows=LARGE) == SWEPT:
                pass

    def _recent_range(self) -> tuple[int, int]:
        """Return the times between which an answer counts as recent. One dated later was stored while the clock was
        ahead."""
        now = self._clock.now_ms()
        return now - KEPT_MS, now + int(FUTURE_SECONDS * 1000)


def _replay(answer: Answer, kind: type[R]) -> R:
    if answer.refusal is not None:
        refusal = answer.refusal
        raise ImError(refusal.code, refusal.detail, message=refusal.message)
    data: Any = answer.data
    return msgspec.json.decode(data, type=kind)


def _hash(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()
