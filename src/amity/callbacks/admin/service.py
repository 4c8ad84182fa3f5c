"""What an administrator sees of callbacks, and does about those that were not delivered."""

import logging
from typing import Any

import msgspec

from amity.callbacks.admin import store as queries
from amity.callbacks.admin.models import (
    CallbackDiscardRequest,
    CallbackDiscardResponse,
    CallbackListRequest,
    CallbackListResponse,
    CallbackLogRequest,
    CallbackLogResponse,
    CallbackReplayRequest,
    CallbackReplayResponse,
    CallbackShowRequest,
    CallbackShowResponse,
    CallbackStatisticsRequest,
    CallbackStatisticsResponse,
    CommandStatistics,
)
from amity.callbacks.log import CallbackLog
from amity.callbacks.telling.courier import Courier
from amity.callbacks.telling.store import DEAD
from amity.calls.call import Call
from amity.calls.page import Pagination, page_of
from amity.clock import SYSTEM_CLOCK, Clock
from amity.errors import Code, ImError
from amity.storage import LARGE, Database
from amity.storage.late_rows import KEPT
from amity.texts import count

MOST_SHOWN = 1000
"""Entries of a page."""
_FARTHEST = 1 << 53

_log = logging.getLogger(__name__)
_body = msgspec.json.Decoder(dict[str, Any])


