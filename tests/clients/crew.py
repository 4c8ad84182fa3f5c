"""One user on each released client, logged in once for the tests of many modules, and the users that it hears from."""

import asyncio
import itertools
import json
from typing import Any

import pytest

from tests.clients.client import JAVASCRIPT, NATIVE, NATIVE_10, WASM, Client, Kind
from tests.clients.house import House

KINDS = {"native": NATIVE, "older native": NATIVE_10, "web": WASM, "JavaScript": JAVASCRIPT}
TEXT = 101
RECEIVED = ("OnRecvNewMessage", "OnRecvNewMessages")
OTHER_PLATFORM = 4
"""macOS: the platform of each user's other device."""
_peers = itertools.count(1)

UNTOLD: dict[str, dict[str, str]] = {
    "OnMsgDeleted": {
        "JavaScript": "it has no such event, and shows what it has in memory until it logs in anew",
    },
    "OnRecvOnlineOnlyMessage": {
        "older native": "its core tells of such a message as of every other, by OnRecvNewMessages",
        "web": "as the older native one",
        "JavaScript": "it has no such event, and drops a message that is not to change the conversation",
    },
    "OnRecvOfflineNewMessage": {
        "JavaScript": "it names the event and never raises it",
    },
    "read on another device": {
        "JavaScript": "it leaves out notices of what its own user has read, and learns of it when it logs in",
    },
    "a conversation cleared on another device": {
        "JavaScript": "it leaves out notices of what was cleared",
    },
    "a message whose push was lost": {
        "JavaScript": "it looks for missing numbers in histories alone",
    },
    "members by their roles": {
        "JavaScript": "it asks the server for all members, whatever roles it is to show",
    },
    "the answer to another user's application": {
        "JavaScript": "it asks the server for the application of who answers, instead of the applicant's",
    },
    "applications that wait are counted": {
        "JavaScript": "it has no such method",
    },
    "groups joined meanwhile": {
        "older native": "where the first message comes before the list of groups, the group is in its database already",
        "web": "as the older native one",
        "JavaScript": "it keeps nothing, so that whatever it finds when it logs in is old to it",
    },
    "groups left meanwhile": {
        "JavaScript": "it keeps nothing, so that whatever it finds when it logs in is old to it",
    },
    "the history of a group that was left": {
        "JavaScript": "it asks for the members who wrote, whom the server shows to nobody who has left",
    },
    "a group that its owner mutes": {
        "web": "its package calls its core with another number of arguments than that takes",
    },
    "members that are searched": {
        "JavaScript": "it has no such method",
    },
    "messages missed while disconnected": {
        "JavaScript": "it asks for the numbers of an iterator where it means those in it, raises, and must log in anew",
    },
    "messages missed while logged out": {
        "JavaScript": "it keeps nothing, so that whatever it finds when it logs in is old to it",
    },
}
"""What a client does not tell, whatever the server does, and why."""


def clients(event: str = "") -> pytest.MarkDecorator:
    """Parametrize ``kind`` by the clients that raise an event: by all, unless ``UNTOLD`` names it."""
    names = [name for name in KINDS if name not in UNTOLD.get(event, {})]
    return pytest.mark.parametrize("kind", [KINDS[name] for name in names], ids=names)


def silent(event: str) -> pytest.MarkDecorator:
    """Parametrize ``kind`` by the clients that do not raise an event."""
    names = list(UNTOLD[event])
    return pytest.mark.parametrize("kind", [KINDS[name] for name in names], ids=names)


class Peer:
    """A user without a client: what it does, it does over the REST API."""

    def __init__(self, house: House, name: str) -> None:
        self.rest = house.rest
        self.name = name

    async def write(self, client: "Client | Peer", text: str, **fields: Any) -> dict[str, Any]:
        """Send a text to a client's user, or to another. Return the ids that the server answers."""
        message = {
            "sendID": self.name,
            "recvID": client.name,
            "senderNickname": self.name,
            "content": {"content": text},
            "contentType": TEXT,
            "sessionType": 1,
            **fields,
        }
        answer: dict[str, Any] = await self.rest.data("/msg/send_msg", message)
        return answer

    async def call(self, path: str, **fields: Any) -> Any:
        """Call an operation with the user's own token."""
        return await self.rest.data(path, {"userID": self.name, **fields}, user=self.name)

    def chat(self, client: "Client | Peer") -> str:
        """Return the id of the conversation with a client's user, or with another."""
        return "_".join(["si", *sorted([self.name, client.name])])


