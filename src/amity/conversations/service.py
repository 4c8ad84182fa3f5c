"""Users' conversations as clients sync and read them.

Source: open-im-server 3.8 ``internal/rpc/conversation``.
"""

from collections.abc import Callable, Sequence

from amity.calls.call import Call
from amity.calls.page import page_of
from amity.conversations import positions, store
from amity.conversations.finding import MOST_NAMED, Finding
from amity.conversations.models import (
    Conversation,
    ConversationIdsRequest,
    ConversationIdsResponse,
    ConversationsResponse,
    GetAllConversationsRequest,
    GetConversationRequest,
    GetConversationResponse,
    GetConversationsRequest,
    GetFullConversationIdsRequest,
    GetFullConversationIdsResponse,
    GetIncrementalConversationsRequest,
    GetIncrementalConversationsResponse,
    GetOwnerConversationRequest,
    GetOwnerConversationResponse,
)
from amity.conversations.positions import Position
from amity.conversations.store import CONVERSATIONS
from amity.delivery.push import Push
from amity.errors import Code, ImError
from amity.storage import Database
from amity.sync.lists import EMPTY_VERSION, id_hash
from amity.sync.versioned_list import Change
from amity.users.directory import Directory
from amity.users.rules import require_few

MOST_IN_ALL = 10_000
"""Conversations in an answer that has all of a user's."""
_QUIET = 2


