"""Bring in messages of another system, as they were sent there.

It is not an action of users: it asks no business server, raises no events, tells no client, and knows neither
blacklists nor friendships nor limits. What was read there is read here.
"""

import secrets
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from amity.calls.call import Call
from amity.clock import SYSTEM_CLOCK, Clock
from amity.conversations import positions
from amity.conversations import store as conversations
from amity.conversations.store import Member
from amity.errors import NAMES, Code, ImError
from amity.moving.history.drafting import Drafting, Person, require_message
from amity.moving.history.models import (
    HistoryMessage,
    ImportMessagesRequest,
    ImportMessagesResponse,
    MessageLeftOut,
)
from amity.storage import ROW_BYTES, Database, Transaction
from amity.sync.lists import lock_lists
from amity.timeline.models import Draft
from amity.timeline.service import Timelines
from amity.users import store as users
from amity.users.directory import Directory

MOST_MESSAGES = 1000
_ROWS = 3


class _Brought(NamedTuple):
    """A message to be stored, and the number of its receiver."""

    draft: Draft
    receiver: int
    is_read: bool


class History:
    """``POST /msg/import_messages``."""

    def __init__(
        self, database: Database, directory: Directory, timelines: Timelines, clock: Clock = SYSTEM_CLOCK
    ) -> None:
        self._database = database
        self._directory = directory
        self._timelines = timelines
        self._clock = clock

    async def __call__(self, call: Call, request: ImportMessagesRequest) -> ImportMessagesResponse:
        """Store the messages in one transaction, in their order. What cannot be stored is left out and named.

        Raises ``ImError``: 1001 for more than 1000 messages or none; 90002.
        """
        messages = request.messages or ()
        if not 1 <= len(messages) <= MOST_MESSAGES:
            raise ImError(Code.ARGS, f"messages: {len(messages)} entries, and 1 to {MOST_MESSAGES} are allowed")
        people = await self._people(messages)
        skipped: list[MessageLeftOut] = []
        now = self._clock.now_ms()
        accepted: list[tuple[HistoryMessage, bytes]] = []
        places: list[int] = []
        for index, message in enumerate(messages):
            try:
                content = require_message(message, now)
                _require_known(message, people)
            except ImError as error:
                skipped.append(
                    MessageLeftOut(index=index, err_code=error.code, err_msg=error.message, err_dlt=error.detail)
                )
            else:
                accepted.append((message, content))
                places.append(index)
        if not accepted:
            return ImportMessagesResponse(imported=0, existing=0, skipped=skipped)

        async def write(tx: Transaction) -> tuple[int, list[int]]:
            # Made here, so that many are made in the thread that writes them.
            ids = secrets.token_hex(16 * len(accepted))
            draft_of = Drafting(people).draft_of
            brought = [
                _Brought(
                    draft_of(message, content, ids[32 * place : 32 * place + 32]),
                    people[message.recv_id].number,
                    message.is_read,
                )
                for place, (message, content) in enumerate(accepted)
            ]
            return await self._write(tx, brought)

        imported, elsewhere = await self._database.write(
            write, rows=_ROWS * len(accepted) + len(call.body) // ROW_BYTES
        )
        for place in elsewhere:
            name = accepted[place][0].client_msg_id
            detail = f"clientMsgID: {name} is that of a message of another conversation"
            skipped.append(
                MessageLeftOut(index=places[place], err_code=Code.ARGS, err_msg=NAMES[Code.ARGS], err_dlt=detail)
            )
        return ImportMessagesResponse(
            imported=imported,
            existing=len(accepted) - imported - len(elsewhere),
            skipped=sorted(skipped, key=lambda each: each.index),
        )

    async def _people(self, messages: Sequence[HistoryMessage]) -> dict[str, Person]:
        """Return who is named and exists. Only who sends a message that does not show it gets name and face."""
        named = {user for each in messages for user in (each.send_id, each.recv_id) if user}
        numbers = await self._directory.numbers(list(named))
        bare = {
            numbers.get(each.send_id, 0) for each in messages if not (each.sender_nickname and each.sender_face_url)
        }
        faces = await users.faces(self._database, list(bare))
        return {user: Person(number, *faces.get(number, ("", ""))) for user, number in numbers.items()}

    async def _write(self, tx: Transaction, brought: Sequence[_Brought]) -> tuple[int, list[int]]:
        """Store messages with the conversations of who takes part; return how many are new, and the places of those
        whose id is that of a message of another conversation."""
        await lock_lists(tx, sorted({user for each in brought for user in (each.draft.sender, each.receiver)}))
        results = await self._timelines.bring(tx, [each.draft for each in brought])
        peers: dict[tuple[int, int], int] = {}
        read: dict[tuple[int, int], int] = {}
        count = 0
        repeated = [each.draft.place for each, own in zip(brought, results, strict=True) if own.is_repeat]
        known = await self._timelines.known(tx, dict.fromkeys(repeated))
        elsewhere: list[int] = []
        for place, ((draft, receiver, is_read), stored) in enumerate(zip(brought, results, strict=True)):
            if stored.is_repeat:
                if known.get(draft.place) != stored.timeline:
                    elsewhere.append(place)
                continue
            count += 1
            own, other = (draft.sender, stored.timeline), (receiver, stored.timeline)
            peers[own], peers[other] = receiver, draft.sender
            # Whoever wrote had read all that was there before.
            read[own] = stored.seq
            if is_read:
                read[other] = stored.seq
            else:
                read.setdefault(other, 0)
        # A chat that begins here has no rows yet. Where all rows are there, marking them is one statement for each.
        begun = {own.timeline for own in results if own.seq == 1 and not own.is_repeat}
        if added := [Member(*each, peer) for each, peer in peers.items() if each[1] in begun]:
            await tx.expect(len(added))
            await conversations.ensure(tx, added)
        there = await positions.all_read_up_to(tx, read)
        if missing := [Member(*each, peer) for each, peer in peers.items() if each not in there]:
            await tx.expect(len(missing))
            await conversations.ensure(tx, missing)
            await positions.all_read_up_to(tx, {(each.owner, each.timeline): read[each[:2]] for each in missing})
        return count, elsewhere


def _require_known(message: HistoryMessage, people: Mapping[str, Person]) -> None:
    if message.send_id in people and message.recv_id in people:
        return
    for name, user in (("sendID", message.send_id), ("recvID", message.recv_id)):
        if user not in people:
            raise ImError(Code.RECORD_NOT_FOUND, f"{name}: user not found: {user[:140]}")
