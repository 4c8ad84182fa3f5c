"""What a group is asked to be, and what the app's business server makes of it. Pure."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from amity.callbacks.asking.unfit import unfit
from amity.errors import Code, ImError
from amity.groups.making.models import CreateGroupRequest
from amity.groups.models import NewGroupInfo
from amity.groups.rules import require_choices, require_new_id, require_texts
from amity.groups.stored.roles import Role
from amity.groups.stored.status import WORKING, Status
from amity.users.rules import MOST_NAMED, require_distinct
from amity.wire.events.groups import NewMember, ReplaceNewGroup


class Asked(NamedTuple):
    """A group that is to be made, checked: its members with their roles in the order given, and their numbers.
    ``creator`` is 0 if it is the caller."""

    info: NewGroupInfo
    roles: Mapping[str, Role]
    numbers: Mapping[str, int]
    status: int = Status.OPEN
    creator: int = 0

    @property
    def owner_id(self) -> str:
        """The owner's id."""
        return next(user_id for user_id, role in self.roles.items() if role is Role.OWNER)


def roles_in(request: CreateGroupRequest) -> dict[str, Role]:
    """Return the roles of all who are to be members. Raises ``ImError``, ``ARGS`` (1001), for repeated ids and more
    than 1,000 members."""
    named, admins = request.member_user_ids or (), request.admin_user_ids or ()
    if len(named) > MOST_NAMED or len(admins) > MOST_NAMED:
        raise ImError(Code.ARGS, f"memberUserIDs, adminUserIDs: at most {MOST_NAMED} entries are allowed")
    everybody = [request.owner_user_id, *admins, *named]
    require_distinct("memberUserIDs, adminUserIDs, ownerUserID", everybody)
    roles = dict.fromkeys(everybody, Role.ORDINARY)
    roles |= dict.fromkeys(admins, Role.ADMIN)
    roles[request.owner_user_id] = Role.OWNER
    return roles


def roles_of(given: Sequence[NewMember], owner_id: str) -> dict[str, Role]:
    """Return the roles of the members that the app's business server wants. Raises ``ImError``, 90007."""
    if len(given) > 2 * MOST_NAMED + 1:
        raise unfit(f"initMemberList: {len(given)} entries")
    if not {each.role_level for each in given} <= set(Role):
        raise unfit("initMemberList: a roleLevel is 20, 60 or 100")
    roles = {each.user_id: Role(each.role_level) for each in given}
    if len(roles) < len(given):
        raise unfit("initMemberList: a user is repeated")
    owners = [user_id for user_id, role in roles.items() if role is Role.OWNER]
    if len(owners) > 1:
        raise unfit("initMemberList: there is more than one owner")
    return roles if owners else owned_by(roles, owner_id)


def roles_made(roles: Mapping[str, Role], owner_id: str, change: ReplaceNewGroup) -> Mapping[str, Role]:
    """Return the roles as the app's business server wants them. Raises ``ImError``, 90007."""
    if change.init_member_list is None:
        return roles if change.owner_user_id in (None, owner_id) else owned_by(roles, str(change.owner_user_id))
    made = roles_of(change.init_member_list, change.owner_user_id or owner_id)
    if change.owner_user_id is not None and made.get(change.owner_user_id) is not Role.OWNER:
        raise unfit("ownerUserID: is not the owner in initMemberList")
    return made


def status_made(change: ReplaceNewGroup) -> Status:
    """Return what the app's business server wants a new group to be: open, or muted. Raises ``ImError``, 90007."""
    if change.status not in (None, Status.OPEN, Status.MUTED):
        raise unfit(f"status: must be 0 or 3, got {change.status}")
    return Status(change.status or Status.OPEN)


def owned_by(roles: Mapping[str, Role], owner_id: str) -> dict[str, Role]:
    """Return roles in which a user is the owner, and who was it is not."""
    rest = {
        user_id: Role.ORDINARY if role is Role.OWNER else role for user_id, role in roles.items() if user_id != owner_id
    }
    return {owner_id: Role.OWNER, **rest}


def require_info(info: NewGroupInfo) -> None:
    if info.group_type != WORKING:
        raise ImError(Code.ARGS, f"groupInfo.groupType: must be {WORKING}, got {info.group_type}")
    require_new_id(info.group_id)
    texts = {
        "groupName": info.group_name,
        "notification": info.notification,
        "introduction": info.introduction,
        "faceURL": info.face_url,
        "ex": info.ex,
    }
    require_texts("groupInfo.", texts)
    choices = {
        "needVerification": info.need_verification,
        "lookMemberInfo": info.look_member_info,
        "applyMemberFriend": info.apply_member_friend,
    }
    require_choices("groupInfo.", choices)


def replaced_in(info: NewGroupInfo, change: ReplaceNewGroup) -> NewGroupInfo:
    """Return a group with what an answer replaces in it, but for what the server sets."""
    made = NewGroupInfo(**{name: getattr(info, name) for name in NewGroupInfo.__struct_fields__})
    for name in (
        "group_id",
        "group_name",
        "notification",
        "introduction",
        "face_url",
        "ex",
        "group_type",
        "need_verification",
        "look_member_info",
        "apply_member_friend",
    ):
        if (value := getattr(change, name)) is not None:
            setattr(made, name, value)
    return made


def event_fields(asked: Asked, group_id: str, creator_id: str) -> dict[str, Any]:
    info = asked.info
    return {
        "group_id": group_id,
        "group_name": info.group_name,
        "notification": info.notification,
        "introduction": info.introduction,
        "face_url": info.face_url,
        "owner_user_id": asked.owner_id,
        "create_time": 0,
        "member_count": 0,
        "ex": info.ex,
        "status": int(asked.status),
        "creator_user_id": creator_id,
        "group_type": WORKING,
        "need_verification": info.need_verification,
        "look_member_info": info.look_member_info,
        "apply_member_friend": info.apply_member_friend,
        "notification_update_time": 0,
        "notification_user_id": "",
        "init_member_list": tuple(
            [NewMember(user_id=user_id, role_level=int(role)) for user_id, role in asked.roles.items()]
        ),
    }
