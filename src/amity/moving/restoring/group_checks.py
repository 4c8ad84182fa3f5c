"""What makes a record a group, a member of one, or a wish to join one. Pure."""

from collections.abc import Callable, Collection

from amity.errors import Code, ImError
from amity.groups.rules import require_group, require_new_id, require_texts
from amity.groups.stored.status import Status
from amity.moving.models import GroupApplicationRecord, GroupRecord, MemberRecord


def is_dismissed(record: GroupRecord) -> bool:
    """Return whether a group has neither owner nor members any more."""
    return Status(record.status) is Status.DISMISSED


def group_check(known: Collection[str]) -> Callable[[GroupRecord, str], None]:
    """Return what raises ``ImError`` for a record that is no group: 1001 or 1004."""

    def require(record: GroupRecord, field: str) -> None:
        require_group(record.group_id, f"{field}.groupID")
        require_new_id(record.group_id, f"{field}.groupID")
        texts = {"groupName": record.group_name, "notification": record.notification, "faceURL": record.face_url}
        require_texts(f"{field}.", texts | {"introduction": record.introduction, "ex": record.ex})
        if not is_dismissed(record):
            _require_user(known, f"{field}.ownerUserID", record.owner_user_id)

    return require


def member_check(known: Collection[str], groups: Collection[str]) -> Callable[[MemberRecord, str], None]:
    """Return what raises ``ImError`` for a record that is no member of these groups: 1001 or 1004."""

    def require(record: MemberRecord, field: str) -> None:
        require_known_group(groups, f"{field}.groupID", record.group_id)
        _require_user(known, f"{field}.userID", record.user_id)
        require_texts(f"{field}.", {"nickname": record.nickname, "faceURL": record.face_url, "ex": record.ex})

    return require


def group_application_check(
    known: Collection[str], groups: Collection[str]
) -> Callable[[GroupApplicationRecord, str], None]:
    """Return what raises ``ImError`` for a record that is no wish to join one of these groups: 1001 or 1004."""

    def require(record: GroupApplicationRecord, field: str) -> None:
        require_known_group(groups, f"{field}.groupID", record.group_id)
        _require_user(known, f"{field}.userID", record.user_id)
        require_texts(f"{field}.", {"reqMsg": record.req_msg, "handleMsg": record.handle_msg, "ex": record.ex})

    return require


def group_key(record: GroupRecord) -> tuple[str, ...]:
    return (record.group_id,)


def member_key(record: MemberRecord) -> tuple[str, ...]:
    return record.group_id, record.user_id


def group_application_key(record: GroupApplicationRecord) -> tuple[str, ...]:
    return record.group_id, record.user_id


def require_known_group(groups: Collection[str], field: str, group_id: str) -> None:
    """Raise ``ImError``: 1001 if no group is named, 1004 for one that does not exist."""
    require_group(group_id, field)
    if group_id not in groups:
        raise ImError(Code.RECORD_NOT_FOUND, f"{field}: group not found: {group_id[:140]}")


def _require_user(known: Collection[str], field: str, user_id: str) -> None:
    if not user_id:
        raise ImError(Code.ARGS, f"{field} is empty")
    if user_id not in known:
        raise ImError(Code.RECORD_NOT_FOUND, f"{field}: user not found: {user_id[:140]}")
