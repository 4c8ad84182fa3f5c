"""The operations of users: registering, looking up, changing a profile."""

from collections.abc import Awaitable, Callable, Sequence

from amity.callbacks.asking.before import Before
from amity.callbacks.telling.outbox import Outbox
from amity.calls.call import Call
from amity.clock import SYSTEM_CLOCK, Clock
from amity.delivery.push import Push
from amity.errors import Code, ImError, offending
from amity.storage import ROW_BYTES, Database, Transaction
from amity.users import notices, store
from amity.users.directory import Directory
from amity.users.models import (
    AccountCheckRequest,
    AccountCheckResponse,
    AccountStatus,
    GetUsersInfoRequest,
    GetUsersInfoResponse,
    NewUser,
    ProfileChange,
    SeenProfile,
    Skipped,
    UpdateUserInfoExRequest,
    UpdateUserInfoRequest,
    User,
    UserRegisterRequest,
    UserRegisterResponse,
    left_out_by_app,
)
from amity.users.profile_observer import Affected, FaceObserver, ProfileObserver
from amity.users.profiles import merged, new_user_of, profile_of, user_of
from amity.users.rules import repeated_ids, require_distinct, require_length, require_user_id
from amity.wire.events.users import (
    AfterUpdateUserInfo,
    AfterUpdateUserInfoEx,
    AfterUserRegister,
    BeforeUpdateUserInfo,
    BeforeUpdateUserInfoEx,
    BeforeUserRegister,
    UserProfile,
)

ADMIN_LEVEL = 2


