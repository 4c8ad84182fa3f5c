"""A group under change, in one transaction in which it is locked: what is written, and what clients are told.

The transaction locks the group, then the lists of the users whom the change concerns, then the timeline of what is
written in the group. Everybody who locks several of them keeps that order.
"""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Final, NamedTuple

from amity.calls.call import Call
from amity.conversations import group_rows, positions
from amity.delivery.ascending import Position
from amity.delivery.in_order import InOrder
from amity.groups.models import GroupMember
from amity.groups.notices import Told
from amity.groups.outcome import Addressed, Copy, Outcome, Telling
from amity.groups.portions import fitting
from amity.groups.stored import groups, members
from amity.groups.stored.groups import Group
from amity.groups.stored.members import Coming, Member
from amity.groups.stored.membership import Members, Memberships
from amity.groups.stored.roles import Role
from amity.settings.model import Notifications
from amity.storage import Transaction
from amity.sync.lists import lock_lists
from amity.timeline import store as timeline_store
from amity.timeline.models import Draft, Form, once_of, place_of
from amity.timeline.service import Timelines
from amity.wire.message_bytes import numbered
from amity.wire.notification import ContentType, Notification, copy_of, message_of
from amity.wire.proto.sdkws_pb2 import MsgData

_OUTSIDER_LEVEL: Final = 2


class Operator(NamedTuple):
    """Who makes a change: number and id."""

    number: int
    user_id: str


