"""People with conversations, and their devices."""

import contextlib
from collections.abc import AsyncIterator
from typing import Any, Final

import pytest

from tests.integration.messages.conftest import Connect
from tests.support.rest import Rest

SET: Final = "/conversation/set_conversations"
DELETE: Final = "/conversation/delete_conversations"
INCREMENT: Final = "/conversation/get_incremental_conversations"


class People:
    """Four users and what they do with their conversations."""

    def __init__(self, rest: Rest) -> None:
        self.rest = rest

    async def send(self, sender: str, receiver: str, text: str = "hello", **fields: Any) -> None:
        message = {
            "sendID": sender,
            "recvID": receiver,
            "contentType": 101,
            "sessionType": 1,
            "content": {"content": text},
            "senderPlatformID": 1,
        }
        await self.rest.data("/msg/send_msg", {**message, **fields})

    async def set(self, owner: str, peer: str, by: str = "", **settings: Any) -> dict[str, Any]:
        conversation = {
            "conversationID": "si_" + "_".join(sorted((owner, peer))),
            "conversationType": 1,
            "userID": peer,
            **settings,
        }
        return await self.rest.post(SET, {"userIDs": [owner], "conversation": conversation}, user=by or owner)

    async def of(self, owner: str) -> dict[str, dict[str, Any]]:
        """Return a user's conversations, by their ids."""
        answer = await self.rest.data("/conversation/get_all_conversations", {"ownerUserID": owner})
        return {each["conversationID"]: each for each in answer["conversations"]}

    async def since(self, owner: str, before: dict[str, Any] | None = None) -> dict[str, Any]:
        """Return what has changed on a user's list since an answer, all of it the first time."""
        known = before or {"versionID": "", "version": 0}
        asked = {"userID": owner, "versionID": known["versionID"], "version": known["version"]}
        answer: dict[str, Any] = await self.rest.data(INCREMENT, asked, user=owner)
        return answer

    async def delete(self, owner: str, *ids: str, **fields: Any) -> dict[str, Any]:
        asked = {"ownerUserID": owner, "conversationIDs": list(ids), **fields}
        return await self.rest.post(DELETE, asked, user=owner)

    async def seqs(self, owner: str, conversation_id: str) -> tuple[int, int]:
        """Return how far a user has read in a conversation, and its last number."""
        path = "/msg/get_conversations_has_read_and_max_seq"
        seqs = (await self.rest.data(path, {"userID": owner}, user=owner))["seqs"][conversation_id]
        return seqs["hasReadSeq"], seqs["maxSeq"]


@pytest.fixture
async def people(rest: Rest) -> People:
    await rest.register("ann", "bob", "cid", "dan")
    return People(rest)


@pytest.fixture
async def connect(people: People, start_server: Any) -> AsyncIterator[Connect]:
    async with contextlib.AsyncExitStack() as stack:
        yield Connect(people.rest, start_server.gateway_url, stack)
