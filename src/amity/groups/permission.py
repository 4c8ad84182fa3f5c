"""Who may do what to a group and its members: the checks that several operations have."""

from collections.abc import Mapping, Sequence

from amity.calls.call import Call
from amity.errors import Code, ImError, offending
from amity.groups.stored.groups import Group
from amity.groups.stored.members import Member


def found(group: Group | None, group_id: str, code: Code = Code.RECORD_NOT_FOUND) -> Group:
    """Return a group. Raises ``ImError`` with this code, by default ``RECORD_NOT_FOUND`` (1004), for an unknown one."""
    if group is None:
        raise ImError(code, f"groupID: group not found: {group_id}")
    return group


def unknown_to(call: Call) -> Code:
    """Return the code of a group that is unknown, where a caller is told the same of one that is not its own."""
    return Code.RECORD_NOT_FOUND if call.is_admin else Code.NO_PERMISSION


def require_manager(call: Call, group: Group, own: Member | None, code: Code = Code.NO_PERMISSION) -> None:
    """Raise ``ImError`` unless the caller, which is the member ``own`` of a group, manages it, or is an administrator
    of the server: with ``code`` for a stranger, else ``NO_PERMISSION`` (1002)."""
    if call.is_admin:
        return
    if own is None:
        raise not_in(call.user_id, group.group_id, code)
    if not own.manages:
        raise no_manager(call, group)


def require_open(group: Group) -> None:
    """Raise ``ImError``, ``GROUP_DISMISSED`` (1204), for a group that has ended."""
    if group.is_dismissed:
        raise ImError(Code.GROUP_DISMISSED, f"groupID: group {group.group_id} is dismissed")


def not_in(user_id: str, group_id: str, code: Code = Code.NO_PERMISSION) -> ImError:
    """Return the refusal of a user who is no member of a group. The group need not exist: a stranger is not told which
    groups there are."""
    return ImError(code, f"user {user_id} is not in group {group_id}")


def no_manager(call: Call, group: Group) -> ImError:
    """Return the refusal of a caller who does not manage a group."""
    return ImError(Code.NO_PERMISSION, f"user {call.user_id} is neither owner nor administrator of {group.group_id}")


def require_known(user_ids: Sequence[str], numbers: Mapping[str, int], field: str) -> None:
    """Raise ``ImError``, ``RECORD_NOT_FOUND`` (1004), if one of these users has no number: it does not exist."""
    if unknown := [user_id for user_id in user_ids if user_id not in numbers]:
        raise ImError(Code.RECORD_NOT_FOUND, f"{field}: user not found: {offending(unknown)}")
