"""Setting the conversation of a group, for one who has it.

Source: open-im-server 3.8 ``internal/rpc/conversation``. There anybody gets a row of any group, and reads by it.
"""

from amity.conversations import group_rows, store
from amity.conversations.models import ConversationSettings
from amity.conversations.store import Settings
from amity.errors import Code, ImError, offending
from amity.storage import Transaction
from amity.wire.conversation_ids import GROUP
from amity.wire.conversation_ids import group_id as conversation_of


def group_of(asked: ConversationSettings) -> str:
    """Return the id of the group that is asked about. Raises ``ImError``, ``ARGS`` (1001), if none is, or if the
    conversation's id is another's."""
    group_id = asked.group_id or asked.conversation_id.removeprefix(GROUP)
    if not group_id:
        raise ImError(Code.ARGS, "conversation.groupID is empty")
    if "\0" in group_id:
        raise ImError(Code.ARGS, "conversation.groupID: has a NUL in it")
    if asked.conversation_id not in {"", conversation_of(group_id)}:
        detail = f"is not that of group {offending([group_id])}: {offending([asked.conversation_id])}"
        raise ImError(Code.ARGS, f"conversation.conversationID: {detail}")
    return group_id


async def open_row(tx: Transaction, owner: int, group_id: str) -> int:
    """Return the timeline of a user's row of a group. A member who has deleted it gets it again. The transaction must
    have locked the list. Raises ``ImError``, ``RECORD_NOT_FOUND`` (1004), for who has none."""
    row = await group_rows.row_of(tx, owner, group_id)
    if row is None or (row.is_deleted and not row.is_member):
        raise ImError(Code.RECORD_NOT_FOUND, f"conversation.groupID: conversation not found: {offending([group_id])}")
    if row.is_deleted:
        await group_rows.bring_back(tx, [owner], row.timeline)
    return row.timeline


async def set_group_row(tx: Transaction, owner: int, group_id: str, settings: Settings) -> bool:
    """Set what is not ``None`` in a user's row of a group, which is open; return whether that has changed it."""
    row = await group_rows.row_of(tx, owner, group_id)
    if row is None:
        return False
    changed = await store.set_settings(tx, owner, row.timeline, settings._replace(group_at_type=None))
    if settings.group_at_type is not None and settings.group_at_type != row.at_type:
        changed = await group_rows.set_at_type(tx, owner, row.timeline, settings.group_at_type) or changed
    return changed
