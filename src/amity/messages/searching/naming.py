"""Which messages a search means by the ids that it names."""

from collections.abc import Mapping, Sequence
from typing import Final

from amity.errors import Code, ImError
from amity.groups.stored.numbers import GroupNumbers
from amity.messages.searching.store import Wanted
from amity.timeline.models import TALK, Form
from amity.users.directory import Directory
from amity.wire.message_kinds import GROUP_CHAT, SINGLE_CHAT

_FORMS: Final[Mapping[int, Sequence[Form]]] = {
    0: TALK,
    SINGLE_CHAT: (Form.CHAT,),
    GROUP_CHAT: (Form.GROUP,),
}
"""The forms of timelines by ``sessionType``."""


def require_session_type(session_type: int) -> None:
    """Raise ``ImError``, ``ARGS`` (1001), for a type whose messages are not searched."""
    if session_type not in _FORMS:
        raise ImError(Code.ARGS, f"sessionType: is 0, 1 or 3, not {session_type}")


class Naming:
    """Looks up who is named."""

    def __init__(self, directory: Directory, numbers: GroupNumbers) -> None:
        self._directory = directory
        self._groups = numbers

    async def wanted(self, send_id: str, recv_id: str, session_type: int, since: int, until: int) -> Wanted | None:
        """Return what is searched for, or ``None`` if nobody that is named is there. Who receives is a user, or else a
        group. Times in milliseconds since 1970."""
        numbers = await self._directory.numbers_of_all([each for each in (send_id, recv_id) if each])
        forms = _FORMS[session_type]
        receiver = numbers.get(recv_id, 0) if Form.CHAT in forms else 0
        group = 0
        if recv_id and not receiver and Form.GROUP in forms:
            group = await self._groups.number(recv_id) or 0
        if (send_id and send_id not in numbers) or (recv_id and not receiver and not group):
            return None
        return Wanted(numbers.get(send_id, 0), receiver, since, until, group, forms)
