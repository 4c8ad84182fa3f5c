"""Pushing to the clients that are connected here what other processes tell."""

from functools import partial
from typing import Final

from amity.clock import monotonic
from amity.cluster.cluster import Cluster
from amity.delivery.ascending import Ascending, Position
from amity.delivery.elsewhere.sets import OthersSets
from amity.delivery.elsewhere.told import DefineSet, ForgetSet, PushData, PushMessage, PushToSet, UnknownSet
from amity.delivery.here import Here
from amity.gateway.session import Session

MOST_WAITING: Final = 1_000
"""Messages to sets that are not known any more, which wait until these are defined again."""
_ASK_AGAIN_SECONDS: Final = 1.0


class Receiving:
    """Pushes what other processes of a cluster tell."""

    def __init__(self, cluster: Cluster, here: Here, ascending: Ascending) -> None:
        self._cluster = cluster
        self._here = here
        self._ascending = ascending
        self._sets = OthersSets()
        self._waiting: dict[tuple[str, int], list[PushToSet]] = {}  # for sets that are to be defined again
        self._asked_at: dict[tuple[str, int], float] = {}
        self._count = 0
        cluster.when_missed.append(self._missed)
        exchange = cluster.exchange
        exchange.on(PushMessage, self._message)
        exchange.on(PushToSet, self._to_set)
        exchange.on(PushData, self._data)
        exchange.on(DefineSet, self._define)
        exchange.on(ForgetSet, self._forget)

    def _message(self, told: PushMessage, _: str) -> None:
        self._push(told.users, told)

    def _to_set(self, told: PushToSet, process: str) -> None:
        users = self._sets.get(process, told.number)
        if users is not None:
            self._push(users, told)
            return
        key = (process, told.number)
        now = monotonic()
        if key not in self._waiting or now - self._asked_at.get(key, 0.0) > _ASK_AGAIN_SECONDS:
            self._asked_at[key] = now
            self._cluster.exchange.tell(process, UnknownSet(told.number))
        self._waiting.setdefault(key, []).append(told)
        self._count += 1
        if self._count > MOST_WAITING:
            self._give_up(next(iter(self._waiting)))

    def _give_up(self, key: tuple[str, int]) -> list[PushToSet]:
        """Return what waits for a set no more. Who is not pushed one finds it by pulling, or before the next one of its
        conversation."""
        waiting = self._waiting.pop(key, [])
        self._asked_at.pop(key, None)
        self._count -= len(waiting)
        return waiting

    def _missed(self) -> None:
        for key in list(self._waiting):
            self._give_up(key)

    def _push(self, users: list[str] | frozenset[str], told: PushMessage | PushToSet) -> None:
        send = partial(self._here.message, users, told.conversation_id, told.body, told.operation_id)
        if told.seq:
            self._ascending.put(Position(told.timeline, told.seq), told.conversation_id, send)
        else:
            send()

    def _data(self, told: PushData, _: str) -> None:
        def is_for(session: Session) -> bool:
            return told.platform_id in (0, session.platform_id) and session.platform_id != told.except_platform

        is_for_all = not told.platform_id and not told.except_platform
        self._here.data(told.users, lambda: told.data, told.operation_id, None if is_for_all else is_for)

    def _define(self, told: DefineSet, process: str) -> None:
        running = self._cluster.processes.others | {process}
        self._sets.forget_all_but(running)
        for key in [key for key in self._waiting if key[0] not in running]:
            self._give_up(key)
        waiting = self._give_up((process, told.number))
        if not told.users:  # the process has forgotten it, too
            return
        users = frozenset(told.users)
        self._sets.define(process, told.number, users)
        for each in waiting:
            self._push(users, each)

    def _forget(self, told: ForgetSet, process: str) -> None:
        self._sets.forget(process, told.number)
