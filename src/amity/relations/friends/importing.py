"""The import of friends: check permission and list, ask the app's business server, store all in one transaction."""

from collections.abc import Callable, Sequence
from typing import Literal, NamedTuple

from amity import metrics
from amity.callbacks.asking.before import Before
from amity.callbacks.telling.outbox import Outbox
from amity.calls.call import Call
from amity.calls.idempotency import Idempotency, Remember
from amity.calls.limit import counted
from amity.clock import SYSTEM_CLOCK, Clock
from amity.delivery.push import Push
from amity.errors import NAMES, Code, ImError, offending
from amity.relations.friends import notices
from amity.relations.friends.history.log import Course, ImportLog
from amity.relations.friends.models import ImportFriendRequest, ImportFriendResponse
from amity.relations.limits.limits import Limits
from amity.relations.pair import adding
from amity.relations.pair import store as pair_store
from amity.relations.pair.chats import Chats
from amity.relations.pair.models import FriendRequest
from amity.relations.pair.notices import notify_agreed
from amity.storage import Database, Transaction
from amity.sync.lists import lock_lists
from amity.users.directory import Directory
from amity.users.models import Skipped, left_out_by_app
from amity.users.rules import repeated_ids
from amity.wire.events.friends import AfterImportFriends, BeforeImportFriends

MOST_FRIENDS = 1000
ClientImport = Literal["gated", "off", "open"]


class Checked(NamedTuple):
    """A checked list of friends: their ids in the order given, the numbers of all users, and who was left out."""

    owner: int
    friends: list[str]
    numbers: dict[str, int]
    skipped: list[Skipped]


class Stored(NamedTuple):
    """The result of an import: the answer, the friend requests that it agreed to, and what pushes the messages that it
    wrote into chats."""

    answer: ImportFriendResponse
    agreed: list[FriendRequest]
    opened: Callable[[], None] | None = None


