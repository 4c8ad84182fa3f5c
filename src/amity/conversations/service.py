"""The rules of conversations while there are none: permissions, and empty lists.

Source: open-im-server 3.8 ``internal/rpc/conversation``.
"""

from amity.calls.call import Call
from amity.calls.page import page_of
from amity.conversations.models import (
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
from amity.errors import Code, ImError
from amity.sync.lists import EMPTY_VERSION, changes_from, id_hash


class Conversations:
    """The operations of conversations. ``version_id`` is the ``versionID`` of this database's lists."""

    def __init__(self, version_id: str) -> None:
        self._version_id = version_id

    async def get_incremental_conversations(
        self, call: Call, request: GetIncrementalConversationsRequest
    ) -> GetIncrementalConversationsResponse:
        """Return what has changed in the list of a user's conversations since the client's version."""
        call.require_allowed(request.user_id, "userID")
        since = changes_from(request.version_id, request.version, current_id=self._version_id, current=EMPTY_VERSION)
        return GetIncrementalConversationsResponse(
            version=EMPTY_VERSION, version_id=self._version_id, full=since is None, delete=[], insert=[], update=[]
        )

    async def get_owner_conversation(
        self, call: Call, request: GetOwnerConversationRequest
    ) -> GetOwnerConversationResponse:
        """Return one page of a user's conversations and how many there are."""
        call.require_allowed(request.user_id, "userID")
        page_of(request.pagination)
        return GetOwnerConversationResponse(total=0, conversations=[])

    async def get_full_conversation_ids(
        self, call: Call, request: GetFullConversationIdsRequest
    ) -> GetFullConversationIdsResponse:
        """Return the ids of all of a user's conversations, or that the client's hash of them is current."""
        call.require_allowed(request.user_id, "userID")
        return GetFullConversationIdsResponse(
            version=EMPTY_VERSION,
            version_id=self._version_id,
            equal=request.id_hash == id_hash([]),
            conversation_ids=[],
        )

    async def get_all_conversations(self, call: Call, request: GetAllConversationsRequest) -> ConversationsResponse:
        """Return all of a user's conversations."""
        call.require_own(request.owner_user_id, "ownerUserID")
        return ConversationsResponse(conversations=[])

    async def get_conversations(self, call: Call, request: GetConversationsRequest) -> ConversationsResponse:
        """Return those of the named conversations that a user has."""
        call.require_own(request.owner_user_id, "ownerUserID")
        if request.conversation_ids is None:
            raise ImError(Code.ARGS, "conversationIDs is empty")
        return ConversationsResponse(conversations=[])

    async def get_conversation(self, call: Call, request: GetConversationRequest) -> GetConversationResponse:
        """Return one conversation. Raises ``ImError``, 1004, because nobody has one."""
        call.require_own(request.owner_user_id, "ownerUserID")
        if not request.conversation_id:
            raise ImError(Code.ARGS, "conversationID is empty")
        raise ImError(Code.RECORD_NOT_FOUND, f"conversationID: conversation not found: {request.conversation_id}")

    async def get_not_notify_conversation_ids(
        self, call: Call, request: ConversationIdsRequest
    ) -> ConversationIdsResponse:
        """Return the conversations for which a user wants no notifications."""
        call.require_allowed(request.user_id, "userID")
        return ConversationIdsResponse(conversation_ids=[])

    async def get_pinned_conversation_ids(self, call: Call, request: ConversationIdsRequest) -> ConversationIdsResponse:
        """Return the conversations that a user has pinned."""
        call.require_allowed(request.user_id, "userID")
        return ConversationIdsResponse(conversation_ids=[])
