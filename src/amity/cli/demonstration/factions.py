"""The two factions of the club get a group each: whom the business server lets in, who may write there, and who reads
it."""

from typing import Any, Final

from amity.cli.demonstration.club import Club
from amity.cli.demonstration.screen import DemoScreen
from amity.client import AmityClient
from amity.errors import ImError
from amity.wire.conversation_ids import group_id as conversation_of
from amity.wire.message_kinds import GROUP_CHAT

_TEXT: Final = 101
_OWNERS: Final = {"Mr. Hi": "karate01", "Officer": "karate34"}
_INSULT: Final = "The others are traitors."


async def part(screen: DemoScreen, club: Club, client: AmityClient) -> bool:
    """Make the groups, let members write, and return whether all is as it should be."""
    screen.heading("Each faction gets a group; everybody is asked in, and the business server keeps the other side out")
    rows: list[tuple[str, int, int]] = []
    for side, owner in _OWNERS.items():
        group = await _make(client, club, side, owner)
        screen.line("made", f"{side}'s side  {group['groupID']}, {group['memberCount']} of {len(club.members)} members")
        wanted = sum(member.side == side for member in club.members.values())
        rows.append((f"members of {side}'s group", int(group["memberCount"]), wanted))
    stored = refused = 0
    ours, theirs = _OWNERS.values()
    for sender, group_owner, text in (
        (ours, ours, "We train at six."),
        (ours, ours, _INSULT),
        (theirs, ours, "May I come, too?"),
        (theirs, theirs, "We train at seven."),
    ):
        error = await _write(client, sender, _group_id(group_owner), text)
        stored += error is None
        refused += error is not None
        answer = "" if error is None else f": {error.code} {error.message}"
        screen.line(
            "stored" if error is None else "rejected", f'{sender}  to {_group_id(group_owner)}  "{text}"{answer}'
        )
    reader = next(user for user, member in club.members.items() if member.side == "Mr. Hi" and user != ours)
    conversation = conversation_of(_group_id(ours))
    asked = {"userID": reader, "conversationIDs": [conversation]}
    seqs = (await client.call_raw("/msg/get_conversations_has_read_and_max_seq", asked))["seqs"][conversation]
    return screen.summary(
        [
            *rows,
            ("messages stored in the groups", stored, 2),
            ("messages refused: an insult, and a stranger's", refused, 2),
            # The notice that the group is there, and the message.
            (f"unread for {reader} in its group", int(seqs["maxSeq"] - seqs["hasReadSeq"]), 2),
        ]
    )


def _group_id(owner: str) -> str:
    return f"club-of-{owner}"


async def _make(client: AmityClient, club: Club, side: str, owner: str) -> dict[str, Any]:
    request = {
        "ownerUserID": owner,
        "memberUserIDs": [user_id for user_id in club.members if user_id != owner],
        "groupInfo": {"groupID": _group_id(owner), "groupName": f"The side of {side}", "groupType": 2},
    }
    group: dict[str, Any] = (await client.call_raw("/group/create_group", request))["groupInfo"]
    return group


async def _write(client: AmityClient, sender: str, group_id: str, text: str) -> ImError | None:
    """Send a message to a group; return why it was refused, or ``None``."""
    request = {
        "sendID": sender,
        "groupID": group_id,
        "senderPlatformID": 1,
        "sessionType": GROUP_CHAT,
        "contentType": _TEXT,
        "content": {"content": text},
    }
    try:
        await client.call_raw("/msg/send_msg", request)
    except ImError as error:
        return error
    return None
