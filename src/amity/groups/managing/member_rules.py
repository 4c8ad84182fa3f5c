"""What may be set of members of a group, and by whom. Pure."""

from collections.abc import Sequence

from amity.callbacks.asking.unfit import unfit
from amity.errors import Code, ImError
from amity.groups.managing.models import MemberInfoForSet
from amity.groups.rules import require_group, require_texts
from amity.groups.stored.members import Member
from amity.groups.stored.roles import Role
from amity.users.rules import require_distinct, require_few
from amity.wire.events.group_members import ReplaceMemberInfo

_SETTABLE = (Role.ADMIN, Role.ORDINARY)


def require_entries(entries: Sequence[MemberInfoForSet] | None) -> dict[str, Sequence[MemberInfoForSet]]:
    """Return what is to be set, by group. Raises ``ImError``: ``ARGS`` (1001) for what no member can have, and for a
    member that is named twice; 1002 for a new owner."""
    if not entries:
        raise ImError(Code.ARGS, "members is empty")
    require_few("members", entries)
    by_group: dict[str, list[MemberInfoForSet]] = {}
    for at, entry in enumerate(entries):
        require_group(entry.group_id, f"members[{at}].groupID")
        if not entry.user_id:
            raise ImError(Code.ARGS, f"members[{at}].userID is empty")
        require_entry(entry, f"members[{at}].")
        by_group.setdefault(entry.group_id, []).append(entry)
    for group_id, own in by_group.items():
        require_distinct(f"members of {group_id}", [entry.user_id for entry in own])
    return dict(by_group)


def require_entry(entry: MemberInfoForSet, path: str = "") -> None:
    """Do as ``require_entries`` for the values of one entry."""
    if entry.role_level == Role.OWNER:
        raise ImError(Code.NO_PERMISSION, f"{path}roleLevel: transfer_group makes an owner")
    if entry.role_level is not None and entry.role_level not in _SETTABLE:
        raise ImError(Code.ARGS, f"{path}roleLevel: must be 20 or 60, got {entry.role_level}")
    require_texts(path, {"nickname": entry.nickname, "faceURL": entry.face_url, "ex": entry.ex})


def require_may_set(entry: MemberInfoForSet, member: Member | None, own: Member | None) -> None:
    """Raise ``ImError`` unless this may be set of this member: ``ARGS`` (1001) for nobody, and for another role of the
    owner; ``NO_PERMISSION`` (1002) to who may not. ``own`` is the caller in the group, ``None`` for an administrator of
    the server."""
    if member is None:
        raise ImError(Code.ARGS, f"members: {entry.user_id} is not in group {entry.group_id}")
    if own is not None and own.user != member.user and own.role <= max(member.role, Role.ORDINARY):
        raise ImError(Code.NO_PERMISSION, f"members: user {own.user_id} may not set what {member.user_id} is")
    if entry.role_level is None:
        return
    if member.role == Role.OWNER:
        raise ImError(Code.ARGS, f"members: {member.user_id} owns group {entry.group_id}: transfer it first")
    if own is not None and own.role < Role.OWNER and entry.role_level > member.role:
        raise ImError(Code.NO_PERMISSION, f"members: the owner alone makes {member.user_id} an administrator")


def replaced_in(entry: MemberInfoForSet, change: ReplaceMemberInfo) -> MemberInfoForSet:
    """Return what is to be set, with what an answer names in it. Raises ``ImError``, ``DATA`` (90007), for what no
    member can have."""
    made = MemberInfoForSet(
        group_id=entry.group_id,
        user_id=entry.user_id,
        nickname=entry.nickname if change.nick_name is None else change.nick_name,
        face_url=entry.face_url if change.face_url is None else change.face_url,
        role_level=entry.role_level if change.role_level is None else change.role_level,
        ex=entry.ex if change.ex is None else change.ex,
    )
    try:
        require_entry(made)
    except ImError as error:
        raise unfit(error.detail) from None
    return made


def sets_something(entry: MemberInfoForSet) -> bool:
    """Return whether there is anything to set."""
    return sets_texts(entry) or entry.role_level is not None


def sets_texts(entry: MemberInfoForSet) -> bool:
    """Return whether there is anything to set but a role."""
    return any(text is not None for text in (entry.nickname, entry.face_url, entry.ex))


def shows_own(entry: MemberInfoForSet) -> bool:
    """Return whether a member is to be shown with its user's own nickname, or its picture."""
    return "" in (entry.nickname, entry.face_url)
