"""How OpenIM's server reads an answer to a before-callback: what it does, whatever was meant.

Source: pkg/common/webhook and pkg/callbackstruct of open-im-server 3.8, read and recorded.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

import msgspec

from amity.errors import Code
from amity.relay.changes import COMMON, AnyChange, fields_of
from amity.relay.phrasing import NAMED_BY_RELAY
from amity.texts import cut
from amity.wire.events.event import Change
from amity.wire.integers import Int32


class _Common(msgspec.Struct, rename="camel", frozen=True):
    action_code: Int32 | None = None
    err_code: Int32 | None = None
    next_code: Int32 | None = None
    err_msg: str | None = None
    err_dlt: str | None = None


_SHOWN = 100
_UNREAD: Mapping[str, frozenset[str]] = {
    "beforeCreateGroup": frozenset({"initMemberList"}),
    "beforeInviteUserToGroup": frozenset({"invitedUserIDs"}),
}
"""By the key in the settings: what amity lets an answer replace, and OpenIM's server does not read."""
_NOTHING_IF_EMPTY = frozenset({"friendUserIDs", "users", "userIDList", "memberCallbackList", "refusedMembersAccount"})


class Outcome(NamedTuple):
    """What OpenIM's server does: it refuses with ``err_code``, or goes on, with ``replaced`` in place of fields."""

    refuses: bool
    err_code: int
    err_msg: str
    replaced: Mapping[str, Any]

    def __str__(self) -> str:
        if self.refuses:
            return f"refuses with {self.err_code} {self.err_msg}".rstrip()
        if not self.replaced:
            return "goes on"
        return "goes on with " + ", ".join(
            f"{name} {cut(msgspec.json.encode(value).decode(), _SHOWN)}" for name, value in self.replaced.items()
        )


_MALFORMED = Outcome(True, int(Code.DATA), "DataError", {})
_NO_GROUP = Outcome(True, int(Code.SERVER_INTERNAL), "ServerInternalError", {})
_common = msgspec.json.Decoder(_Common)
_raw = msgspec.json.Decoder(dict[str, msgspec.Raw] | None)


def _as_named(body: bytes, change: type[Change], unread: frozenset[str]) -> bytes:
    """Return an answer with the names of its fields as they are written here, without the ``unread`` ones. OpenIM's
    server takes a name in any case, of several the last, leaves a field as it is for a null, and replaces bytes that
    are not UTF-8."""
    own = () if issubclass(change, AnyChange) else change.__struct_encode_fields__
    names = {name.casefold(): name for name in (*COMMON, *own)}
    fields: dict[str, msgspec.Raw] = {}
    for written, value in (_raw.decode(body.decode(errors="replace")) or {}).items():
        name = names.get(written.casefold(), written)
        if name not in unread and (name not in fields or bytes(value) != b"null"):
            fields[name] = value
    return msgspec.json.encode(fields)


def outcome_of(body: bytes, setting: str, change: type[Change], request: Mapping[str, Any]) -> Outcome:
    """Return what OpenIM's server makes of an answer, whose HTTP status it never looks at."""
    try:
        said = _as_named(body, change, _UNREAD.get(setting, frozenset()))
        common = _common.decode(said)
        # A field of the wrong type is found in a refusal, too.
        replaced = fields_of(change.read(said))
    except (ValueError, RecursionError):
        return _MALFORMED
    if not common.action_code and common.next_code == 1:
        return Outcome(True, common.err_code or 0, common.err_msg or "", {})
    if issubclass(change, AnyChange):
        replaced = {name: msgspec.json.decode(value) for name, value in replaced.items() if name not in COMMON}
    if setting in NAMED_BY_RELAY:
        # What these answers do not name is blanked, and there is no group with an empty id.
        if replaced.get("groupID") != request.get("groupID"):
            return _NO_GROUP
        blanked = NAMED_BY_RELAY[setting]
        replaced |= {name: None for name in blanked if name not in replaced and request.get(name) not in (None, "")}
        replaced = {
            name: value for name, value in replaced.items() if name not in blanked or value != request.get(name)
        }
    replaced = {name: value for name, value in replaced.items() if value != [] or name not in _NOTHING_IF_EMPTY}
    return Outcome(False, 0, "", replaced)
