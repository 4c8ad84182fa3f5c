"""Push messages to phones that are not connected: whom, and with which texts.

The app's business server may be asked before, and may push itself. What it leaves goes to the provider. If it is not
asked, the provider is told in the transaction of the message: both are stored, or neither is. If it is asked, and of a
group's messages, the provider is told afterwards, in transactions of their own: a process that is killed between loses
those pushes. So a group of many members holds up nobody's message.

Which phones are connected to this process is known; of other processes it is read from the database.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Collection, Sequence
from itertools import islice
from typing import Final, NamedTuple

from amity.callbacks.asking.before import Before
from amity.callbacks.filters import Subject
from amity.cluster.connections import with_phones
from amity.delivery import devices_store
from amity.delivery.describing import described
from amity.delivery.provider import Notice, OfflineProvider
from amity.delivery.push import Push
from amity.errors import ImError
from amity.storage import Database, Transaction
from amity.texts import storable
from amity.wire.events.messages import OfflinePushInfo
from amity.wire.events.pushes import BeforeOfflinePush
from amity.wire.message_kinds import TYPING
from amity.wire.proto.sdkws_pb2 import MsgData

MOST_USERS: Final = 1000
"""Users whom an answer of the business server may name."""
_MEMBERS: Final = 500
"""Members of a group of whom one question, and one transaction, is about."""
_OPTION: Final = "offlinePush"

_log = logging.getLogger(__name__)


IsGone = Callable[[], Awaitable[bool]]
"""Returns whether a message was taken back."""


class Pushable(NamedTuple):
    """A message that is pushed to these users, if a group's to those of them who want to hear of it. ``seq`` is 0 if it
    is not stored. ``is_gone`` tells whether it was taken back while the business server was asked."""

    user_ids: Collection[str]
    message: MsgData
    conversation_id: str
    seq: int
    operation_id: str
    is_gone: IsGone | None = None


class OfflinePush:
    """Pushes to the phones of users who have none connected."""

    def __init__(
        self,
        push: Push,
        before: Before,
        provider: OfflineProvider | None = None,
        database: Database | None = None,
        quiet_in: Callable[[str], Awaitable[Collection[str]]] | None = None,
    ) -> None:
        """``quiet_in`` returns the users who want to hear nothing of a group, by its id."""
        self._quiet_in = quiet_in
        self._push = push
        self._before = before
        self._provider = provider if provider is not None and provider.is_on else None
        self._database = database

    @property
    def is_on(self) -> bool:
        """Whether somebody pushes to phones: the business server, or a provider."""
        return self.asks or self.records

    @property
    def asks(self) -> bool:
        """Whether the business server is asked."""
        return self._before.enabled(BeforeOfflinePush)

    @property
    def records(self) -> bool:
        """Whether a provider is told in the transactions of messages."""
        return self._provider is not None

    async def record(self, tx: Transaction, sent: Sequence[Pushable]) -> None:
        """Tell the provider of messages that the business server is not asked about, in the transaction that stores
        them. The transaction has locked their conversations."""
        if self._provider is None:
            return
        notices = [notice for each in sent if (notice := self._unasked(each)) is not None]
        notices = await self._of_those_away(tx, notices)
        if notices and self.asks:
            await _lock(tx, notices)
        await self._provider.push(tx, notices)

    def is_recorded(self, sent: Pushable) -> bool:
        """Return whether ``record`` has something to tell of this message."""
        return self._unasked(sent) is not None

    def is_asked(self, sent: Pushable) -> bool:
        """Return whether the business server is asked about this message."""
        return self._before.wants(BeforeOfflinePush, _subject_of(sent)) and bool(self._away(sent))

    def is_for(self, message: MsgData) -> bool:
        """Return whether somebody pushes messages like this one to phones."""
        return self.is_on and message.contentType != TYPING and message.options.get(_OPTION, True)

    async def push(self, sent: Pushable) -> None:
        """Ask the business server about a message, and tell the provider what it leaves; of a group's message some
        members after others. Raises ``ImError``, ``DATABASE`` (90002)."""
        if not sent.message.groupID:
            await self._push_some(sent)
            return
        # One statement and some work for each member. Meanwhile others have their turns.
        quiet = frozenset(() if self._quiet_in is None else await self._quiet_in(sent.message.groupID))
        members = iter(sent.user_ids)
        while part := list(islice(members, _MEMBERS)):
            await self._push_some(sent._replace(user_ids=[each for each in part if each not in quiet]))
            await asyncio.sleep(0)

    async def _push_some(self, sent: Pushable) -> None:
        provider, database = self._provider, self._database
        notice = self._unasked(sent) if sent.message.groupID else None
        if notice is not None and database is not None:
            notice = next(iter(await self._of_those_away(database, [notice])), None)
        else:
            notice = await self._asked(sent)
        if notice is None or provider is None or database is None or not provider.wants(_subject_of(sent)):
            return
        if sent.is_gone is not None and await sent.is_gone():
            return

        async def write(tx: Transaction) -> None:
            # The business server may have named anybody.
            there = await devices_store.registered(tx, notice.user_ids)
            user_ids = [each for each in notice.user_ids if each in there]
            if user_ids:
                await _lock(tx, [notice])
                await provider.push(tx, [notice._replace(user_ids=user_ids)])

        await database.write(write, rows=2 + len(notice.user_ids))

    def _unasked(self, sent: Pushable) -> Notice | None:
        """Return what is to be pushed of a message that the business server is not asked about, or ``None``."""
        subject = _subject_of(sent)
        if (
            self._provider is None
            or self._before.wants(BeforeOfflinePush, subject)
            or not self._provider.wants(subject)
        ):
            return None
        away = self._away(sent)
        return _notice(sent, away, _info_of(sent.message)) if away else None

    async def _asked(self, sent: Pushable) -> Notice | None:
        """Return what is to be pushed, as the business server wants it, or ``None`` if nothing is, or if it is not
        asked."""
        # Somebody's phone may have connected while this message waited for its turn: it has found the message.
        if not self.is_asked(sent) or not (away := self._away(sent)):
            return None
        if self._database is not None and not (away := await self._away_everywhere(self._database, away)):
            return None
        message = sent.message
        info = _info_of(message)
        event = BeforeOfflinePush(
            **described(message, sent.operation_id),
            user_ids=tuple(away),
            title=info.title if info else "",
            desc=info.desc if info else "",
            ex=info.ex if info else "",
            ios_push_sound=info.ios_push_sound if info else "",
            ios_badge_count=info.ios_badge_count if info else False,
            signal_info=info.signal_info if info else "",
        )
        try:
            answer = await self._before.ask(event, sent.operation_id)
        except ImError:  # it is logged, and in the callback log
            return None
        if answer.change is not None:
            if answer.change.user_ids is not None:
                away = _few(answer.change.user_ids, sent.operation_id)
            info = answer.change.offline_push_info or info
        return _notice(sent, away, info) if away else None

    async def _of_those_away(self, reader: Database | Transaction, notices: Sequence[Notice]) -> list[Notice]:
        """Return the notices without users who have a phone connected to another process, if any user is left."""
        if self._push.is_alone or not notices:
            return list(notices)
        away = await self._away_everywhere(reader, list({user for notice in notices for user in notice.user_ids}))
        those = set(away)
        found = [each._replace(user_ids=[user for user in each.user_ids if user in those]) for each in notices]
        return [each for each in found if each.user_ids]

    async def _away_everywhere(self, reader: Database | Transaction, user_ids: list[str]) -> list[str]:
        """Return those of these users who have no phone connected to another process."""
        if self._push.is_alone:
            return user_ids
        connected = await with_phones(reader, user_ids)
        return [user for user in user_ids if user not in connected]

    def _away(self, sent: Pushable) -> list[str]:
        """Return who is to be pushed a message: the sender is not, nor who has a phone connected here."""
        message = sent.message
        if message.contentType == TYPING or not message.options.get(_OPTION, True):
            return []
        return [each for each in sent.user_ids if each != message.sendID and not self._push.has_phone(each)]


def _few(user_ids: Sequence[str], operation_id: str) -> list[str]:
    """Return the users of an answer, each once, and no more than ``MOST_USERS``."""
    found = [each for each in dict.fromkeys(user_ids) if each == storable(each)]
    if len(found) > MOST_USERS:
        _log.warning(
            "the answer before a push to phones names %d users: the first %d are pushed to",
            len(found),
            MOST_USERS,
            extra={"operationID": operation_id},
        )
    return found[:MOST_USERS]


async def _lock(tx: Transaction, notices: Sequence[Notice]) -> None:
    """Let what is told of a conversation follow each other, whether the business server is asked about it or not, and
    whichever process tells."""
    await tx.lock(
        "select pg_advisory_xact_lock(hashtextextended(value, 0)) from EACH_TEXT($1)",
        sorted({f"push of {notice.conversation_id}" for notice in notices}),
    )


def _subject_of(sent: Pushable) -> Subject:
    message, sender = sent.message, sent.message.sendID
    if message.groupID:
        return Subject(message.contentType, (sender, message.groupID))
    return Subject(sent.message.contentType, (sender, *[each for each in sent.user_ids if each != sender]))


def _notice(sent: Pushable, user_ids: Sequence[str], info: OfflinePushInfo | None) -> Notice:
    return Notice(user_ids, info, sent.message, sent.conversation_id, sent.seq, sent.operation_id)


def _info_of(message: MsgData) -> OfflinePushInfo | None:
    if not message.HasField("offlinePushInfo"):
        return None
    push = message.offlinePushInfo
    return OfflinePushInfo(
        title=push.title,
        desc=push.desc,
        ex=push.ex,
        ios_push_sound=push.iOSPushSound,
        ios_badge_count=push.iOSBadgeCount,
        signal_info=push.signalInfo,
    )
