"""The step that takes a user out of its groups, and its applications away.

It leaves each group as if it had quit it, and members and the app's business server are told as then. A group that it
owns goes to the administrator of the group who came first, or to the member who did; if nobody else is in it, it is
dismissed.
"""

from typing import Final, NamedTuple

from amity.calls.call import Call
from amity.erasing import store
from amity.erasing.store import Counts, Erasure
from amity.groups.joining.leaving import Leaving
from amity.groups.managing.models import DismissGroupRequest, TransferGroupOwnerRequest
from amity.groups.managing.owning import Owning
from amity.groups.stored.roles import Role
from amity.storage import LARGE, Database, Transaction

PART: Final = 100
"""Rows that one transaction clears or deletes."""
_CLEAR = (
    "update group_members set nickname = '', face_url = '', ex = '' where user_seq = $1 and group_seq in (select"
    " group_seq from group_members where user_seq = $1 and (nickname <> '' or face_url <> '' or ex <> '')"
    " order by group_seq limit $2) returning group_seq"
)
_DELETE_REQUESTS = (
    "delete from group_requests where user_seq = $1 and group_seq in (select group_seq from group_requests"
    " where user_seq = $1 order by group_seq limit $2) returning group_seq"
)
_NEXT = (
    "select m.group_seq, g.group_id, m.role_level from group_members as m"
    " join chat_groups as g on g.group_seq = m.group_seq where m.user_seq = $1 and m.deleted = 0"
    " order by m.group_seq limit 1"
)
# By the same order as lists of members have.
_HEIR = (
    "select u.user_seq, u.user_id from group_members as m join users as u on u.user_seq = m.user_seq"
    " where m.group_seq = $1 and m.user_seq <> $2 and m.deleted = 0 and u.erased_at = 0"
    " order by m.role_level desc, m.joined_at, u.user_id limit 1"
)


class _Membership(NamedTuple):
    group: int
    group_id: str
    role: int


class Memberships:
    """The step ``GROUPS``. A part leaves one group."""

    def __init__(self, database: Database, leaving: Leaving, owning: Owning) -> None:
        self._database = database
        self._leaving = leaving
        self._owning = owning

    async def leave(self, erasure: Erasure) -> bool:
        """Leave the next group, once what is set for the user in single groups is cleared; return whether there is
        none. A killed server may have left one that is not counted."""
        user, user_id = erasure.user, erasure.user_id
        if not await self._database.write(lambda tx: _clear(tx, erasure), rows=LARGE):
            return False
        rows = await self._database.fetch(_NEXT, user)
        if not rows:
            return True
        membership = _Membership._make(rows[0])
        # As the administrator who asked: its own rights are those that are needed.
        call = Call(operation_id=erasure.operation_id, user_id=erasure.operator, is_admin=True)
        if membership.role != Role.OWNER:
            await self._leaving.take_out(call, membership.group_id, user, user_id)
            await self._database.write(lambda tx: store.advance(tx, erasure, Counts(groups=1)))
        else:
            await self._give_away(call, membership, erasure)
        call.answered()
        return False

    async def _give_away(self, call: Call, membership: _Membership, erasure: Erasure) -> None:
        """Hand a group over, which the next part leaves; or dismiss it, if nobody else is in it."""
        heirs = await self._database.fetch_long(_HEIR, membership.group, erasure.user)
        if not heirs:
            await self._owning.dismiss_group(call, DismissGroupRequest(group_id=membership.group_id))
            await self._database.write(lambda tx: store.advance(tx, erasure, Counts(groups=1)))
            return
        heir, heir_id = heirs[0]
        request = TransferGroupOwnerRequest(
            group_id=membership.group_id, old_owner_user_id=erasure.user_id, new_owner_user_id=heir_id
        )
        await self._owning.hand_over(call, request, {erasure.user_id: erasure.user, heir_id: heir})


async def _clear(tx: Transaction, erasure: Erasure) -> bool:
    """Clear what is set for the user in some groups, and delete some of its applications; return whether these were the
    last."""
    cleared = await tx.fetch(_CLEAR, erasure.user, PART)
    requests = await tx.fetch(_DELETE_REQUESTS, erasure.user, PART)
    if cleared or requests:
        await store.advance(tx, erasure, Counts(requests=len(requests)))
    return len(cleared) < PART and len(requests) < PART
