"""Users come into a group, on whichever way: what the app's business server is asked and told, and what is written."""

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from typing import Any, Final, NamedTuple, TypeVar

from amity.callbacks.asking.before import Before
from amity.callbacks.asking.unfit import unfit
from amity.callbacks.telling.outbox import Outbox
from amity.calls.call import Call
from amity.calls.limit import LimitReached
from amity.conversations import group_rows
from amity.conversations.replacing import unfit_field
from amity.errors import Code, ImError, offending
from amity.groups.change import Change
from amity.groups.rules import require_texts
from amity.groups.stored import joined, members
from amity.groups.stored.groups import Group
from amity.groups.stored.members import Coming
from amity.groups.stored.roles import Role
from amity.settings.model import Limits
from amity.texts import count
from amity.wire.conversation_ids import group_id as conversation_of
from amity.wire.events.conversations import (
    AfterCreateGroupChatConversations,
    BeforeCreateGroupChatConversations,
    ReplaceConversation,
)
from amity.wire.events.group_joining import AfterMembersJoinGroup, BeforeMembersJoinGroup, JoiningMember, MemberChange
from amity.wire.message_kinds import GROUP_CHAT

_ROLES: Final = (Role.ORDINARY, Role.ADMIN)
_MOST_TIME: Final = 2**53
_TRIES: Final = 5
"""How often users are asked about whom a change of the group meanwhile lets in."""
R = TypeVar("R")


class Entry(NamedTuple):
    """What the app's business server makes of users who come into a group, by their ids, and of their conversations;
    and about whom it was asked."""

    of_members: Mapping[str, MemberChange]
    conversation: ReplaceConversation | None
    asked: frozenset[str] = frozenset()

    def characters(self, user_id: str) -> int:
        """Return how many characters the texts have that a user gets."""
        given = self.of_members.get(user_id)
        return 0 if given is None else sum(len(each or "") for each in (given.nickname, given.face_url, given.ex))

    def role(self, user_id: str, asked: Role) -> Role:
        """Return the role that a user gets who was to have another one. The owner stays it."""
        given = self.of_members.get(user_id)
        return asked if given is None or given.role_level is None or asked is Role.OWNER else Role(given.role_level)

    def in_order(self, roles: Mapping[str, Role]) -> list[str]:
        """Return users, who come with these roles and at one time, in the order of lists of members."""
        return sorted(roles, key=lambda user_id: (-self.role(user_id, roles[user_id]), user_id))


AS_ASKED: Final = Entry({}, None)


class _Unasked(Exception):
    """Users would come into a group about whom the business server was not asked; the transaction is rolled back."""

    def __init__(self, group: Group, user_ids: Collection[str]) -> None:
        super().__init__(group.group_id)
        self.group = group
        self.user_ids = list(user_ids)


