"""A business server that decides by the club's rule, and answers as the samples of OpenIM's documentation do."""

import json
from collections import defaultdict
from typing import Any

from amity.api.answers import answer
from amity.api.bodies import read_body
from amity.api.listener import Listener
from amity.cli.demonstration.club import MODIFIED, REJECTED, Club
from amity.http.url import host_port

_HOST = "127.0.0.1"
_LONGEST = 1 << 20
_JSON = [(b"content-type", b"application/json")]


class DocumentedServer:
    """Listens on a port of this machine between ``start`` and ``stop``, each time on the same one.

    With ``integers`` codes are numbers in place of the documentation's strings. ``told`` has the friends of each
    owner's after-events, in the order of their arrival.
    """

    def __init__(self, club: Club) -> None:
        self.integers = False
        self.told: dict[str, list[list[str]]] = defaultdict(list)
        self._club = club
        self._port = 0
        self._listener: Listener | None = None

    @property
    def url(self) -> str:
        return f"http://{host_port(_HOST, self._port)}/callbackExample"

    @property
    def events(self) -> int:
        """The after-events that have arrived."""
        return sum(len(events) for events in self.told.values())

    async def start(self) -> None:
        self._listener = Listener(self._serve, _HOST, self._port)
        await self._listener.start()
        self._port = self._listener.port

    async def stop(self) -> None:
        if self._listener is not None:
            await self._listener.stop()
            self._listener = None

    async def _serve(self, scope: Any, receive: Any, send: Any) -> None:
        event = json.loads(await read_body(receive, _LONGEST, lambda: None))
        owner, friends = event["ownerUserID"], event["friendUserIDs"]
        if scope["path"].endswith("/callbackBeforeImportFriendsCommand"):
            said = self._decide(owner)
        else:
            self.told[owner].append(friends)
            said = self._codes(0, 0)
        await answer(send, json.dumps(said).encode(), _JSON)

    def _decide(self, owner: str) -> dict[str, Any]:
        verdict = self._club.verdict(owner)
        if verdict == REJECTED:
            texts = {
                "errCode": 5001,
                "errMsg": "User not allowed to import friends",
                "errDlt": "The user does not meet the criteria for importing friends",
            }
            return self._codes(1, 1) | texts
        said = self._codes(0, 0)
        return said | {"friendUserIDs": self._club.granted(owner)} if verdict == MODIFIED else said

    def _codes(self, action: int, following: int) -> dict[str, Any]:
        return {
            "actionCode": action,
            "errCode": 0,
            "errMsg": "",
            "errDlt": "",
            "nextCode": following if self.integers else str(following),
        }
