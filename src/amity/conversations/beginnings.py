"""What the app's business server changes in conversations that begin, and what it is told of them: SQL and events."""

from collections.abc import Sequence

from amity.conversations.store import Member
from amity.storage import Row, Transaction
from amity.wire.conversation_ids import single_id
from amity.wire.events.conversations import AfterCreateSingleChatConversations, ReplaceConversation
from amity.wire.message_kinds import SINGLE_CHAT


async def replace_settings(tx: Transaction, member: Member, change: ReplaceConversation) -> None:
    """Give a user's new conversation the settings that are not ``None``. Its version says already that it is new."""
    values = [
        None if value is None else int(value)
        for value in (
            change.recv_msg_opt,
            change.is_pinned,
            change.is_private_chat,
            change.burn_duration,
            change.group_at_type,
        )
    ]
    await tx.fetch(
        "update conversations set recv_msg_opt = coalesce(cast($3 as integer), recv_msg_opt),"
        " is_pinned = coalesce(cast($4 as integer), is_pinned),"
        " is_private_chat = coalesce(cast($5 as integer), is_private_chat),"
        " burn_duration = coalesce(cast($6 as integer), burn_duration),"
        " group_at_type = coalesce(cast($7 as integer), group_at_type),"
        " attached_info = coalesce(cast($8 as text), attached_info), ex = coalesce(cast($9 as text), ex)"
        " where owner_seq = $1 and timeline = $2",
        member.owner,
        member.timeline,
        *values,
        change.attached_info,
        change.ex,
    )


async def settings_of(tx: Transaction, members: Sequence[Member]) -> dict[tuple[int, int], Row]:
    """Return the settings of conversations as ``begun`` takes them, by owner and timeline."""
    rows = await tx.fetch(
        "select owner_seq, timeline, recv_msg_opt, is_pinned, is_private_chat, burn_duration, group_at_type,"
        " attached_info, ex from conversations where owner_seq in (select value from EACH_INT($1))"
        " and timeline in (select value from EACH_INT($2))",
        [member.owner for member in members],
        [member.timeline for member in members],
    )
    return {(row[0], row[1]): row for row in rows}


def begun(owner_id: str, peer_id: str, row: Row) -> AfterCreateSingleChatConversations:
    """Return what is told of a conversation that began; ``row`` is of ``settings_of``."""
    return AfterCreateSingleChatConversations(
        owner_user_id=owner_id,
        conversation_id=single_id(owner_id, peer_id),
        conversation_type=SINGLE_CHAT,
        user_id=peer_id,
        recv_msg_opt=row[2],
        is_pinned=bool(row[3]),
        is_private_chat=bool(row[4]),
        burn_duration=row[5],
        group_at_type=row[6],
        attached_info=row[7],
        ex=row[8],
    )
