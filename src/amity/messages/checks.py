"""Checks of what requests about messages name."""

from collections.abc import Sequence

from amity.errors import Code, ImError


def require_conversation(conversation_id: str) -> None:
    """Raise ``ImError``, ``ARGS`` (1001), if no conversation is named."""
    if not conversation_id:
        raise ImError(Code.ARGS, "conversationID is empty")


def require_seqs(seqs: Sequence[int]) -> None:
    """Raise ``ImError``, ``ARGS`` (1001), for what is no number of a message."""
    for index, seq in enumerate(seqs):
        require_seq(f"seqs[{index}]", seq)


def require_seq(field: str, seq: int) -> None:
    """Raise ``ImError``, ``ARGS`` (1001), naming the field, for what is no number of a message."""
    if seq < 1:
        raise ImError(Code.ARGS, f"{field}: numbers of messages begin with 1, and this is {seq}")


def named_elsewhere(client_msg_id: str) -> ImError:
    """Return the refusal of a message whose id is that of one of its sender's in another conversation."""
    return ImError(Code.ARGS, f"clientMsgID: {client_msg_id} is that of a message of another conversation")