class Crew:
    """Starts each client when a test first asks for it; it stays logged in until the tests end."""

    def __init__(self, house: House) -> None:
        self.house = house
        self._devices: dict[Kind, Client] = {}
        self._others: dict[Kind, Client] = {}
        self._friend: Client | None = None

    async def meet(self, kind: Kind) -> tuple[Client, Peer]:
        """Return the user on a client, and a new user whom it does not know."""
        return await self.device(kind), await self.peer()

    async def device(self, kind: Kind) -> Client:
        """Return the client of a kind."""
        if kind not in self._devices:
            [self._devices[kind]] = await self.house.people(kind)
        return self._devices[kind]

    async def leave(self, kind: Kind) -> Client:
        """End the client of a kind, and return it: ``again`` starts another for its user."""
        client = self._devices[kind]
        await client.close()
        return client

    async def again(self, kind: Kind) -> Client:
        """End the client of a kind where it runs, start it again, log in, and return it."""
        client = await self.leave(kind)
        self._devices[kind] = await self.house.login(kind, client.name)
        return self._devices[kind]

    async def other(self, kind: Kind) -> Client:
        """Return another device, a native one, of the user whom the client of a kind belongs to."""
        if kind not in self._others:
            user = (await self.device(kind)).name
            self._others[kind] = await self.house.login(NATIVE, user, OTHER_PLATFORM)
        return self._others[kind]

    async def friend(self) -> Client:
        """Return a user on a native client, whom others write to."""
        if self._friend is None:
            [self._friend] = await self.house.people(NATIVE)
        return self._friend

    async def peer(self) -> Peer:
        """Register a user without a client."""
        peer = Peer(self.house, f"peer{next(_peers)}")
        await self.house.rest.register(peer.name)
        return peer


async def write(client: Client, receiver: str, text: str, **how: Any) -> dict[str, Any]:
    """Send a text, and return the message as the client has it then."""
    message = await client.call("createTextMessage", text)
    sent: dict[str, Any] = await client.call(
        "sendMessage", {"recvID": receiver, "groupID": "", "message": message, **how}
    )
    return sent


def parsed(data: Any) -> Any:
    """Return what came with an event: some clients give it as JSON text."""
    return json.loads(data) if isinstance(data, str) else data


def many(data: Any) -> list[dict[str, Any]]:
    """Return what came with an event, which a client may tell of one thing or of several."""
    data = parsed(data)
    return data if isinstance(data, list) else [data]


def texts(messages: list[dict[str, Any]]) -> list[str]:
    """Return the texts of messages, in their order."""
    return [each["textElem"]["content"] for each in messages if each["contentType"] == TEXT]


async def received(client: Client, other: str, text: str, *names: str, within: float = 5.0) -> dict[str, Any]:
    """Return the message with this text in the chat with a user, once the client tells of it and has stored it.

    With ``names`` the client tells of it by one of these events, and it need not be the latest of its conversation.
    """

    def these(data: Any) -> list[dict[str, Any]]:
        # What comes of a group has no recvID in some clients.
        chats = [each for each in many(data) if texts([each]) == [text] and not each.get("groupID")]
        return [each for each in chats if other in (each["sendID"], each.get("recvID"))]

    event = await client.event(*names or RECEIVED, where=lambda data: bool(these(data)), within=within)
    [message] = these(event.data)
    if not names:
        await _stored(client, other, message["clientMsgID"])
    return message


async def _stored(client: Client, other: str, client_msg_id: str) -> None:
    """Return when a client has stored a message of which it told: calls about it may fail until then."""
    async with asyncio.timeout(5.0):
        while not any(  # noqa: ASYNC110 The clients have no event for it.
            each["userID"] == other and client_msg_id in each["latestMsg"]
            for each in await client.call("getConversationListSplit", {"offset": 0, "count": 1000})
        ):
            await asyncio.sleep(0.02)


async def history(client: Client, conversation: str, count: int = 100) -> list[str]:
    """Return the texts that the client shows of a conversation, the oldest first."""
    asked = {"conversationID": conversation, "startClientMsgID": "", "count": count, "viewType": 0}
    return texts((await client.call("getAdvancedHistoryMessageList", asked))["messageList"])


async def chat_with(client: Client, peer: str) -> dict[str, Any]:
    """Return the client's conversation with a user."""
    everything = await client.call("getConversationListSplit", {"offset": 0, "count": 1000})
    return next(each for each in everything if each["userID"] == peer)


async def changed(client: Client, conversation: str, *names: str, **expected: Any) -> dict[str, Any]:
    """Return a conversation once the client tells that it has these values."""
    wanted = {"conversationID": conversation, **expected}.items()
    event = await client.event(
        *names or ["OnConversationChanged"], where=lambda data: any(wanted <= each.items() for each in many(data))
    )
    return next(each for each in many(event.data) if wanted <= each.items())
