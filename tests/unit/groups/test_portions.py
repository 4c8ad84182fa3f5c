"""How much one notification holds: how members are parted, and what is left out of what would be too long."""

from typing import Any

import msgspec
import pytest

from amity.gateway.encoding import encoding_of
from amity.groups import notices
from amity.groups.models import GroupInfo, GroupMember, GroupRequest
from amity.groups.notices import Told
from amity.groups.portions import AT_ONCE, MOST_CHARACTERS, fitting, parted, size_of
from amity.groups.rules import _MOST
from amity.users.models import PublicUser
from amity.users.rules import MOST_CHARACTERS as MOST_OF_USER
from amity.wire.frames import Identifier, Reply
from amity.wire.notification import Notification, message_of, push_messages

MOST_FRAME = 1 << 20
"""Bytes of a frame above which OpenIM's native clients break it off."""
LONG = "\x01"
"""A character that is as long as any in a notification: 7 bytes."""
KINDS = [
    kind
    for kind in vars(notices).values()
    if isinstance(kind, type) and issubclass(kind, Told) and hasattr(kind, "content_type")
]


def test_nobody_is_in_no_part():
    assert list(parted([])) == []


def test_members_with_short_texts_are_parted_by_their_number():
    parts = list(parted([(number, 10) for number in range(120)]))
    assert [len(part) for part in parts] == [AT_ONCE, AT_ONCE, 20]
    assert [each for part in parts for each in part] == list(range(120))
    assert [len(part) for part in parted([(number, 10) for number in range(120)], 100)] == [100, 20]


def test_members_with_long_texts_are_parted_by_these():
    half = MOST_CHARACTERS // 2
    assert list(parted([("a", half), ("b", half), ("c", 1), ("d", MOST_CHARACTERS), ("e", 0)])) == [
        ["a", "b"],
        ["c"],
        ["d", "e"],
    ]


def test_who_has_longer_texts_than_one_notification_has_room_for_is_named_alone():
    assert list(parted([("a", 1), ("b", 2 * MOST_CHARACTERS), ("c", 1)])) == [["a"], ["b"], ["c"]]


def longest(kind: type, of_user: bool = False, members: int = 1) -> Any:
    """Return the longest that there is of a type: ``of_user`` has the limits of a user's profile. Of several members
    each has its part of what one notification names."""
    limits = {**_MOST, **MOST_OF_USER} if of_user else _MOST
    filled: dict[str, Any] = {}
    for field in msgspec.structs.fields(kind):
        if field.type is str:
            characters = limits.get(field.encode_name, 64 if field.encode_name == "groupID" else 0)
            filled[field.name] = LONG * characters if characters else "u" * 128
        elif field.type in {int, int | None}:
            filled[field.name] = 2**53
        elif "Sequence" in str(field.type):
            each = longest(GroupMember)
            characters = min(MOST_CHARACTERS // members, _MOST["ex"])
            each = (
                msgspec.structs.replace(each, nickname="", face_url="", ex=LONG * characters) if members > 1 else each
            )
            filled[field.name] = [each] * members
        else:
            (inner,) = [
                one for one in (GroupInfo, GroupMember, GroupRequest, PublicUser) if one.__name__ in str(field.type)
            ]
            filled[field.name] = longest(inner, inner is PublicUser)
    return kind(**filled)


def frame_of(told: Told, sdk: str) -> bytes:
    """Return the longest frame that tells this: a client need not compress."""
    notification = Notification("s" * 128, "g" * 64, told, is_of_group=True, is_message=True)
    push = Reply(Identifier.PUSH, "", "o" * 64, 0, "", push_messages(notification, 2**42))
    return encoding_of(sdk, is_compressed=False).write(push)


@pytest.mark.parametrize("sdk", ["go", "js"])
@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_clients_can_read_the_longest_of_each_kind(kind, sdk):
    for members in (1, AT_ONCE, 100):
        assert len(frame_of(fitting(longest(kind, members=members)), sdk)) <= MOST_FRAME


def test_an_application_that_would_be_too_long_is_told_of_without_ex():
    told = longest(notices.JoinGroupApplication)
    shown = fitting(told)
    users = (shown.applicant, shown.request.user_info)
    assert {each.ex for each in (*users, shown.request)} == {""}
    assert {len(each.face_url) for each in users} == {MOST_OF_USER["faceURL"]}
    assert (shown.group, shown.request.group_info, shown.req_msg) == (told.group, told.request.group_info, told.req_msg)


def test_what_clients_can_read_is_told_as_it_is():
    told = longest(notices.GroupMuted)
    assert fitting(told) is told


def test_the_size_is_that_of_the_content():
    told = msgspec.structs.replace(longest(notices.GroupMuted), group_member_version_id='a"\\\n\x7fß😀')
    wrapped = len('{"detail":""}')
    content = message_of(Notification("a", "g", told, is_of_group=True), 1).content
    assert size_of(told) + wrapped == len(content)
