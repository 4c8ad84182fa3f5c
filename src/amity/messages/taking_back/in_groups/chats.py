"""The chats of groups, and what their members may do with each other's messages."""

from collections.abc import Sequence
from typing import NamedTuple

from amity.conversations import positions
from amity.conversations.positions import Position
from amity.errors import Code, ImError
from amity.groups.stored import groups, members
from amity.groups.stored.groups import Group
from amity.groups.stored.members import Member
from amity.groups.stored.membership import Memberships
from amity.groups.stored.numbers import GroupNumbers
from amity.groups.stored.roles import Role
from amity.storage import Transaction
from amity.sync.lists import lock_lists
from amity.timeline.models import Form, Message, place_of
from amity.timeline.service import Timelines
from amity.wire.conversation_ids import GROUP


class GroupChat(NamedTuple):
    """What is written in a group: the numbers of its timeline and of the group."""

    timeline: int
    group: int


class Party(NamedTuple):
    """A user in a group's chat, which nobody changes until the end of the transaction: the group, the ids of its
    members, the user as a member, and its conversation; ``None`` for who is none, and has none."""

    group: Group
    member_ids: frozenset[str]
    member: Member | None
    position: Position | None


class GroupChats:
    """Finds the chats of groups."""

    def __init__(self, timelines: Timelines, numbers: GroupNumbers, memberships: Memberships) -> None:
        self._timelines = timelines
        self._numbers = numbers
        self._memberships = memberships

    async def find(self, conversation_id: str) -> GroupChat | None:
        """Return the chat of a group, or ``None`` for an id that is none's."""
        if not conversation_id.startswith(GROUP) or "\0" in conversation_id:
            return None
        group = await self._numbers.number(conversation_id.removeprefix(GROUP))
        timeline = None if group is None else await self._timelines.number(place_of(Form.GROUP, group))
        return None if group is None or timeline is None else GroupChat(timeline, group)

    async def lock(self, tx: Transaction, chat: GroupChat, user: int) -> Party:
        """Let nobody change the group, nor what the user, by number, may see of it, and return both."""
        await groups.share(tx, [chat.group])
        await lock_lists(tx, [user])
        group = (await groups.by_seqs(tx, [chat.group]))[chat.group]
        return Party(
            group,
            (await self._memberships.at(tx, group)).ids,
            await members.one(tx, chat.group, user),
            await positions.one(tx, user, chat.timeline),
        )


async def lock_all(tx: Transaction, chat: GroupChat) -> None:
    """Let nobody write in a group until the end of the transaction."""
    await groups.lock(tx, [chat.group])


async def require_may_take_back(
    tx: Transaction, party: Party, user: tuple[int, str], messages: Sequence[Message]
) -> None:
    """Raise ``ImError``, ``NO_PERMISSION`` (1002), unless a user, by number and id, may take back all these messages.

    A group's owner may all, its administrators those of who does not manage the group, everybody the own ones.
    """
    foreign = [message for message in messages if message.sender != user[0]]
    role = Role.ORDINARY if party.member is None else party.member.role
    if role == Role.ADMIN:
        senders = await members.some(tx, party.group.seq, {message.sender for message in foreign})
        foreign = [message for message in foreign if message.sender in senders and senders[message.sender].manages]
    if foreign and role != Role.OWNER:
        detail = f"message {foreign[0].seq} is not of user {user[1]}, who may not take it back"
        raise ImError(Code.NO_PERMISSION, f"seq: {detail}")
