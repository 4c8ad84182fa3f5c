"""Who has read a message, and who has not: ``/msg/get_read_state``, which OpenIM does not have."""

from amity.calls.call import Call
from amity.calls.page import page_of
from amity.conversations import positions
from amity.conversations.finding import Finding
from amity.conversations.positions import Position
from amity.errors import Code, ImError
from amity.groups.stored import members
from amity.groups.stored.numbers import GroupNumbers
from amity.messages.checks import require_conversation, require_seq
from amity.messages.reading import group_store
from amity.messages.reading.models import GetReadStateRequest, GetReadStateResponse, ReadState
from amity.storage import Database
from amity.timeline.models import Form, Message
from amity.timeline.service import Timelines
from amity.users.directory import Directory


class ReadStates:
    """Answers who has read messages."""

    def __init__(
        self,
        database: Database,
        directory: Directory,
        timelines: Timelines,
        finding: Finding,
        numbers: GroupNumbers,
    ) -> None:
        self._database = database
        self._directory = directory
        self._timelines = timelines
        self._finding = finding
        self._groups = numbers

    async def get_read_state(self, call: Call, request: GetReadStateRequest) -> GetReadStateResponse:
        """Return who has read a message, and who has not, its sender left out. Of a group these are the members for
        whom it is: who has come in since is neither. Users ask for messages of their own, and managers of a group for
        all of the group. Who has left a group asks for none.

        Raises ``ImError``: 1001, 1002, 1004 for a conversation or a message that the user does not have.
        """
        require_conversation(request.conversation_id)
        call.require_own(request.user_id, "userID")
        require_seq("seq", request.seq)
        offset, limit = page_of(request.pagination)
        owner = await self._directory.number(request.user_id) or 0
        timeline = await self._finding.timeline(owner, request.user_id, request.conversation_id)
        position = None if timeline is None else await positions.one(self._database, owner, timeline)
        if position is None:
            raise ImError(Code.RECORD_NOT_FOUND, f"conversationID: conversation not found: {request.conversation_id}")
        is_seen = position.first <= request.seq <= position.last
        found = await self._timelines.some(position.timeline, [request.seq] if is_seen else [])
        if not found:
            raise ImError(Code.RECORD_NOT_FOUND, f"seq: message not found: {request.seq}")
        message = found[0]
        group = await self._groups.number(position.peer_id) or 0 if position.form == Form.GROUP else 0
        if not call.is_admin:
            await self._require_may_ask(request, group, owner, message)
        if group:
            return await self._in_group(group, position.timeline, message, offset, limit)
        return await self._in_chat(owner, request.user_id, position, message, offset, limit)

    async def _require_may_ask(self, request: GetReadStateRequest, group: int, owner: int, message: Message) -> None:
        """Raise ``ImError``, ``NO_PERMISSION`` (1002), for a message of another one, unless the user manages the
        ``group`` in which it was written; and for one of a group in which the user is no more: the answer names those
        who are."""
        member = await members.one(self._database, group, owner) if group else None
        if group and member is None:
            raise ImError(Code.NO_PERMISSION, f"conversationID: user {request.user_id} is not in the group")
        if message.sender != owner and (member is None or not member.manages):
            raise ImError(Code.NO_PERMISSION, f"seq: message {request.seq} is not of {request.user_id}")

    async def _in_group(
        self, group: int, timeline: int, message: Message, offset: int, limit: int
    ) -> GetReadStateResponse:
        about = (group, timeline, message.seq, message.sender)
        total, read_total = await group_store.totals(self._database, *about)
        page = await group_store.page(self._database, *about, offset, limit)
        users = [ReadState(user_id=user_id, is_read=is_read) for user_id, is_read in page]
        return GetReadStateResponse(total=total, read_total=read_total, users=users)

    async def _in_chat(
        self, owner: int, owner_id: str, position: Position, message: Message, offset: int, limit: int
    ) -> GetReadStateResponse:
        parties = {owner: owner_id, position.peer: position.peer_id}
        others = {number: user_id for number, user_id in parties.items() if number != message.sender}
        read = await positions.read_seqs(self._database, position.timeline, list(others))
        users = [ReadState(user_id=each, is_read=read.get(number, 0) >= message.seq) for number, each in others.items()]
        return GetReadStateResponse(
            total=len(users),
            read_total=sum(user.is_read for user in users),
            users=users[offset : offset + limit],
        )
