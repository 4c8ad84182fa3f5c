"""What an administrator sees of callbacks, and does about those that were not delivered."""

import logging
from collections.abc import Sequence
from typing import Any

import msgspec

from amity.callbacks.admin import store as queries
from amity.callbacks.admin.log_reading import MOST_SHOWN, LogReading
from amity.callbacks.admin.models import (
    CallbackDiscardRequest,
    CallbackDiscardResponse,
    CallbackListRequest,
    CallbackListResponse,
    CallbackReplayRequest,
    CallbackReplayResponse,
    CallbackShowRequest,
    CallbackShowResponse,
    CallbackStatisticsRequest,
    CallbackStatisticsResponse,
    CommandStatistics,
)
from amity.callbacks.log import CallbackLog
from amity.callbacks.rules import Rule
from amity.callbacks.telling.courier import Courier
from amity.callbacks.telling.store import DEAD
from amity.calls.call import Call
from amity.calls.page import page_of
from amity.clock import SYSTEM_CLOCK, Clock
from amity.errors import Code, ImError
from amity.storage import LARGE, Database
from amity.texts import count

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
        self._reading = LogReading(database, log)

    async def list(self, _call: Call, request: CallbackListRequest) -> CallbackListResponse:
        """Return a page of the outbox, oldest first."""
        offset, limit = page_of(request.pagination, MOST_SHOWN)
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
        attempts = await self._reading.attempts(request.event_id)
        return CallbackShowResponse(event=event, body=_body.decode(body), attempts=attempts)

    async def replay(self, call: Call, request: CallbackReplayRequest) -> CallbackReplayResponse:
        """Make events due now: dead ones as if they were new, failed ones ahead of their time.

        An event that waits for its turn already is not changed and not counted. Of several, unknown ones are passed
        over. Raises 1004 for an unknown one alone, 1001 unless exactly one of the four ways to choose is used.
        """
        if bool(request.event_id) + bool(request.event_ids) + request.all + (request.since is not None) != 1:
            raise ImError(Code.ARGS, "give exactly one of eventID, eventIDs, all and since")
        only = queries.Only(request.owner_user_id, request.callback_command)
        if (request.event_id or request.event_ids) and (request.state or only != queries.ALL):
            raise ImError(Code.ARGS, "state, ownerUserID and callbackCommand go with all and since alone")
        if request.since is not None and not 0 <= request.since <= _FARTHEST:
            raise ImError(Code.ARGS, "since is a time in milliseconds since 1970")
        now = self._now()
        if request.event_id:
            found = await self._replay_one(call, request.event_id, now)
            if found is None:
                raise _unknown(request.event_id)
            replayed = found
        elif request.event_ids:
            replayed = await self._replay_chosen(call, request.event_ids, now)
        else:
            replayed = await self._replay_since(call, request.since or 0, now, request.state, only)
        self._courier.look_again()
        return CallbackReplayResponse(replayed=replayed)

    async def discard(self, call: Call, request: CallbackDiscardRequest) -> CallbackDiscardResponse:
        """Delete events, so that their owners' next go on, or all dead ones.

        Of several, unknown ones are passed over. Raises 1004 for an unknown one alone, 1001 unless exactly one of the
        three ways to choose is used.
        """
        if bool(request.event_id) + bool(request.event_ids) + request.all_dead != 1:
            raise ImError(Code.ARGS, "give exactly one of eventID, eventIDs and allDead")
        only = queries.Only(request.owner_user_id, request.callback_command)
        if not request.all_dead and only != queries.ALL:
            raise ImError(Code.ARGS, "ownerUserID and callbackCommand go with allDead alone")
        if request.event_id:
            if not await self._discard_one(call, request.event_id):
                raise _unknown(request.event_id)
            return CallbackDiscardResponse(discarded=1)
        if request.event_ids:
            found = [await self._discard_one(call, event_id) for event_id in dict.fromkeys(request.event_ids)]
            return CallbackDiscardResponse(discarded=sum(found))
        discarded = 0
        place: int | None = 0
        while place is not None:
            step, place = await queries.discard_step(self._database, place, only)
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

    async def _replay_one(self, call: Call, event_id: str, now: int) -> int | None:
        """Make an event due; return whether that changed it, ``None`` where there is none."""
        changed, about = await self._database.write(lambda tx: queries.revive_one(tx, event_id, now))
        if about is None:
            return None
        if changed:
            self._note(call, "replayed", event_id=event_id, command=about[0], owner=about[1])
        return int(changed)

    async def _replay_chosen(self, call: Call, event_ids: Sequence[str], now: int) -> int:
        replayed = 0
        for event_id in dict.fromkeys(event_ids):
            replayed += await self._replay_one(call, event_id, now) or 0
        return replayed

    async def _replay_since(self, call: Call, since: int, now: int, state: str, only: queries.Only) -> int:
        replayed = 0
        place: int | None = None if state == "retrying" else 0
        while place is not None:
            step, place = await queries.revive_step(self._database, place, since, now, only)
            replayed += step
        late: queries.Late | None = None if state == "dead" else queries.Late(now, _FARTHEST)
        while late is not None:
            step, late = await queries.hasten_step(self._database, late, since, now, only)
            replayed += step
        self._note(call, "replayed", reason=count(replayed, "event"))
        return replayed

    async def _discard_one(self, call: Call, event_id: str) -> bool:
        """Delete an event, and return whether it was there."""
        now = self._now()
        about = await self._database.write(lambda tx: queries.discard_one(tx, event_id, now), rows=LARGE)
        if about is None:
            return False
        self._courier.discard(event_id)
        self._courier.look_again()
        self._note(call, "discarded", event_id=event_id, command=about[0], owner=about[1])
        return True

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
            rule=Rule.ADMINISTRATOR,
        )
        _log.info("%s %s: %s, operationID %s", verdict, event_id or reason, who, call.operation_id)

    def _now(self) -> int:
        return self._clock.now_ms()


def _unknown(event_id: str) -> ImError:
    return ImError(Code.RECORD_NOT_FOUND, f"there is no event {event_id[:100]} in the outbox")
