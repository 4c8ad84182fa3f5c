"""Send the batches: several at once, each retried until it is answered, and then noted."""

import asyncio
from collections.abc import Iterator
from typing import Protocol

from amity.client.types.relations.friends import ImportFriendResponse
from amity.errors import Code, ImError
from amity.importing.finished import Finished, Skip
from amity.importing.people import ABOUT_THE_CALLER, People, Server
from amity.importing.planning import Batch
from amity.importing.retrying import Retrying

LEFT_OUT = "left out by the business server"


class Notes(Protocol):
    """Where finished batches are noted, so that an import which was interrupted goes on behind them."""

    def key(self, number: int, friends: list[str]) -> str:
        """Return a batch's idempotency key. It is the same whenever the same friends are sent again in this run."""
        ...

    async def before_next(self) -> bool:
        """Return whether a further batch may be sent, as soon as it may. What it raises ends the import at once."""
        ...

    def note(self, batch: Batch, entry: Finished) -> None:
        """Note a finished batch."""
        ...


async def send_all(
    batches: Iterator[Batch], *, server: Server, notes: Notes, people: People, retrying: Retrying, concurrency: int
) -> None:
    """Send the batches, until all are answered or the notes say that no further one may be sent. Raises
    ``Unreachable``, what ``notes`` raise, and ``ImError`` if the caller may not import at all. After an error too, the
    notes have the batches answered so far."""

    async def work(waiting: Iterator[Batch]) -> None:
        for batch in waiting:
            if not await notes.before_next():
                return
            notes.note(batch, await _send(batch, server, notes, people, retrying))

    workers = [asyncio.create_task(work(batches)) for _ in range(concurrency)]
    try:
        await asyncio.gather(*workers)
    finally:
        for worker in workers:
            worker.cancel()
        await asyncio.gather(*workers, return_exceptions=True)


async def _send(batch: Batch, server: Server, notes: Notes, people: People, retrying: Retrying) -> Finished:
    """Send one batch and return its result."""
    skipped: list[Skip] = []
    friends = registered(batch, batch.friends, people, skipped)
    answer = ImportFriendResponse(imported=[])
    while friends:
        key = notes.key(batch.number, friends)
        try:
            answer = await retrying.call(
                lambda friends=friends, key=key: server.import_friends(  # type: ignore[misc]
                    batch.owner, friends, partial=True, idempotency_key=key
                )
            )
            break
        except ImError as error:
            if error.code in ABOUT_THE_CALLER:
                await people.require_caller(batch.owner)
            if error.code == Code.RECORD_NOT_FOUND and await _refresh(batch.owner, friends, people):
                friends = registered(batch, friends, people, skipped)
                continue
            reason = error.detail or "refused by the server"
            skipped += [Skip(friend, error.code, error.message, reason) for friend in friends]
            friends = []
    return _outcome(batch, friends, answer, skipped)


def registered(batch: Batch, friends: list[str], people: People, skipped: list[Skip]) -> list[str]:
    """Return the friends that the server knows, none if the owner is unknown; add the others to ``skipped``."""
    refused = people.refused
    if not refused:
        return friends
    if owner := refused.get(batch.owner):
        reason = f"the owner is {owner.reason}" if owner.reason == "not registered" else f"the owner {owner.reason}"
        skipped += [Skip(friend, owner.code, owner.message, reason) for friend in friends]
        return []
    skipped += [refused[friend] for friend in friends if friend in refused]
    return [friend for friend in friends if friend not in refused]


async def _refresh(owner: str, friends: list[str], people: People) -> bool:
    """Ask again about the people of a batch; return whether any of them has become unknown since the first time."""
    before = len(people.refused)
    await people.classify([owner, *friends], register=False)
    return len(people.refused) > before


def _outcome(batch: Batch, sent: list[str], answer: ImportFriendResponse, skipped: list[Skip]) -> Finished:
    """Return the result of a batch, with the friends that the answer leaves out as skipped.

    An answer without a list of imported friends counts as one that imported all.
    """
    imported = sent if answer.imported is None else answer.imported
    skipped = skipped + [
        Skip(
            skip.user_id,
            skip.err_code,
            skip.err_msg,
            LEFT_OUT if skip.err_code == Code.CALLBACK else "refused by the server",
        )
        for skip in answer.skipped
    ]
    asked = set(sent)
    there = {*imported, *answer.existing}
    named = there | {skip.user_id for skip in answer.skipped}
    skipped += [Skip(friend, 0, "", LEFT_OUT) for friend in sent if friend not in named]
    return Finished(
        number=batch.number,
        imported=sum(friend in asked for friend in imported),
        existing=sum(friend in asked for friend in answer.existing),
        added=len(there - asked),
        owner=batch.owner if skipped else "",
        skipped=skipped,
    )
