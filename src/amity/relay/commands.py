"""The commands that OpenIM's server can send: before or after, whose, and by which key in the settings.

Source: the catalogue of events; the names of older versions from their documentation.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from amity.relay.changes import AnyChange
from amity.wire.conversation_ids import GROUP
from amity.wire.events.catalogue import EVENTS
from amity.wire.events.event import BeforeEvent, Change, Event, NoChange

OTHERS = "others"
"""The key in the settings of what has no key of its own."""
MOST_UNKNOWN = 256
"""Commands that nobody knows, each of which has a breaker and a queue of its own."""

_NAME = re.compile(r"callback[A-Za-z0-9_]{1,113}Command", re.ASCII)
_WITHOUT_AFTER = frozenset(
    {
        "callbackGroupMsgReadCommand",
        "callbackSingleMsgReadCommand",
        "callbackUserOnlineCommand",
        "callbackUserOfflineCommand",
        "callbackUserKickOffCommand",
        "callbackQuitGroupCommand",
        "callbackKillGroupCommand",
        "callbackDisMissGroupCommand",
        "callbackTransferGroupOwnerCommand",
    }
)
"""After-callbacks of older versions whose names do not say so."""

Fields = Mapping[str, Any]
OwnerOf = Callable[[Fields], str]


@dataclass(frozen=True, slots=True)
class Command:
    """One command. ``change`` is what an answer may replace, ``event`` the type of the catalogue's events;
    ``owner_of`` says whose event it is, whose events keep their order."""

    name: str
    setting: str
    is_before: bool
    owner_of: OwnerOf
    change: type[Change] = NoChange
    event: type[Event] | None = None

    @property
    def label(self) -> str:
        """Its label in metrics."""
        return OTHERS if self.setting == OTHERS else self.name


def _text(fields: Fields, name: str) -> str:
    value = fields.get(name)
    return value if isinstance(value, str) else ""


def _by(*names: str) -> OwnerOf:
    """Return the owner of an event: the first of these fields that is not empty."""

    def owner_of(fields: Fields) -> str:
        return next((value for name in names if (value := _text(fields, name))), "")

    return owner_of


def _conversation(fields: Fields) -> str:
    """Return the conversation of a message."""
    if group := _text(fields, "groupID"):
        return GROUP + group
    return "_".join(["si", *sorted((_text(fields, "sendID"), _text(fields, "recvID")))])


def _group_by(name: str) -> OwnerOf:
    """Return the owner of a group's event: the conversation of the group that this field names."""

    def owner_of(fields: Fields) -> str:
        group = _text(fields, name)
        return GROUP + group if group else ""

    return owner_of


_ANYBODY = _by("groupID", "conversationID", "userID", "ownerUserID", "fromUserID", "sendID")
_OWNERS: Mapping[str, OwnerOf] = {
    **dict.fromkeys(
        (
            "beforeSendSingleMsg",
            "afterSendSingleMsg",
            "beforeSendGroupMsg",
            "afterSendGroupMsg",
            "afterMsgSaveDB",
        ),
        _conversation,
    ),
    "beforeMsgModify": _by("sendID"),
    "afterGroupMsgRead": _group_by("receiveID"),
    **dict.fromkeys(("beforeOfflinePush", "beforeOnlinePush"), _by("sendID")),
    "beforeGroupOnlinePush": _group_by("groupID"),
    **dict.fromkeys(("afterSingleMsgRead", "afterRevokeMsg"), _by("conversationID")),
    **dict.fromkeys(
        ("beforeCreateSingleChatConversations", "afterCreateSingleChatConversations"),
        _by("ownerUserId", "conversationId"),
    ),
    **dict.fromkeys(("beforeCreateGroupChatConversations", "afterCreateGroupChatConversations"), _group_by("groupId")),
    **dict.fromkeys(
        (
            "beforeCreateGroup",
            "afterCreateGroup",
            "beforeMemberJoinGroup",
            "beforeSetGroupMemberInfo",
            "afterSetGroupMemberInfo",
            "afterQuitGroup",
            "afterKickGroupMember",
            "afterDismissGroup",
            "beforeApplyJoinGroup",
            "afterTransferGroupOwner",
            "afterJoinGroup",
            "beforeInviteUserToGroup",
            "afterSetGroupInfo",
            "beforeSetGroupInfo",
            "afterSetGroupInfoEx",
            "beforeSetGroupInfoEx",
        ),
        _group_by("groupID"),
    ),
}


def _known() -> list[Command]:
    known = []
    for event in EVENTS:
        is_before = issubclass(event, BeforeEvent)
        change = event.change if issubclass(event, BeforeEvent) else NoChange
        owner_of = _OWNERS.get(event.setting, _ANYBODY)
        known.append(Command(event.command, event.setting, is_before, owner_of, change, event))
    return known


KNOWN: Sequence[Command] = _known()
"""Every command of OpenIM's server 3.8, and those of the catalogue."""
BY_SETTING: Mapping[str, Command] = {command.setting: command for command in KNOWN}


def is_name(text: str) -> bool:
    """Return whether a text can be the name of a command."""
    return _NAME.fullmatch(text) is not None


class Commands:
    """Finds commands by their names."""

    def label_of(self, name: str) -> str:
        """Return the label in metrics of a command that was refused unread."""
        command = self._commands.get(name)
        return OTHERS if command is None else command.label

    def __init__(self) -> None:
        self._commands = {command.name: command for command in KNOWN}
        self._most = len(self._commands) + MOST_UNKNOWN

    def named(self, name: str) -> Command | None:
        """Return the command of a name; ``None`` if there are too many unknown ones."""
        command = self._commands.get(name)
        if command is None and len(self._commands) < self._most:
            is_after = "After" in name or name in _WITHOUT_AFTER
            command = self._commands[name] = Command(name, OTHERS, not is_after, _ANYBODY, AnyChange)
        return command
