"""What of a group is to be set, in either of OpenIM's two forms, and what the app's business server makes of it.

Pure.
"""

from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from amity.callbacks.asking.unfit import unfit
from amity.errors import Code, ImError
from amity.groups.managing.models import GroupInfoForSet, SetGroupInfoExRequest
from amity.groups.rules import require_choices, require_texts
from amity.wire.events.groups import (
    AfterSetGroupInfo,
    AfterSetGroupInfoEx,
    BeforeSetGroupInfo,
    BeforeSetGroupInfoEx,
    ReplaceGroupInfo,
)


class GroupFields(NamedTuple):
    """What is to be set of a group; ``None`` leaves what is there. An empty announcement takes it away."""

    group_name: str | None = None
    notification: str | None = None
    introduction: str | None = None
    face_url: str | None = None
    ex: str | None = None
    need_verification: int | None = None
    look_member_info: int | None = None
    apply_member_friend: int | None = None
    history_for_new_members: int | None = None

    @property
    def has_other(self) -> bool:
        """Whether there is more than a name and an announcement."""
        return any(value is not None for value in self[2:])

    def stored(self) -> dict[str, object]:
        """Return what is to be stored, by the names of a stored group."""
        return {_STORED.get(name, name): value for name, value in self._asdict().items() if value is not None}


_STORED: Final = {"group_name": "name", "history_for_new_members": "history_for_new"}
_TEXTS: Final = ("group_name", "notification", "introduction", "face_url")
_OF_EVENTS: Final = GroupFields._fields[:-1]


class Form(NamedTuple):
    """One of the two forms: its events, what these say of a field that is not given, and whether an empty text is one
    that is not given."""

    before: type[BeforeSetGroupInfo | BeforeSetGroupInfoEx]
    after: type[AfterSetGroupInfo | AfterSetGroupInfoEx]
    absent_before: Mapping[str, object]
    absent_after: Mapping[str, object]
    empty_is_absent: bool


_NO_TEXT: Final[Mapping[str, object]] = dict.fromkeys(_TEXTS, "")
PLAIN: Final = Form(
    BeforeSetGroupInfo,
    AfterSetGroupInfo,
    {**_NO_TEXT, "ex": "", **dict.fromkeys(_OF_EVENTS[5:], 0)},
    _NO_TEXT,
    empty_is_absent=True,
)
"""``set_group_info``."""
EX: Final = Form(BeforeSetGroupInfoEx, AfterSetGroupInfoEx, {}, {}, empty_is_absent=False)
"""``set_group_info_ex``."""


def asked_by(request: GroupInfoForSet | SetGroupInfoExRequest, form: Form) -> GroupFields:
    """Return what a request sets. Raises ``ImError``, ``ARGS`` (1001), for texts that a group cannot have."""
    return _checked(_named_by(request, form))


def replaced_in(fields: GroupFields, change: ReplaceGroupInfo, group_id: str, form: Form) -> GroupFields:
    """Return what is to be set with what an answer names in it. Raises ``ImError``, ``DATA`` (90007), for what the
    caller could not have asked for, and for another group."""
    if change.group_id and change.group_id != group_id:
        raise unfit(f"groupID: the call is about {group_id}")
    named = {name: value for name, value in _named_by(change, form)._asdict().items() if value is not None}
    try:
        return _checked(fields._replace(**named))
    except ImError as error:
        raise unfit(error.detail) from None


def event_fields(fields: GroupFields, absent: Mapping[str, object]) -> dict[str, Any]:
    """Return what an event says of what is set; ``absent`` has what it says of a field that is not."""
    given = fields._asdict()
    return {name: absent.get(name) if given[name] is None else given[name] for name in _OF_EVENTS}


def _named_by(source: object, form: Form) -> GroupFields:
    """Return the fields that a request, or an answer, names."""
    fields = GroupFields._make([getattr(source, name, None) for name in GroupFields._fields])
    if form.empty_is_absent:
        fields = fields._replace(**{name: getattr(fields, name) or None for name in _TEXTS})
    return fields


def _checked(fields: GroupFields) -> GroupFields:
    if fields.group_name is not None and not fields.group_name.strip():
        raise ImError(Code.ARGS, "groupName is blank")
    texts = {
        "groupName": fields.group_name,
        "notification": fields.notification,
        "introduction": fields.introduction,
        "faceURL": fields.face_url,
        "ex": fields.ex,
    }
    require_texts("", texts)
    choices = {
        "needVerification": fields.need_verification,
        "lookMemberInfo": fields.look_member_info,
        "applyMemberFriend": fields.apply_member_friend,
    }
    require_choices("", choices)
    if fields.notification is not None and not fields.notification.strip():
        return fields._replace(notification="")
    return fields
