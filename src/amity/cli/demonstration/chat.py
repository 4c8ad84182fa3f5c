"""Two members write to each other: what is stored, what the business server refuses, and what is read."""

from typing import Any, Final

from amity.cli.demonstration.club import Club
from amity.cli.demonstration.screen import DemoScreen
from amity.client import AmityClient
from amity.errors import ImError

_TEXT: Final = 101
_SINGLE_CHAT: Final = 1
_LINES: Final = (
    (0, "Training at six?"),
    (1, "I will be there."),
    (0, "Leave the traitor at home."),
    (1, "Never mind him."),
)
"""Who says what. The rule of the example refuses the third."""
_REFUSED: Final = 1


async def converse(screen: DemoScreen, club: Club, client: AmityClient) -> bool:
    """Let two friends write, and return whether what is stored and unread is what it should be."""
    one = min(user_id for user_id, friends in club.friends.items() if friends)
    pair = (one, min(club.friends[one]))
    screen.heading(f"{pair[0]} and {pair[1]} write to each other; the business server hears each message before")
    stored = refused = 0
    for speaker, text in _LINES:
        sender, receiver = pair[speaker], pair[1 - speaker]
        request = {
            "sendID": sender,
            "recvID": receiver,
            "senderPlatformID": 1,
            "sessionType": _SINGLE_CHAT,
            "contentType": _TEXT,
            "content": {"content": text},
        }
        try:
            await client.call_raw("/msg/send_msg", request)
        except ImError as error:
            refused += 1
            screen.line("rejected", f'{sender}  "{text}": {error.code} {error.message}: {error.detail}')
        else:
            stored += 1
            screen.line("stored", f'{sender}  "{text}"')
    conversation = f"si_{'_'.join(sorted(pair))}"
    reader = pair[0]
    unread = await _unread(client, reader, conversation)
    marked = {"userID": reader, "conversationID": conversation, "hasReadSeq": stored}
    await client.call_raw("/msg/mark_conversation_as_read", marked)
    left = await _unread(client, reader, conversation)
    return screen.summary(
        [
            ("messages stored", await _newest(client, reader, conversation), len(_LINES) - _REFUSED),
            ("messages refused by the business server", refused, _REFUSED),
            (f"unread for {reader}, since its own last message", unread, 2),
            ("unread once it has read", left, 0),
        ]
    )


async def _seqs(client: AmityClient, user_id: str, conversation: str) -> Any:
    asked = {"userID": user_id, "conversationIDs": [conversation]}
    return (await client.call_raw("/msg/get_conversations_has_read_and_max_seq", asked))["seqs"][conversation]


async def _newest(client: AmityClient, user_id: str, conversation: str) -> int:
    return int((await _seqs(client, user_id, conversation))["maxSeq"])


async def _unread(client: AmityClient, user_id: str, conversation: str) -> int:
    seqs = await _seqs(client, user_id, conversation)
    return int(seqs["maxSeq"] - seqs["hasReadSeq"])