class Conversations:
    """The operations of conversations. ``version_id`` is the ``versionID`` of this database's lists."""

    def __init__(self, database: Database, directory: Directory, finding: Finding, version_id: str, push: Push) -> None:
        self._database = database
        self._directory = directory
        self._finding = finding
        self._version_id = version_id
        self._push = push

    async def get_incremental_conversations(
        self, call: Call, request: GetIncrementalConversationsRequest
    ) -> GetIncrementalConversationsResponse:
        """Return what has changed in the list of a user's conversations since the client's version."""
        call.require_allowed(request.user_id, "userID")
        if call.user_id == request.user_id:
            self._push.fetched(request.user_id, call.platform_id, CONVERSATIONS.name)
        owner = await self._directory.number(request.user_id)
        without = await self._ambiguous(owner, request.user_id)

        async def read(since: int, most: int) -> list[Change[Conversation]]:
            return await store.changes(self._database, owner or 0, without, since, most)

        asked = (request.version_id, request.version)
        increment = await CONVERSATIONS.increment(self._database, owner, asked, self._version_id, read)
        # A mark is a change, and changes win: OpenIM's JavaScript client does nothing with what is inserted.
        marked = [] if increment.full else await store.marked(self._database, owner or 0)
        ids = {each.conversation_id for each in marked}
        return GetIncrementalConversationsResponse(
            version=increment.version,
            version_id=self._version_id,
            full=increment.full,
            delete=list(dict.fromkeys(increment.delete)),
            insert=[each for each in increment.insert if each.conversation_id not in ids],
            update=[*[each for each in increment.update if each.conversation_id not in ids], *marked],
        )

    async def get_owner_conversation(
        self, call: Call, request: GetOwnerConversationRequest
    ) -> GetOwnerConversationResponse:
        """Return one page of a user's conversations and how many there are."""
        call.require_allowed(request.user_id, "userID")
        offset, limit = page_of(request.pagination)
        owner = await self._directory.number(request.user_id)
        if owner is None:
            return GetOwnerConversationResponse(total=0, conversations=[])
        without = await self._ambiguous(owner, request.user_id)
        return GetOwnerConversationResponse(
            total=await store.count(self._database, owner, without),
            conversations=await store.page(self._database, owner, without, offset, limit),
        )

    async def get_full_conversation_ids(
        self, call: Call, request: GetFullConversationIdsRequest
    ) -> GetFullConversationIdsResponse:
        """Return the ids of all of a user's conversations, or that the client's hash of them is current."""
        call.require_allowed(request.user_id, "userID")
        owner = await self._directory.number(request.user_id)
        # The version is read first: ids that are newer than it are fetched again, ids that are older would be missed.
        version = EMPTY_VERSION if owner is None else await CONVERSATIONS.version(self._database, owner)
        without = await self._ambiguous(owner, request.user_id)
        ids = [] if owner is None else await store.ids(self._database, owner, request.user_id, without)
        equal = request.id_hash == id_hash(ids)
        return GetFullConversationIdsResponse(
            version=version, version_id=self._version_id, equal=equal, conversation_ids=[] if equal else ids
        )

    async def get_all_conversations(self, call: Call, request: GetAllConversationsRequest) -> ConversationsResponse:
        """Return all of a user's conversations. Raises ``ImError``, ``ARGS`` (1001), for more than 10,000."""
        call.require_own(request.owner_user_id, "ownerUserID")
        owner = await self._directory.number(request.owner_user_id)
        if owner is None:
            return ConversationsResponse(conversations=[])
        without = await self._ambiguous(owner, request.owner_user_id)
        found = await store.page(self._database, owner, without, 0, MOST_IN_ALL + 1)
        if len(found) > MOST_IN_ALL:
            raise ImError(Code.ARGS, f"more than {MOST_IN_ALL} conversations: ask for them page by page")
        return ConversationsResponse(conversations=found)

    async def get_conversations(self, call: Call, request: GetConversationsRequest) -> ConversationsResponse:
        """Return those of the named conversations that a user has."""
        call.require_own(request.owner_user_id, "ownerUserID")
        if request.conversation_ids is None:
            raise ImError(Code.ARGS, "conversationIDs is empty")
        return ConversationsResponse(conversations=await self._named(request.owner_user_id, request.conversation_ids))

    async def get_conversation(self, call: Call, request: GetConversationRequest) -> GetConversationResponse:
        """Return one conversation. Raises ``ImError``, ``RECORD_NOT_FOUND`` (1004), if the user has it not."""
        call.require_own(request.owner_user_id, "ownerUserID")
        if not request.conversation_id:
            raise ImError(Code.ARGS, "conversationID is empty")
        found = await self._named(request.owner_user_id, [request.conversation_id])
        if not found:
            raise ImError(Code.RECORD_NOT_FOUND, f"conversationID: conversation not found: {request.conversation_id}")
        return GetConversationResponse(conversation=found[0])

    async def get_not_notify_conversation_ids(
        self, call: Call, request: ConversationIdsRequest
    ) -> ConversationIdsResponse:
        """Return the conversations for which a user wants no notifications."""
        call.require_allowed(request.user_id, "userID")
        return await self._ids_where(request.user_id, lambda each: each.recv_msg_opt == _QUIET)

    async def get_pinned_conversation_ids(self, call: Call, request: ConversationIdsRequest) -> ConversationIdsResponse:
        """Return the conversations that a user has pinned."""
        call.require_allowed(request.user_id, "userID")
        return await self._ids_where(request.user_id, lambda each: each.is_pinned)

    async def _ambiguous(self, owner: int | None, owner_id: str) -> list[int]:
        return [] if owner is None else await self._finding.ambiguous(owner, owner_id)

    async def _named(self, owner_id: str, conversation_ids: Sequence[str]) -> list[Conversation]:
        require_few("conversationIDs", conversation_ids, MOST_NAMED)
        owner = await self._directory.number(owner_id)
        if owner is None:
            return []
        timelines = await self._finding.timelines(owner, owner_id, conversation_ids)
        if not timelines:
            return []
        return [*(await store.some(self._database, owner, list(timelines.values()))).values()]

    async def _ids_where(self, user_id: str, wanted: Callable[[Position], bool]) -> ConversationIdsResponse:
        owner = await self._directory.number(user_id)
        without = await self._ambiguous(owner, user_id)
        listed = [] if owner is None else await positions.all_of(self._database, owner, without)
        return ConversationIdsResponse(
            conversation_ids=[each.conversation_id(user_id) for each in listed if wanted(each)]
        )
