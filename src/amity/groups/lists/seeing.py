"""Who may read what of groups: members, and administrators of the server."""

from collections.abc import Sequence

from amity.calls.call import Call
from amity.errors import Code, ImError
from amity.groups.permission import found, no_manager, not_in
from amity.groups.stored import groups, joined
from amity.groups.stored.groups import Group, Head
from amity.groups.stored.members import MANAGERS
from amity.groups.stored.roles import Role
from amity.storage import Database
from amity.users.directory import Directory


class Seeing:
    """Looks up groups for a caller. A group that is not the caller's is refused as one that does not exist is."""

    def __init__(self, database: Database, directory: Directory) -> None:
        self._database = database
        self._directory = directory

    async def group(self, call: Call, group_id: str) -> Group:
        """Return a group for a member or an administrator. Raises ``ImError``: 1002 for others, 1004 to an
        administrator for an unknown one."""
        group = await groups.by_id(self._database, group_id)
        if call.is_admin:
            return found(group, group_id)
        if group is None or group.seq not in await self.roles(call, [group.seq]):
            raise not_in(call.user_id, group_id)
        return group

    async def managed(self, call: Call, group_id: str) -> Group:
        """Return a group for who manages it, as ``group`` does. Raises 1002 for its ordinary members, too."""
        group = await groups.by_id(self._database, group_id)
        if call.is_admin:
            return found(group, group_id)
        role = None if group is None else (await self.roles(call, [group.seq])).get(group.seq)
        if group is None or role is None:
            raise not_in(call.user_id, group_id)
        if role not in MANAGERS:
            raise no_manager(call, group)
        return group

    async def all_managed(self, call: Call, group_ids: Sequence[str], field: str) -> list[Head]:
        """Return the heads of groups that the caller must manage, each of them. ``field`` names the list in the
        error. Raises as ``managed`` does."""
        heads = await groups.heads(self._database, group_ids)
        roles = await self.roles(call, [head.seq for head in heads.values()])
        for index, group_id in enumerate(group_ids):
            head = heads.get(group_id)
            role = None if head is None else roles.get(head.seq)
            if head is None and call.is_admin:
                raise ImError(Code.RECORD_NOT_FOUND, f"{field}[{index}]: group not found: {group_id}")
            if role not in MANAGERS and not call.is_admin:
                raise ImError(Code.NO_PERMISSION, f"{field}[{index}]: user {call.user_id} does not manage {group_id}")
        return list(heads.values())

    async def roles(self, call: Call, group_seqs: Sequence[int]) -> dict[int, int]:
        """Return the caller's roles in those of these groups whose members it may see, by the groups' numbers. An
        administrator has the least role in all of them."""
        if call.is_admin:
            return dict.fromkeys(group_seqs, Role.ORDINARY)
        number = await self._directory.number(call.user_id)
        return {} if number is None else await joined.roles(self._database, number, group_seqs)