class Change:
    """A group under change. ``group`` is as it will be stored."""

    def __init__(
        self, tx: Transaction, call: Call, group: Group, operator: Operator, now: int, shared: "Shared"
    ) -> None:
        self.tx = tx
        self.call = call
        self.group = group
        self.operator = operator
        self.now = now
        self._shared = shared
        self._members: Members | None = None
        self.timeline = 0
        """The number of the timeline of what is written in the group, once the change has begun."""
        self._deleted: Sequence[int] = ()
        self.addressed: list[Addressed] = []
        """What single users are told."""
        self._told: list[tuple[Told, bool]] = []
        self._came: dict[int, str] = {}
        self._went: dict[int, str] = {}
        self._is_changed = False
        self.is_new = False

    @property
    def version(self) -> int:
        """The version of the list of members that the change makes, or has made so far."""
        return self.group.version

    @property
    def version_id(self) -> str:
        """The ``versionID`` of the list."""
        return self._shared.version_id

    async def members(self) -> Members:
        """Return the members before the change. It is called before any of them changes."""
        if self._members is None:
            self._members = await self._shared.memberships.at(self.tx, self.group)
        return self._members

    async def member(self, user: int) -> Member | None:
        """Return a member as it is now, or ``None`` if the user is none."""
        return await members.one(self.tx, self.group.seq, user)

    async def begin(self, users: Sequence[int] = ()) -> None:
        """Lock all that the change writes to: the lists of these users, and the timeline. It is called once, after the
        checks, before anything is written."""
        await self.members()
        place = place_of(Form.GROUP, self.group.seq)
        known = await self._shared.timelines.known(self.tx, [place])
        timeline = known.get(place)
        deleted = [] if timeline is None else await group_rows.deleted(self.tx, self.group.seq, timeline)
        owners = {*users, *deleted, self.operator.number}
        await self.tx.expect(len(owners))
        self.tx.touches((), [self.group.seq])
        await lock_lists(self.tx, sorted(owners))
        if timeline is None:
            timeline = (await self._shared.timelines.open(self.tx, [place]))[place]
        await timeline_store.lock(self.tx, [timeline])
        self.timeline = timeline
        self._deleted = deleted
        self.bump()

    def bump(self) -> None:
        """Begin the next version of the list of members: what is written and told from now on has it."""
        self.group = self.group._replace(version=self.group.version + 1)
        self._is_changed = True

    def set_info(self, **fields: object) -> None:
        """Change fields of the group itself, which clients see. Fields are named as in ``Group``."""
        self.group = self.group._replace(info_version=self.version, **fields)  # type: ignore[arg-type]

    def reorder(self) -> None:
        """Note that the order of the members changes: one of them gets another role."""
        self.group = self.group._replace(sort_version=self.version)

    async def add(self, users: dict[int, str], role: Role, coming: Coming) -> None:
        """Make users members, by number and id, who are none. ``begin`` has locked their lists."""
        tx, group = self.tx, self.group
        await members.add(tx, group.seq, list(users), self.version, role, coming)
        newest = (await timeline_store.ends(tx, [self.timeline]))[self.timeline].newest
        sees_before = self._shared.history_for_new if group.history_for_new < 0 else bool(group.history_for_new)
        await group_rows.enter(tx, list(users), self.timeline, newest, sees_before=sees_before)
        self._came |= users
        self.group = group._replace(member_count=group.member_count + len(users))

    async def remove(self, users: dict[int, str]) -> None:
        """Take members out, by number and id. ``begin`` has locked their lists. They see what is written up to the
        messages that tell of it."""
        await members.remove(self.tx, self.group.seq, self.version, list(users))
        self._went |= users
        self.group = self.group._replace(member_count=self.group.member_count - len(users))

    async def shown(self, users: Sequence[int]) -> list[GroupMember]:
        """Return those of these users who are members, as on the wire, in this order."""
        found = await members.some(self.tx, self.group.seq, users)
        return [member.info(self.group.group_id) for member in found.values()]

    async def op_user(self) -> GroupMember:
        """Return who makes the change, as on the wire. One who is no member is shown as an administrator."""
        member = await self.member(self.operator.number)
        if member is not None:
            return member.info(self.group.group_id)
        faces = await self._shared.faces(self.tx, self.operator.number)
        return GroupMember(
            group_id=self.group.group_id,
            user_id=self.operator.user_id,
            role_level=Role.ADMIN,
            join_time=0,
            nickname=faces[0],
            face_url=faces[1],
            app_manger_level=_OUTSIDER_LEVEL,
            join_source=0,
            operator_user_id="",
            ex="",
            mute_end_time=0,
            inviter_user_id="",
        )

    def tell(self, told: Told, *, as_message: bool | None = None) -> None:
        """Have members told of the change, those who left included. ``as_message``: whether there is a message of the
        group, too; ``None`` leaves that to the settings."""
        self._told.append(
            (fitting(told), self._shared.notifications.is_message(told.setting) if as_message is None else as_message)
        )

    async def finish(self) -> Callable[[], None]:
        """Store the group, and the messages that tell of the change; return what tells clients, after the commit."""
        operation_id, telling = self.call.operation_id, self._shared.telling
        if not self._is_changed:
            return partial(telling.address, self.addressed, operation_id)
        before = await self.members()
        await groups.save(self.tx, self.group)
        nickname, face_url = await self._shared.faces(self.tx, self.operator.number)
        notices = [
            message_of(
                Notification(
                    self.operator.user_id,
                    self.group.group_id,
                    told,
                    is_of_group=True,
                    is_message=is_message,
                    sender_nickname=nickname if told.names_sender else "",
                    sender_face_url=face_url if told.names_sender else "",
                ),
                self.now,
            )
            for told, is_message in self._told
        ]
        copies = await self._copies(
            [each for each, (_, is_message) in zip(notices, self._told, strict=True) if is_message]
        )
        if self._went:
            newest = (await timeline_store.ends(self.tx, [self.timeline]))[self.timeline].newest
            await group_rows.leave(self.tx, list(self._went), self.timeline, newest)
        receivers = before.ids.union(self._came.values()) if self._came else before.ids
        # Of a new group the notification says that all is new.
        rows_of = [] if self.is_new else [*self._came.values(), *self._went.values()]
        outcome = Outcome(self.group.group_id, receivers, notices, copies, rows_of, self.addressed)
        return self._shared.order.turn(self.tx, self.timeline, partial(telling.tell, outcome, operation_id)).now

    async def _copies(self, notices: Sequence[MsgData]) -> list[Copy]:
        if not notices:
            return []
        place, sender = place_of(Form.GROUP, self.group.seq), self.operator.number
        messages = [copy_of(each) for each in notices]
        drafts = [
            Draft(
                place,
                sender,
                each.sendTime,
                each.createTime,
                once_of(sender, each.clientMsgID),
                each.SerializeToString(),
            )
            for each in messages
        ]
        # Who changes a group has seen what tells of it, and not what stands before that.
        has_unread = await positions.has_unread(self.tx, sender, self.timeline)
        stored = await self._shared.timelines.append_new(self.tx, drafts)
        if self._deleted:
            await group_rows.bring_back(self.tx, self._deleted, self.timeline)
        if sender and sender not in await self.members():
            await positions.note_outsider(self.tx, sender, self.timeline)
        if not has_unread:
            await positions.all_read_up_to(self.tx, {(sender, self.timeline): stored[-1].seq})
        for message, own in zip(messages, stored, strict=True):
            if message.contentType == ContentType.GROUP_INFO_SET_ANNOUNCEMENT:
                await group_rows.see(self.tx, sender, self.timeline, own.seq)
                await groups.note_announced(self.tx, self.group.seq, own.seq)
        return [
            Copy(message, numbered(draft.body, own.seq), Position(own.timeline, own.seq))
            for message, draft, own in zip(messages, drafts, stored, strict=True)
        ]


class Shared(NamedTuple):
    """What all changes have in common. ``history_for_new``: whether new members see what was written before where the
    group does not say."""

    timelines: Timelines
    memberships: Memberships
    notifications: Notifications
    version_id: str
    history_for_new: bool
    telling: Telling
    order: InOrder

    async def faces(self, tx: Transaction, user: int) -> tuple[str, str]:
        """Return a user's nickname and the address of its picture."""
        rows = await tx.fetch("select nickname, face_url from users where user_seq = $1", user)
        return (rows[0][0], rows[0][1]) if rows else ("", "")