class CallbackAdmin:
    """Lists, shows, replays, discards and counts. Its methods are handlers of operations."""

    def __init__(self, database: Database, courier: Courier, log: CallbackLog, clock: Clock = SYSTEM_CLOCK) -> None:
        self._database = database
        self._courier = courier
        self._journal = log
        self._clock = clock

    async def list(self, _call: Call, request: CallbackListRequest) -> CallbackListResponse:
        """Return a page of the outbox, oldest first."""
        offset, limit = _page(request.pagination)
        total, events = await queries.events(
            self._database, request.state, request.owner_user_id, request.callback_command, offset, limit
        )
        return CallbackListResponse(total=total, events=events)

    async def show(self, _call: Call, request: CallbackShowRequest) -> CallbackShowResponse:
        """Return one event with its body and its attempts. Raises 1004 where it is not in the outbox (any more)."""
        found = await queries.event(self._database, request.event_id)
        if found is None:
            raise _unknown(request.event_id)
        event, body = found
        await self._write_log()
        _, attempts = await queries.entries(self._database, {"event_id": request.event_id}, 0, KEPT, newest_first=False)
        return CallbackShowResponse(event=event, body=_body.decode(body), attempts=attempts)

    async def replay(self, call: Call, request: CallbackReplayRequest) -> CallbackReplayResponse:
        """Make events due now: dead ones as if they were new, failed ones ahead of their time.

        One event that waits for its turn already is not changed and not counted. Raises 1004 for an unknown one, 1001
        unless exactly one of the three ways to choose is used.
        """
        if bool(request.event_id) + request.all + (request.since is not None) != 1:
            raise ImError(Code.ARGS, "give exactly one of eventID, all and since")
        if request.since is not None and not 0 <= request.since <= _FARTHEST:
            raise ImError(Code.ARGS, "since is a time in milliseconds since 1970")
        now = self._now()
        if request.event_id:
            replayed = await self._replay_one(call, request.event_id, now)
        else:
            replayed = await self._replay_since(call, request.since or 0, now)
        self._courier.look_again()
        return CallbackReplayResponse(replayed=replayed)

    async def discard(self, call: Call, request: CallbackDiscardRequest) -> CallbackDiscardResponse:
        """Delete one event, so that its owner's next goes on, or all dead ones.

        Raises 1004 for an unknown one, 1001 unless exactly one of the two ways to choose is used.
        """
        if bool(request.event_id) + request.all_dead != 1:
            raise ImError(Code.ARGS, "give exactly one of eventID and allDead")
        if request.event_id:
            await self._discard_one(call, request.event_id)
            return CallbackDiscardResponse(discarded=1)
        discarded = 0
        while step := await queries.discard_step(self._database):
            discarded += step
        self._note(call, "discarded", reason=count(discarded, "dead event"))
        return CallbackDiscardResponse(discarded=discarded)

    async def statistics(self, _call: Call, _request: CallbackStatisticsRequest) -> CallbackStatisticsResponse:
        """Count what is in the outbox, and what was done since the start."""
        counts = await queries.counts(self._database)
        commands: dict[str, CommandStatistics] = {}
        for each in counts:
            command = commands.setdefault(
                each.command,
                CommandStatistics(
                    callback_command=each.command,
                    pending=0,
                    retrying=0,
                    dead=0,
                    has_url=self._courier.reaches(each.command),
                ),
            )
            if each.state == DEAD:
                command.dead = each.events
            else:
                command.pending, command.retrying = each.events, each.tried
        oldest = min((each.oldest for each in counts if each.state != DEAD), default=None)
        return CallbackStatisticsResponse(
            pending=sum(command.pending for command in commands.values()),
            retrying=sum(command.retrying for command in commands.values()),
            dead=sum(command.dead for command in commands.values()),
            oldest_age_seconds=0.0 if oldest is None else max(0.0, self._clock.now() - oldest / 1000),
            in_flight=self._courier.in_flight,
            delivered=self._courier.delivered,
            failed=self._courier.failed,
            given_up=self._courier.dead,
            commands=[*commands.values()],
        )

    async def log(self, _call: Call, request: CallbackLogRequest) -> CallbackLogResponse:
        """Return a page of the callback log, newest first."""
        offset, limit = _page(request.pagination)
        await self._write_log()
        wanted = {
            "verdict": request.verdict,
            "command": request.callback_command,
            "owner": request.owner_user_id,
            "event_id": request.event_id,
            "operation_id": request.operation_id,
        }
        total, entries = await queries.entries(self._database, wanted, offset, limit)
        return CallbackLogResponse(total=total, entries=entries)

    async def _replay_one(self, call: Call, event_id: str, now: int) -> int:
        changed, about = await self._database.write(lambda tx: queries.revive_one(tx, event_id, now))
        if about is None:
            raise _unknown(event_id)
        if changed:
            self._note(call, "replayed", event_id=event_id, command=about[0], owner=about[1])
        return int(changed)

    async def _replay_since(self, call: Call, since: int, now: int) -> int:
        replayed = 0
        place: int | None = 0
        while place is not None:
            step, place = await queries.revive_step(self._database, place, since, now)
            replayed += step
        late: queries.Late | None = queries.Late(now, _FARTHEST)
        while late is not None:
            step, late = await queries.hasten_step(self._database, late, since, now)
            replayed += step
        self._note(call, "replayed", reason=count(replayed, "event"))
        return replayed

    async def _discard_one(self, call: Call, event_id: str) -> None:
        now = self._now()
        about = await self._database.write(lambda tx: queries.discard_one(tx, event_id, now), rows=LARGE)
        if about is None:
            raise _unknown(event_id)
        self._courier.discard(event_id)
        self._courier.look_again()
        self._note(call, "discarded", event_id=event_id, command=about[0], owner=about[1])

    def _note(
        self, call: Call, verdict: str, *, event_id: str = "", command: str = "", owner: str = "", reason: str = ""
    ) -> None:
        who = f"by {call.user_id}"
        self._journal.note(
            command=command,
            owner=owner,
            operation_id=call.operation_id,
            event_id=event_id,
            verdict=verdict,
            reason=f"{reason}, {who}" if reason else who,
        )
        _log.info("%s %s: %s, operationID %s", verdict, event_id or reason, who, call.operation_id)

    async def _write_log(self) -> None:
        """Write what was noted in the last quarter second, so that it is seen; without it, the answer is older."""
        try:
            await self._journal.flush()
        except ImError as error:
            _log.warning("the callback log cannot be written: %s", error.detail)

    def _now(self) -> int:
        return self._clock.now_ms()


def _unknown(event_id: str) -> ImError:
    return ImError(Code.RECORD_NOT_FOUND, f"there is no event {event_id[:100]} in the outbox")


def _page(pagination: Pagination | None) -> tuple[int, int]:
    """Return offset and limit of a page. Raises 1001 where it is absent or invalid."""
    return page_of(pagination, MOST_SHOWN)
