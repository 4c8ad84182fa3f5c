"""Whether a user may write in a group, and what of a message the server sets by that. Pure.

Source: open-im-server 3.8 ``internal/rpc/msg/verify.go``, whose checks have this order.
"""

from amity.errors import Code, ImError
from amity.groups.permission import require_open
from amity.groups.stored.roles import Role
from amity.groups.stored.status import Status
from amity.messages.sending.to_groups.standing import GroupStanding
from amity.messages.sending.welcome import FROM_USER
from amity.wire.proto.sdkws_pb2 import MsgData


def require_may_write(
    message: MsgData, standing: GroupStanding, now: int, *, is_admin: bool, keeps_name: bool = False
) -> None:
    """Raise ``ImError`` if a user may not write in a group: 1203 for who is no member, 1204 for a dismissed group, 1402
    for a member who is muted, 1403 if the group is.

    A client's message gets the sender's name and face in the group. ``now`` in milliseconds since 1970. ``is_admin``:
    the settings name the sender as an administrator. ``keeps_name``: a client's message has the name that it is to
    have.
    """
    group = standing.group
    if message.msgFrom == FROM_USER and not keeps_name:
        message.senderNickname, message.senderFaceURL = standing.nickname, standing.face_url
    require_open(group)
    if is_admin:
        return
    if not standing.is_member:
        raise no_member(message.sendID, group.group_id)
    if standing.role == Role.OWNER:
        return
    if standing.muted_until >= now:
        raise ImError(Code.MUTED_IN_GROUP, f"sendID: {message.sendID} is muted in group {group.group_id}")
    if group.status == Status.MUTED and standing.role != Role.ADMIN:
        raise ImError(Code.MUTED_GROUP, f"groupID: group {group.group_id} is muted")


def no_member(sender_id: str, group_id: str) -> ImError:
    """Return the refusal of who is not in a group."""
    return ImError(Code.NOT_IN_GROUP, f"sendID: {sender_id} is not in group {group_id}")