class ImportFriends:
    """``POST /friend/import_friend``. ``client_import`` decides whether users may import for themselves; ``chats`` is
    where new friendships are written, ``None`` for nowhere."""

    def __init__(
        self,
        database: Database,
        directory: Directory,
        before: Before,
        outbox: Outbox,
        client_import: ClientImport,
        push: Push,
        limits: Limits,
        log: ImportLog,
        chats: Chats | None = None,
        clock: Clock = SYSTEM_CLOCK,
    ) -> None:
        self._chats = chats
        self._database = database
        self._directory = directory
        self._before = before
        self._outbox = outbox
        self._client_import = client_import
        self._push = push
        self._limits = limits
        self._log = log
        self._clock = clock
        self._idempotency = Idempotency(database, clock, limits.idempotency_keys_per_hour)

    async def __call__(self, call: Call, request: ImportFriendRequest) -> ImportFriendResponse:
        """Make the owner and each of the users friends.

        Raises ``ImError``, the first that applies of: 1001, 1002, 1301, 1004, 1302, 1354, the app's refusal, 90004 or
        90007 if the callback failed, 1351, 90002.
        """
        try:
            with counted():
                _require_ids(request)
                self._require_permission(call, request.owner_user_id)
                if call.idempotency_key:
                    answer = await self._idempotency.once(
                        call, ImportFriendResponse, lambda remember: self._import(call, request, remember)
                    )
                else:
                    answer = await self._import(call, request, None)
        except ImError:
            metrics.import_refused()
            raise
        metrics.import_done(len(answer.imported))
        return answer

    async def sweep(self) -> None:
        """Delete expired answers of ``Idempotency-Key``."""
        await self._idempotency.sweep()

    async def _import(
        self, call: Call, request: ImportFriendRequest, remember: Remember | None
    ) -> ImportFriendResponse:
        with self._log.noting(call, request.owner_user_id, len(request.friend_user_ids or ())) as course:
            course.answer = await self._import_noted(call, request, remember, course)
        return course.answer

    async def _import_noted(
        self, call: Call, request: ImportFriendRequest, remember: Remember | None, course: Course
    ) -> ImportFriendResponse:
        by_client = not call.is_admin
        owner = request.owner_user_id
        partial = request.partial is True
        checked = await self._check(owner, request.friend_user_ids, by_client=by_client, partial=partial)
        if by_client:
            await self._limits.require_import(checked.owner)
        if checked.friends:
            with course.asking(enabled=self._before.enabled(BeforeImportFriends)):
                checked, course.is_modified = await self._ask(call, owner, checked, by_client=by_client)
        answer, agreed, opened = await self._write(call, owner, checked, remember, partial=partial)
        if answer.imported and request.notify is not False:
            call.after_answer(notices.notify_imported, self._push, owner, answer.imported, call.operation_id)
            for each in agreed:
                call.after_answer(notify_agreed, self._push, each, call.operation_id)
        if opened is not None:
            call.after_answer(opened)
        return answer

    def _require_permission(self, call: Call, owner: str) -> None:
        if call.is_admin:
            return
        if call.user_id != owner:
            raise ImError(Code.NO_PERMISSION, f"user {call.user_id} may not import friends for user {owner}")
        if self._client_import == "off":
            raise ImError(Code.NO_PERMISSION, "users may not import friends here: clientImport is off")
        if self._client_import == "gated" and not self._before.enabled(BeforeImportFriends):
            raise ImError(
                Code.NO_PERMISSION,
                "users may import friends only where the app decides: clientImport is gated, and the callback "
                "beforeImportFriends is not enabled",
            )

    async def _check(self, owner: str, friends: Sequence[str] | None, *, by_client: bool, partial: bool) -> Checked:
        """Check the caller's list, or the app's replacement.

        ``partial`` leaves out users who are not valid; otherwise the first of them raises ``ImError``.
        """
        count = len(friends or ())
        if friends is None or not 1 <= count <= MOST_FRIENDS:
            raise ImError(Code.ARGS, f"friendUserIDs: {count} entries, and 1 to {MOST_FRIENDS} are allowed")
        skip: dict[str, Code] = {}
        if len(set(friends)) < count:
            repeated = repeated_ids(friends)
            if not partial:
                raise ImError(Code.ARGS, f"friendUserIDs: repeated: {offending(repeated)}")
            friends = list(dict.fromkeys(friends))
        if owner in friends:
            if not partial:
                raise ImError(Code.CANNOT_ADD_YOURSELF, f"friendUserIDs: the owner {owner} is among the friends")
            skip[owner] = Code.CANNOT_ADD_YOURSELF
        numbers = await self._directory.numbers([owner, *friends])
        if owner not in numbers:
            raise ImError(Code.RECORD_NOT_FOUND, f"user not found: {offending([owner])} (ownerUserID)")
        if unknown := [friend for friend in friends if friend not in numbers]:
            if not partial:
                raise ImError(Code.RECORD_NOT_FOUND, f"friendUserIDs: user not found: {offending(unknown)}")
            skip.update(dict.fromkeys(unknown, Code.RECORD_NOT_FOUND))
        if by_client:
            skip.update(await self._require_not_blocked(owner, friends, numbers, partial=partial))
        return Checked(
            numbers[owner],
            [friend for friend in friends if friend not in skip] if skip else list(friends),
            numbers,
            [Skipped(user_id=user, err_code=code, err_msg=NAMES[code]) for user, code in skip.items()],
        )

    async def _require_not_blocked(
        self, owner: str, friends: Sequence[str], numbers: dict[str, int], *, partial: bool
    ) -> dict[str, Code]:
        """Return the friends who have blacklisted a user that imports for itself. Raises ``ImError``,
        ``BLOCKED_BY_PEER`` (1302), if there are any and the import is not ``partial``."""
        asked = [numbers[friend] for friend in friends if friend in numbers]
        blocking = await pair_store.who_blacklisted(self._database, numbers[owner], asked)
        refused = [friend for friend in friends if numbers.get(friend) in blocking] if blocking else []
        if refused and not partial:
            raise _blocked(owner, refused)
        return dict.fromkeys(refused, Code.BLOCKED_BY_PEER)

    async def _ask(self, call: Call, owner: str, checked: Checked, *, by_client: bool) -> tuple[Checked, bool]:
        """Ask the app's business server; return its list, checked, and whether it gave another one."""
        event = BeforeImportFriends(owner_user_id=owner, friend_user_ids=checked.friends)
        must_answer = by_client and self._client_import == "gated"
        async with self._before.judged(event, call.operation_id, must_answer=must_answer) as answer:
            if answer.change is None or answer.change.friend_user_ids is None:
                return checked, False
            replacement = answer.change.friend_user_ids
            skipped = [*checked.skipped, *left_out_by_app(checked.friends, replacement)]
            if not replacement:
                return checked._replace(friends=[], skipped=skipped), True
            if "" in replacement:
                raise ImError(Code.ARGS, "friendUserIDs: an id is empty")
            replaced = await self._check(owner, replacement, by_client=by_client, partial=False)
            return replaced._replace(skipped=skipped), list(replacement) != checked.friends

    async def _write(
        self, call: Call, owner: str, checked: Checked, remember: Remember | None, *, partial: bool
    ) -> Stored:
        """Store an import. Of a partial one, leave out the users who cannot be stored."""
        while True:
            try:
                return await self._write_all(call, owner, checked, remember)
            except _NotImportable as refusal:
                if not partial:
                    raise refusal.error from None
                checked = _without(checked, refusal.friends, refusal.error)

    async def _write_all(self, call: Call, owner: str, checked: Checked, remember: Remember | None) -> Stored:
        operator = await self._directory.number(call.user_id) or 0
        now = self._clock.now_ms()
        friends = checked.friends
        numbers = [checked.numbers[friend] for friend in friends]

        async def write(tx: Transaction) -> Stored:
            new: set[int] = set()
            agreed: list[FriendRequest] = []
            if numbers:
                await lock_lists(tx, [checked.owner, *numbers])
                if not call.is_admin:
                    await self._limits.use_import(tx, checked.owner)
                    if blocking := await pair_store.who_blacklisted(tx, checked.owner, numbers):
                        refused = [friend for friend in friends if checked.numbers[friend] in blocking]
                        raise _NotImportable(refused, _blocked(owner, refused))
                new, over_bound, any_waiting = await adding.add_pairs(
                    tx, checked.owner, numbers, operator, now, self._limits.version_bound
                )
                if over_bound:
                    await self._require_friend_quota(tx, owner, over_bound)
                if any_waiting:
                    await tx.expect(2 * len(numbers))
                    pairs = await pair_store.agree_all(tx, checked.owner, numbers, operator, now)
                    agreed = [await pair_store.request(tx, *pair) for pair in pairs]
            if len(new) == len(numbers):
                imported, existing = friends, []
            else:
                imported = [friend for friend, number in zip(friends, numbers, strict=True) if number in new]
                existing = [friend for friend, number in zip(friends, numbers, strict=True) if number not in new]
            if imported:
                event = AfterImportFriends(owner_user_id=owner, friend_user_ids=imported)
                await self._outbox.record(tx, event, call.operation_id)
            opened = None
            if imported and self._chats is not None:
                pairs = [(checked.numbers[friend], checked.owner) for friend in imported]
                told = [notices.approved(owner, friend) for friend in imported]
                opened = await self._chats.open(tx, pairs, told, call.operation_id)
            answer = ImportFriendResponse(imported=imported, existing=existing, skipped=checked.skipped)
            if remember is not None:
                await remember(tx, answer)
            return Stored(answer, agreed, opened)

        if not numbers and remember is None:
            return Stored(ImportFriendResponse(imported=[], existing=[], skipped=checked.skipped), [])
        return await self._database.write(write, rows=2 * len(numbers) + 4)

    async def _require_friend_quota(self, tx: Transaction, owner: str, over_bound: Sequence[int]) -> None:
        """Raise ``ImError``, ``FRIENDS_LIMIT`` (1351), if the owner's list is longer than the limit, ``_NotImportable``
        if another one is."""
        full = await self._limits.over_friend_limit(tx, over_bound)
        if owner in full:
            raise self._limits.too_many_friends("ownerUserID", [owner])
        if full:
            raise _NotImportable(full, self._limits.too_many_friends("friendUserIDs", full))


class _NotImportable(Exception):
    """These friends cannot be imported, for the reason ``error``. The transaction is rolled back."""

    def __init__(self, friends: Sequence[str], error: ImError) -> None:
        super().__init__(error.detail)
        self.friends = friends
        self.error = error


def _blocked(owner: str, friends: list[str]) -> ImError:
    return ImError(Code.BLOCKED_BY_PEER, f"friendUserIDs: has blacklisted {owner}: {offending(friends)}")


def _without(checked: Checked, left_out: Sequence[str], error: ImError) -> Checked:
    skipped = [Skipped(user_id=user, err_code=error.code, err_msg=error.message) for user in left_out]
    return checked._replace(
        friends=[friend for friend in checked.friends if friend not in left_out],
        skipped=[*checked.skipped, *skipped],
    )


def _require_ids(request: ImportFriendRequest) -> None:
    if not request.owner_user_id:
        raise ImError(Code.ARGS, "ownerUserID is empty")
    if request.friend_user_ids and "" in request.friend_user_ids:
        raise ImError(Code.ARGS, f"friendUserIDs[{request.friend_user_ids.index('')}] is empty")