class Entering:
    """Lets users into groups."""

    def __init__(self, before: Before, outbox: Outbox, limits: Limits) -> None:
        self._before = before
        self._outbox = outbox
        self._limits = limits
        self.asks = before.enabled(BeforeMembersJoinGroup) or before.enabled(BeforeCreateGroupChatConversations)
        """Whether the business server is asked."""

    async def ask(self, group_id: str, group_ex: str, user_ids: Sequence[str], operation_id: str) -> Entry:
        """Ask the app's business server about users who are to come into a group.

        Raises ``ImError``: the business server's own, 90004 or 90007 if a callback failed, 90007 for what no member and
        no conversation may have.
        """
        if not self.asks or not user_ids:
            return AS_ASKED
        joining = BeforeMembersJoinGroup(
            group_id=group_id,
            member_list=tuple([JoiningMember(user_id=user_id) for user_id in user_ids]),
            group_ex=group_ex,
        )
        async with self._before.judged(joining, operation_id) as answer:
            given = answer.change.member_callback_list if answer.change is not None else None
            of_members = {each.user_id: each for each in given or ()}
            for each in of_members.values():
                _require_fit(each)
        row = BeforeCreateGroupChatConversations(**_new_row(group_id))
        async with self._before.judged(row, operation_id) as asked:
            if asked.change is not None and (field := unfit_field(asked.change)):
                raise unfit(f"it gives a conversation that there is not: {field}")
        return Entry(of_members, asked.change, frozenset(user_ids))

    async def with_asking(self, call: Call, entry: Entry, change: Callable[[Entry], Awaitable[R]]) -> R:
        """Make a change of a group with what the business server makes of who comes in. Whether somebody comes in may
        change while it is asked: if the change would let in users about whom it was not, it is undone, the business
        server is asked about them, and the change is made again.

        Raises ``ImError``: as ``ask``, what ``change`` raises, and ``DATA`` (90007) if the group changes too often.
        """
        for _ in range(_TRIES):
            try:
                return await change(entry)
            except _Unasked as unasked:
                group = unasked.group
                entry = await self.ask(group.group_id, group.ex, unasked.user_ids, call.operation_id)
        raise ImError(Code.DATA, "the group has changed each time that the app's business server was asked")

    def require_asked(self, change: Change, user_ids: Collection[str], entry: Entry) -> None:
        """Break a change off that is made ``with_asking`` if the business server was not asked about these users."""
        if self.asks and not entry.asked.issuperset(user_ids):
            raise _Unasked(change.group, user_ids)

    async def enter(
        self,
        change: Change,
        users: Mapping[int, str],
        roles: Mapping[str, Role],
        coming: Coming,
        entry: Entry,
        *,
        inviter_id: str = "",
        is_told: bool = True,
    ) -> None:
        """Make users members, by number and id, who are none, and tell the business server. The change has begun.

        ``roles`` are those of users who are not ordinary members. ``is_told``: no other event of the call tells who
        came. Raises ``ImError``: 1360 if the group would have too many members, 1361 if a user would be in too many
        groups.
        """
        tx, group = change.tx, change.group
        self.require_asked(change, users.values(), entry)
        self._require_room(group.member_count + len(users))
        by_role: dict[Role, dict[int, str]] = {}
        for number, user_id in users.items():
            role = entry.role(user_id, roles.get(user_id, Role.ORDINARY))
            by_role.setdefault(role, {})[number] = user_id
        for role, some in sorted(by_role.items(), reverse=True):
            await change.add(some, role, coming)
        await self._require_few_groups(change, users)
        for number, user_id in users.items():
            if (replaced := entry.of_members.get(user_id)) is not None:
                texts = (replaced.nickname, replaced.face_url, replaced.ex)
                await members.set_texts(tx, group.seq, number, change.version, *texts)
                if replaced.mute_end_time:
                    await members.set_muted(tx, group.seq, number, change.version, replaced.mute_end_time)
        if entry.conversation is not None:
            await group_rows.replace_settings(tx, list(users), change.timeline, entry.conversation)
        if self._outbox.enabled(AfterCreateGroupChatConversations):
            row = _new_row(group.group_id)
            if entry.conversation is not None:
                given = {name: getattr(entry.conversation, name) for name in _SETTINGS}
                row |= {name: value for name, value in given.items() if value is not None}
            await self._outbox.record(tx, AfterCreateGroupChatConversations(**row), change.call.operation_id)
        if is_told:
            event = AfterMembersJoinGroup(
                group_id=group.group_id,
                member_user_ids=tuple(users.values()),
                join_source=coming.source,
                operator_user_id=change.operator.user_id,
                inviter_user_id=inviter_id,
            )
            await self._outbox.record(tx, event, change.call.operation_id)

    def _require_room(self, wanted: int) -> None:
        most = self._limits.members_per_group
        if most and wanted > most:
            raise LimitReached(
                "membersPerGroup",
                Code.MEMBERS_LIMIT,
                f"groupID: limits.membersPerGroup: the group would have {count(wanted, 'member')} (limit {most:,})",
            )

    async def _require_few_groups(self, change: Change, users: Mapping[int, str]) -> None:
        most = self._limits.groups_per_user
        if most and (full := await joined.in_too_many(change.tx, change.group.seq, list(users), most)):
            named = offending([user_id for number, user_id in users.items() if number in full])
            raise LimitReached(
                "groupsPerUser",
                Code.GROUPS_LIMIT,
                f"limits.groupsPerUser: more than {count(most, 'group')} would have: {named}",
            )


_SETTINGS: Final = (
    "recv_msg_opt",
    "is_pinned",
    "is_private_chat",
    "burn_duration",
    "group_at_type",
    "attached_info",
    "ex",
)


def _new_row(group_id: str) -> dict[str, Any]:
    """Return the fields of the events about a conversation of a group that begins."""
    return {
        "owner_user_id": "",
        "conversation_id": conversation_of(group_id),
        "conversation_type": GROUP_CHAT,
        "group_id": group_id,
        "recv_msg_opt": 0,
        "is_pinned": False,
        "is_private_chat": False,
        "burn_duration": 0,
        "group_at_type": 0,
        "attached_info": "",
        "ex": "",
    }


def _require_fit(each: MemberChange) -> None:
    """Raise ``ImError``, ``DATA`` (90007), for what no member may have."""
    require_texts(
        f"memberCallbackList[{each.user_id}].",
        {"nickname": each.nickname, "faceURL": each.face_url, "ex": each.ex},
    )
    if each.role_level is not None and each.role_level not in _ROLES:
        raise unfit(f"memberCallbackList[{each.user_id}].roleLevel: must be 20 or 60, got {each.role_level}")
    if each.mute_end_time is not None and not 0 <= each.mute_end_time < _MOST_TIME:
        raise unfit(f"memberCallbackList[{each.user_id}].muteEndTime: is no time in milliseconds")
