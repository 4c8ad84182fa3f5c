"""What became of a group, read from the messages that it has: who was in it, who might write, what each may read."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from amity.wire.proto.sdkws_pb2 import MsgData

OWNER: Final = 100
ADMIN: Final = 60
ORDINARY: Final = 20
_TEXT: Final = 101
_VERSION: Final = "groupMemberVersion"


class Impossible(AssertionError):
    """The messages of a group tell what cannot have been."""


@dataclass
class History:
    """A group as its messages tell of it, one after the other. ``texts`` are the numbers of what users wrote, by the
    client's ids; ``windows`` the first and the last number that each user may see, the last one 0 while it is a
    member."""

    members: dict[str, int] = field(default_factory=dict)
    muted: set[str] = field(default_factory=set)
    is_muted: bool = False
    is_dismissed: bool = False
    version: int = 0
    newest: int = 0
    texts: dict[str, int] = field(default_factory=dict)
    entered: dict[str, int] = field(default_factory=dict)
    left: dict[str, int] = field(default_factory=dict)
    departures: int = 0
    contents: set[bytes] = field(default_factory=set)
    """What users wrote, each of it once."""
    promoted: set[str] = field(default_factory=set)
    """Users who were administrators at some time: no message tells that."""

    def tell(self, seq: int, message: MsgData) -> None:
        """Go on with the next message."""
        self._require(seq == self.newest + 1, f"message {seq} comes after {self.newest}")
        self.newest = seq
        self._require(not self.is_dismissed, f"message {seq} comes after the end of the group")
        if message.contentType == _TEXT:
            self._wrote(seq, message)
            return
        detail = json.loads(json.loads(message.content)["detail"])
        if (version := detail.get(_VERSION)) is not None:
            self._require(version >= self.version, f"version {version} comes after {self.version}")
            self.version = version
        getattr(self, f"_on_{message.contentType}")(seq, detail)
        told = detail["group"]["memberCount"]
        if message.contentType != 1511:
            self._require(told == len(self.members), f"message {seq} counts {told} members of {len(self.members)}")

    def _wrote(self, seq: int, message: MsgData) -> None:
        sender = message.sendID
        self._require(sender in self.members, f"{sender} wrote message {seq}, and was no member")
        self._require(sender not in self.muted, f"{sender} wrote message {seq}, and was muted")
        may = self.members[sender] > ORDINARY or sender in self.promoted
        self._require(may or not self.is_muted, f"{sender} wrote message {seq} in a muted group")
        self._require(message.content not in self.contents, f"{message.content!r} is there twice")
        self.contents.add(message.content)
        self.texts[message.clientMsgID] = seq

    def _enter(self, seq: int, user: str, role: int) -> None:
        self._require(user not in self.members, f"{user} came in with message {seq}, and was in")
        self.members[user] = role
        self.entered[user] = seq
        self.left.pop(user, None)
        self.muted.discard(user)

    def _leave(self, seq: int, user: str) -> None:
        self._require(user in self.members, f"{user} left with message {seq}, and was not in")
        del self.members[user]
        self.departures += 1
        self.left[user] = seq

    def _on_1501(self, seq: int, detail: dict[str, Any]) -> None:
        for member in detail["memberList"]:
            self._enter(seq, member["userID"], member["roleLevel"])

    def _on_1504(self, seq: int, detail: dict[str, Any]) -> None:
        user = detail["quitUser"]["userID"]
        self._require(self.members.get(user) != OWNER, f"the owner {user} left with message {seq}")
        self._leave(seq, user)

    def _on_1507(self, seq: int, detail: dict[str, Any]) -> None:
        new, old = detail["newGroupOwner"], detail["oldGroupOwnerInfo"]
        self._require(self.members.get(old["userID"]) == OWNER, f"{old['userID']} gave away what is not its own")
        self._require(new["userID"] in self.members, f"{new['userID']} owns a group that it is not in")
        self.members[new["userID"]] = OWNER
        self.members[old["userID"]] = old["roleLevel"]

    def _on_1508(self, seq: int, detail: dict[str, Any]) -> None:
        operator = detail["opUser"]
        for kicked in detail["kickedUserList"]:
            may = operator["roleLevel"] > kicked["roleLevel"]
            self._require(may, f"{operator['userID']} removed {kicked['userID']} with message {seq}")
            self._leave(seq, kicked["userID"])

    def _on_1509(self, seq: int, detail: dict[str, Any]) -> None:
        for member in detail["invitedUserList"]:
            self._enter(seq, member["userID"], ORDINARY)

    def _on_1510(self, seq: int, detail: dict[str, Any]) -> None:
        self._enter(seq, detail["entrantUser"]["userID"], ORDINARY)

    def _on_1511(self, seq: int, detail: dict[str, Any]) -> None:
        self._require(self.members.get(detail["opUser"]["userID"]) == OWNER, "who is no owner dismissed the group")
        for user in [*self.members]:
            self._leave(seq, user)
        self.is_dismissed = True

    def _on_1512(self, seq: int, detail: dict[str, Any]) -> None:
        self._require(detail["mutedUser"]["userID"] in self.members, f"message {seq} mutes a stranger")
        self.muted.add(detail["mutedUser"]["userID"])

    def _on_1513(self, seq: int, detail: dict[str, Any]) -> None:
        self.muted.discard(detail["mutedUser"]["userID"])

    def _on_1514(self, seq: int, detail: dict[str, Any]) -> None:
        self.is_muted = True

    def _on_1515(self, seq: int, detail: dict[str, Any]) -> None:
        self.is_muted = False

    def _on_1519(self, seq: int, detail: dict[str, Any]) -> None:
        """An announcement changes nothing here."""

    _on_1520 = _on_1519

    def window(self, user: str) -> tuple[int, int] | None:
        """Return the first and the last number that a user may see, or ``None`` if it never was in the group."""
        if user not in self.entered:
            return None
        return 1, self.left.get(user, self.newest)

    @staticmethod
    def _require(holds: bool, what: str) -> None:
        if not holds:
            raise Impossible(what)


def history_of(messages: Iterable[tuple[int, bytes]], promoted: set[str]) -> History:
    """Return what the messages of a group tell, numbers and bodies in their order. ``promoted`` were administrators at
    some time. Raises ``Impossible``."""
    history = History(promoted=promoted)
    for seq, body in messages:
        history.tell(seq, MsgData.FromString(body))
    return history


def visible(history: History, user: str, seqs: Sequence[int]) -> list[int]:
    """Return those of these numbers that a user may see."""
    window = history.window(user)
    return [] if window is None else [seq for seq in seqs if window[0] <= seq <= window[1]]
