"""Whom messages are for: their users and groups by their numbers."""

from typing import Final, NamedTuple

from amity.errors import Code, ImError, offending
from amity.groups.stored.numbers import GroupNumbers
from amity.messages.sending.to_groups.permission import no_member
from amity.timeline.models import Form, Place, place_of
from amity.users.directory import Directory
from amity.wire.proto.sdkws_pb2 import MsgData

AT_ALL: Final = "AtAllTag"
"""Stands among the users whom a message names for everybody in the group."""
_AT_TEXT: Final = 106


class Address(NamedTuple):
    """Where a message goes to: to a user, or to a group, which ``receiver`` is the sender for. ``named`` are users whom
    a message to a group names, ``names_all``: it names everybody."""

    place: Place
    receiver: int
    group: int = 0
    named: tuple[int, ...] = ()
    names_all: bool = False


class Addressing:
    """Finds out whom messages are for."""

    def __init__(self, directory: Directory, groups: GroupNumbers) -> None:
        self._directory = directory
        self._groups = groups

    async def sender(self, message: MsgData, form: Form) -> int:
        """Return the number of who sends. Raises ``ImError``, 1004, 1101 or 1203, for an unknown user."""
        number = await self._directory.number(message.sendID)
        if number is None:
            if form is Form.GROUP:
                await self._group(message)
                raise no_member(message.sendID, message.groupID)
            unknown = Code.USER_ID_NOT_FOUND if form is Form.ACCOUNT else Code.RECORD_NOT_FOUND
            raise ImError(unknown, f"sendID: user not found: {message.sendID}")
        return number

    async def address(self, message: MsgData, form: Form, sender: int) -> Address:
        """Return where a message goes to. Raises ``ImError``, ``RECORD_NOT_FOUND`` (1004), for a user or a group that
        there is not."""
        if form is Form.GROUP:
            return await self._in_group(message, sender)
        receiver = await self._directory.number(message.recvID)
        if receiver is None:
            raise ImError(Code.RECORD_NOT_FOUND, f"recvID: user not found: {message.recvID}")
        return Address(place_of(form, sender, receiver), receiver)

    async def _in_group(self, message: MsgData, sender: int) -> Address:
        group = await self._group(message)
        place = place_of(Form.GROUP, group)
        if message.contentType != _AT_TEXT or not message.atUserIDList:
            return Address(place, sender, group)
        asked = list(dict.fromkeys(message.atUserIDList))
        named = await self._directory.numbers([each for each in asked if each != AT_ALL and "\0" not in each])
        return Address(place, sender, group, tuple(named.values()), AT_ALL in asked)

    async def _group(self, message: MsgData) -> int:
        number = await self._groups.number(message.groupID)
        if number is None:
            raise ImError(Code.RECORD_NOT_FOUND, f"groupID: group not found: {offending([message.groupID])}")
        return number
