"""Read a file of groups, one JSON object a line."""

from collections.abc import Iterator
from typing import Final, NamedTuple

import msgspec

from amity.client.operation import Request
from amity.errors import ImError
from amity.groups.rules import require_choices, require_new_id, require_texts
from amity.groups.stored.roles import Role
from amity.groups.stored.status import Status
from amity.importing.lines import BadLine, Text, TextFile, no_json
from amity.texts import count
from amity.wire.integers import Int32

YEAR_2000_MS: Final = 946_684_800_000
LATEST_MS: Final = 253_402_300_799_999
_HISTORY: Final = (-1, 0, 1)


class MemberLine(Request, forbid_unknown_fields=True):
    """A member as a line has it; times in milliseconds since 1970. What is 0 or empty is not said."""

    user_id: str = ""
    role_level: int = 0
    nickname: str = ""
    face_url: str = msgspec.field(default="", name="faceURL")
    ex: str = ""
    join_time: int = 0
    join_source: Int32 = 0
    inviter_user_id: str = ""
    operator_user_id: str = ""
    mute_end_time: int = 0


class GroupLine(Request, forbid_unknown_fields=True):
    """A group as a line has it, with its members or their ids alone; times in milliseconds since 1970."""

    group_id: str = ""
    group_name: str = ""
    owner_user_id: str = ""
    members: list[str | MemberLine] = msgspec.field(default_factory=list)
    notification: str = ""
    introduction: str = ""
    face_url: str = msgspec.field(default="", name="faceURL")
    ex: str = ""
    create_time: int = 0
    creator_user_id: str = ""
    status: int = 0
    need_verification: Int32 = 0
    look_member_info: Int32 = 0
    apply_member_friend: Int32 = 0
    notification_update_time: int = 0
    notification_user_id: str = ""
    history_for_new_members: bool | int | None = None


class GoodLine(NamedTuple):
    """A line that may be sent, by its number in the file: a group without its members, its owner, and the others."""

    number: int
    group: GroupLine
    owner: MemberLine
    members: list[MemberLine]


class _Wrong(Exception):
    """What is wrong with a line."""


_decode = msgspec.json.Decoder(GroupLine).decode


class GroupFile(TextFile):
    """A file of groups."""

    def lines(self) -> Iterator[GoodLine | BadLine]:
        """Yield every line that is not blank. Raises ``FileProblem``."""
        first: dict[str, int] = {}
        for text in self.texts():
            line = text if isinstance(text, BadLine) else parsed(text)
            if isinstance(line, GoodLine) and (number := first.setdefault(line.group.group_id, line.number)) < (
                line.number
            ):
                yield BadLine(line.number, f"has the groupID of line {number}: {line.group.group_id}")
                continue
            yield line


def parsed(line: Text) -> GoodLine | BadLine:
    """Return the group of a line, or why it has none. The server checks further."""
    try:
        group = _decode(line.text)
        return _checked(line.number, group)
    except msgspec.ValidationError as error:
        return BadLine(line.number, f"is no group: {str(error).replace('`', '')}")
    except (msgspec.DecodeError, RecursionError) as error:
        return no_json(line.number, error)
    except ImError as error:
        return BadLine(line.number, f"is no group: {error.detail}")
    except _Wrong as problem:
        return BadLine(line.number, str(problem))


def _checked(number: int, group: GroupLine) -> GoodLine:
    if not group.group_id:
        raise _Wrong("has no groupID: it is found by that when the file is imported again")
    require_new_id(group.group_id, "groupID")
    require_texts(
        "",
        {
            "groupName": group.group_name,
            "notification": group.notification,
            "introduction": group.introduction,
            "faceURL": group.face_url,
            "ex": group.ex,
        },
    )
    choices = {
        "needVerification": group.need_verification,
        "lookMemberInfo": group.look_member_info,
        "applyMemberFriend": group.apply_member_friend,
    }
    require_choices("", choices)
    if group.status not in (Status.OPEN, Status.MUTED):
        raise _Wrong(f"has the status {group.status}: 0 is open, 3 is muted")
    if group.history_for_new_members is not None and group.history_for_new_members not in _HISTORY:
        raise _Wrong(f"has the historyForNewMembers {group.history_for_new_members}: 1, 0 or -1, or true or false")
    _require_time("createTime", group.create_time)
    _require_time("notificationUpdateTime", group.notification_update_time)
    members = _members(group)
    owner = _owner(group, members)
    group.owner_user_id = owner.user_id
    group.members = []
    return GoodLine(number, group, owner, [each for each in members.values() if each is not owner])


def _members(group: GroupLine) -> dict[str, MemberLine]:
    """Return the members by their ids."""
    members: dict[str, MemberLine] = {}
    for at, given in enumerate(group.members):
        member = MemberLine(user_id=given) if isinstance(given, str) else given
        field = f"members[{at}]"
        if not member.user_id:
            raise _Wrong(f"has no userID in {field}")
        if member.user_id in members:
            raise _Wrong(f"names a member twice: {member.user_id[:140]}")
        if member.role_level and member.role_level not in tuple(Role):
            raise _Wrong(f"has the roleLevel {member.role_level} in {field}: 20, 60 or 100")
        require_texts(f"{field}.", {"nickname": member.nickname, "faceURL": member.face_url, "ex": member.ex})
        _require_time(f"{field}.joinTime", member.join_time)
        if not 0 <= member.mute_end_time <= LATEST_MS:
            raise _Wrong(f"has no time in milliseconds since 1970 in {field}.muteEndTime")
        members[member.user_id] = member
    return members


def _owner(group: GroupLine, members: dict[str, MemberLine]) -> MemberLine:
    owners = dict.fromkeys([each.user_id for each in members.values() if each.role_level == Role.OWNER])
    if group.owner_user_id:
        owners[group.owner_user_id] = None
    if not owners:
        raise _Wrong("has no ownerUserID")
    if len(owners) > 1:
        raise _Wrong(f"has {count(len(owners), 'owner')}: {', '.join(list(owners)[:5])[:400]}")
    (owner_id,) = owners
    owner = members.get(owner_id) or MemberLine(user_id=owner_id)
    if owner.role_level not in (0, Role.OWNER):
        raise _Wrong(f"has the roleLevel {owner.role_level} of its owner {owner_id[:140]}")
    return owner


def _require_time(field: str, time: int) -> None:
    if time and not YEAR_2000_MS <= time <= LATEST_MS:
        raise _Wrong(f"has a {field} before the year 2000, or far ahead: it counts milliseconds since 1970")
