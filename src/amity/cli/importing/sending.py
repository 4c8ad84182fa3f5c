"""Send the batches: several at once, each retried until it is answered, and then noted in the journal."""

import asyncio
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Protocol

from amity.cli.importing.journal import FileHeader, Finished, Journal, JournalProblem, Skip
from amity.cli.importing.people import People
from amity.cli.importing.planning import Batch, Plan
from amity.cli.importing.retrying import Retrying
from amity.client import AmityClient
from amity.client.types.relations.friends import ImportFriendResponse
from amity.errors import Code, ImError

# Refusals that concern the caller and not the batch: the next batch would be refused too.
ABOUT_THE_CALLER = frozenset((Code.NO_PERMISSION, *range(Code.TOKEN_EXPIRED, Code.TOKEN_NOT_EXIST + 1)))
LEFT_OUT = "left out by the business server"


@dataclass(slots=True)
class Totals:
    """The results of the pairs so far. ``added`` counts friends whom the business server added to a list."""

    batches: int = 0
    imported: int = 0
    existing: int = 0
    added: int = 0
    skipped: int = 0
    by_reason: Counter[tuple[int, str]] = field(default_factory=Counter)

    def add(self, entry: Finished) -> None:
        self.batches += 1
        self.imported += entry.imported
        self.existing += entry.existing
        self.added += entry.added
        self.skipped += len(entry.skipped)
        for skip in entry.skipped:
            self.by_reason[skip.code, skip.message or skip.reason] += 1


class Observer(Protocol):
    """Is notified of each finished batch."""

    def finished(self, batch: Batch, entry: Finished) -> None: ...


async def send_all(
    plan: Plan,
    *,
    client: AmityClient,
    journal: Journal[FileHeader, Finished],
    people: People,
    retrying: Retrying,
    concurrency: int,
    totals: Totals,
    observer: Observer,
) -> None:
    """Send the batches that are not finished. Raises ``Unreachable``, ``JournalProblem``, and ``ImError`` if the caller
    may not import at all. After an error too, the journal has the batches answered so far."""
    waiting = (batch for batch in plan.batches() if batch.number not in journal.done)

    async def work(batches: Iterator[Batch]) -> None:
        for batch in batches:
            if journal.failed:
                raise JournalProblem(f"{journal.path} cannot be written any more")
            entry = await _send(batch, client, journal, people, retrying)
            journal.note(entry)
            totals.add(entry)
            observer.finished(batch, entry)

    workers = [asyncio.create_task(work(waiting)) for _ in range(concurrency)]
    try:
        await asyncio.gather(*workers)
    finally:
        for worker in workers:
            worker.cancel()
        await asyncio.gather(*workers, return_exceptions=True)


async def _send(
    batch: Batch, client: AmityClient, journal: Journal[FileHeader, Finished], people: People, retrying: Retrying
) -> Finished:
    """Send one batch and return its result."""
    skipped: list[Skip] = []
    friends = _registered(batch, batch.friends, people, skipped)
    answer = ImportFriendResponse(imported=[])
    while friends:
        key = journal.header.key(batch.number, friends)
        try:
            answer = await retrying.call(
                lambda friends=friends, key=key: client.import_friends(  # type: ignore[misc]
                    batch.owner, friends, partial=True, idempotency_key=key
                )
            )
            break
        except ImError as error:
            if error.code in ABOUT_THE_CALLER:
                raise
            if error.code == Code.RECORD_NOT_FOUND and await _refresh(batch.owner, friends, people):
                friends = _registered(batch, friends, people, skipped)
                continue
            reason = error.detail or "refused by the server"
            skipped += [Skip(friend, error.code, error.message, reason) for friend in friends]
            friends = []
    return _outcome(batch, friends, answer, skipped)


def _registered(batch: Batch, friends: list[str], people: People, skipped: list[Skip]) -> list[str]:
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
