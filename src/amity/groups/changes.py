"""Changes of groups: one transaction each, and after it what clients are told."""

from collections.abc import Awaitable, Callable
from typing import Final, TypeVar

from amity.calls.call import Call
from amity.clock import SYSTEM_CLOCK, Clock
from amity.errors import Code
from amity.groups.change import Change, Operator, Shared
from amity.groups.permission import found
from amity.groups.stored import groups
from amity.groups.stored.groups import Group
from amity.storage import Database, Transaction
from amity.users.directory import Directory

_ROWS: Final = 8
R = TypeVar("R")


class Changes:
    """Makes changes of groups, and tells clients of them."""

    def __init__(
        self,
        database: Database,
        directory: Directory,
        shared: Shared,
        clock: Clock = SYSTEM_CLOCK,
    ) -> None:
        self._database = database
        self._directory = directory
        self._shared = shared
        self._clock = clock

    async def change(
        self,
        call: Call,
        group_id: str,
        work: Callable[[Change], Awaitable[R]],
        *,
        unknown: Code = Code.RECORD_NOT_FOUND,
    ) -> R:
        """Change a group: ``work`` checks and writes, in a transaction that may be run again. Members are told after
        the answer. Raises ``ImError`` with the code ``unknown`` for an unknown group, and what ``work`` raises."""
        operator = await self.operator(call)

        async def write(tx: Transaction) -> tuple[R, Callable[[], None]]:
            group = found(await groups.locked(tx, group_id), group_id, unknown)
            change = Change(tx, call, group, operator, self._clock.now_ms(), self._shared)
            result = await work(change)
            return result, await change.finish()

        result, tell = await self._database.write(write, rows=_ROWS)
        call.after_answer(tell)
        return result

    async def make(self, call: Call, work: Callable[[Transaction, Operator, int], Awaitable[tuple[R, Change]]]) -> R:
        """Do as ``change`` with a group that ``work`` makes first: it is given the transaction, who makes it, and the
        time."""
        operator = await self.operator(call)

        async def write(tx: Transaction) -> tuple[R, Callable[[], None]]:
            result, change = await work(tx, operator, self._clock.now_ms())
            change.is_new = True
            return result, await change.finish()

        result, tell = await self._database.write(write, rows=_ROWS)
        call.after_answer(tell)
        return result

    def of(self, tx: Transaction, call: Call, group: Group, operator: Operator, now: int) -> Change:
        """Return the change of a group that the transaction has locked, or made."""
        return Change(tx, call, group, operator, now, self._shared)

    async def operator(self, call: Call) -> Operator:
        """Return who makes a call."""
        return Operator(await self._directory.number(call.user_id) or 0, call.user_id)