class Users:
    """The operations that register, read and change users."""

    def __init__(
        self,
        database: Database,
        directory: Directory,
        before: Before,
        outbox: Outbox,
        profile_observer: ProfileObserver,
        face_observer: FaceObserver,
        push: Push,
        clock: Clock = SYSTEM_CLOCK,
    ) -> None:
        self._database = database
        self._directory = directory
        self._before = before
        self._outbox = outbox
        self._profile_observer = profile_observer
        self._face_observer = face_observer
        self._push = push
        self._clock = clock

    async def level_of(self, user_id: str) -> int | None:
        """Return a user's ``appMangerLevel``, or ``None`` if the user does not exist, or was erased."""
        return await store.level_of(self._database, user_id)

    async def ensure_admins(self, user_ids: Sequence[str]) -> None:
        """Register each administrator who is not a user yet, because administrators can own lists and be imported."""
        now = self._now()
        admins = [
            User(user_id=user_id, nickname=user_id, create_time=now, app_manger_level=ADMIN_LEVEL)
            for user_id in user_ids
        ]
        await self._database.write(lambda tx: store.insert(tx, admins), rows=store.ROWS_OF_A_USER * len(admins))

    async def register(self, call: Call, request: UserRegisterRequest) -> UserRegisterResponse | None:
        """Register users, all of them or none. Return the users whom the app left out, or ``None`` if there are none.

        Raises ``ImError``: 1001 if a user is not valid, 1102 if one exists already.
        """
        if not request.users:
            raise ImError(Code.ARGS, "users: users are empty")
        users = self._checked(request.users)
        await self._require_new(users)
        event = BeforeUserRegister(users=[profile_of(user) for user in users])
        skipped: list[Skipped] = []
        async with self._before.judged(event, call.operation_id) as answer:
            if answer.change is not None and answer.change.users is not None:
                asked = [user.user_id for user in users]
                users = await self._check_replacement(answer.change.users)
                skipped = left_out_by_app(asked, [user.user_id for user in users])
        if users:
            await self._insert(call, users)
        return UserRegisterResponse(skipped=skipped) if skipped else None

    async def _insert(self, call: Call, users: Sequence[NewUser]) -> None:
        now = self._now()
        registered = [user_of(user, now) for user in users]

        async def insert(tx: Transaction) -> dict[str, int]:
            new = await store.insert(tx, registered)
            if len(new) < len(registered):
                known = {user.user_id for user in registered} - new.keys()
                raise ImError(Code.REGISTERED_ALREADY, f"userID registered already: {offending(sorted(known))}")
            profiles = [profile_of(user) for user in registered]
            await self._outbox.record(tx, AfterUserRegister(users=profiles), call.operation_id)
            return new

        rows = store.ROWS_OF_A_USER * len(registered) + len(call.body) // ROW_BYTES
        self._directory.add(await self._database.write(insert, rows=rows))

    async def get_users_info(self, call: Call, request: GetUsersInfoRequest) -> GetUsersInfoResponse:
        """Return the users with these ids that exist, each once; nobody for an empty list."""
        if request.user_ids is None:
            raise ImError(Code.ARGS, "userIDs: is missing")
        return GetUsersInfoResponse(users_info=await store.by_ids(self._database, request.user_ids))

    async def account_check(self, call: Call, request: AccountCheckRequest) -> AccountCheckResponse:
        """Return of each id whether it is registered, in the order of the request; nothing for an empty list.

        The id of an erased user is: nobody can register it.
        """
        asked = request.check_user_ids
        if asked is None:
            raise ImError(Code.ARGS, "checkUserIDs: is missing")
        require_distinct("checkUserIDs", asked)
        known = await self._directory.numbers_of_all(asked)
        return AccountCheckResponse(
            results=[AccountStatus(user_id=user_id, account_status=int(user_id in known)) for user_id in asked]
        )

    async def update_user_info(self, call: Call, request: UpdateUserInfoRequest) -> None:
        """Set the fields of a profile that are not empty in the request."""
        info = request.user_info
        if info is None:
            raise ImError(Code.ARGS, "userInfo: UserInfo is empty")
        asked = ProfileChange(
            user_id=info.user_id,
            nickname=info.nickname,
            face_url=info.face_url,
            ex=info.ex,
            global_recv_msg_opt=info.global_recv_msg_opt or None,
        )
        self._require_valid(call, asked)
        event = BeforeUpdateUserInfo(user_id=asked.user_id, nick_name=info.nickname, face_url=info.face_url, ex=info.ex)
        async with self._before.judged(event, call.operation_id) as answer:
            change = merged(asked, answer.change)
        for field in ("nickname", "face_url", "ex"):
            setattr(change, field, getattr(change, field) or None)
        after = AfterUpdateUserInfo(
            user_id=change.user_id,
            nick_name=change.nickname or "",
            face_url=change.face_url or "",
            ex=change.ex or "",
        )
        await self.change_profile(call, change, lambda tx: self._outbox.record(tx, after, call.operation_id))

    async def update_user_info_ex(self, call: Call, request: UpdateUserInfoExRequest) -> None:
        """Set the fields of a profile that are present in the request. They may be empty.

        Raises ``ImError``: ``PROFILE_CHANGED`` (1363) if a field is not as the caller says that it has seen it.
        """
        asked = request.user_info
        if asked is None:
            raise ImError(Code.ARGS, "userInfo: userInfo is empty")
        self._require_valid(call, asked)
        event = BeforeUpdateUserInfoEx(
            user_id=asked.user_id, nick_name=asked.nickname, face_url=asked.face_url, ex=asked.ex
        )
        async with self._before.judged(event, call.operation_id) as answer:
            change = merged(asked, answer.change)
        after = AfterUpdateUserInfoEx(
            user_id=change.user_id, nick_name=change.nickname, face_url=change.face_url, ex=change.ex
        )
        await self.change_profile(
            call, change, lambda tx: self._outbox.record(tx, after, call.operation_id), seen=request.seen
        )

    def _require_valid(self, call: Call, asked: ProfileChange) -> None:
        if not asked.user_id:
            raise ImError(Code.ARGS, "userInfo.userID: userID is empty")
        call.require_self_or_admin(asked.user_id)
        require_length("userInfo.nickname", asked.nickname)
        require_length("userInfo.faceURL", asked.face_url)
        require_length("userInfo.ex", asked.ex)

    async def change_profile(
        self,
        call: Call,
        change: ProfileChange,
        record: Callable[[Transaction], Awaitable[object]],
        *,
        seen: SeenProfile | None = None,
    ) -> None:
        """Set the fields of a profile that are not ``None``, and tell the user's friends. ``record`` takes part in the
        transaction. Raises ``ImError``: ``RECORD_NOT_FOUND`` (1004) for an unknown user, ``PROFILE_CHANGED`` (1363) if
        the profile is not as ``seen``."""

        async def write(tx: Transaction) -> Affected:
            found = await store.lock(tx, change.user_id)
            if found is None:
                raise ImError(Code.RECORD_NOT_FOUND, f"userInfo.userID: user not found: {change.user_id}")
            user_seq, user = found
            if seen is not None:
                _require_as_seen(seen, user)
            shown = (user.nickname, user.face_url, user.ex)
            for field in ("nickname", "face_url", "ex", "global_recv_msg_opt"):
                value = getattr(change, field)
                if value is not None:
                    setattr(user, field, value)
            await store.update(tx, user_seq, user)
            others = Affected()
            if (user.nickname, user.face_url, user.ex) != shown:
                others = await self._profile_observer.record(tx, [user_seq], call.user_id, call.operation_id)
            if (user.nickname, user.face_url) != shown[:2]:
                await self._face_observer.record(tx, [user_seq], call.user_id, call.operation_id)
            await record(tx)
            return others

        others = await self._database.write(write)
        await self._profile_observer.finish(others)
        notify = notices.notify_profile_changed
        call.after_answer(notify, self._push, call.user_id, change.user_id, others.friends, call.operation_id)

    def _checked(self, users: Sequence[NewUser | None]) -> list[NewUser]:
        checked = []
        for index, user in enumerate(users):
            field = f"users[{index}]"
            if user is None:
                raise ImError(Code.ARGS, f"{field}: user is empty")
            require_user_id(user.user_id, f"{field}.userID")
            if not user.nickname:
                raise ImError(Code.ARGS, f"{field}.nickname: user name is empty")
            require_length(f"{field}.nickname", user.nickname)
            require_length(f"{field}.faceURL", user.face_url)
            require_length(f"{field}.ex", user.ex)
            checked.append(user)
        if repeated := repeated_ids(user.user_id for user in checked):
            raise ImError(Code.ARGS, f"users: userID repeated: {offending(repeated)}")
        return checked

    async def _require_new(self, users: Sequence[NewUser]) -> None:
        ids = [user.user_id for user in users]
        known = await self._directory.numbers_of_all(ids)
        if known:
            existing = [user_id for user_id in ids if user_id in known]
            raise ImError(Code.REGISTERED_ALREADY, f"userID registered already: {offending(existing)}")

    async def _check_replacement(self, profiles: Sequence[UserProfile]) -> list[NewUser]:
        users = [new_user_of(profile) for profile in profiles]
        self._checked(users)
        await self._require_new(users)
        return users

    def _now(self) -> int:
        return self._clock.now_ms()


def _require_as_seen(seen: SeenProfile, user: User) -> None:
    for name, field in (("nickname", "nickname"), ("faceURL", "face_url"), ("ex", "ex")):
        value = getattr(seen, field)
        if value is not None and value != getattr(user, field):
            raise ImError(Code.PROFILE_CHANGED, f"seen.{name}: the profile has another value now")
