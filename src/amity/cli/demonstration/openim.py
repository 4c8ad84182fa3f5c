"""What OpenIM's server does when friends are imported: it asks, obeys the answer in its way, and tells."""

from collections.abc import Mapping

import msgspec

from amity.http.client import HttpClient, HttpFailure
from amity.relay.commands import BY_SETTING
from amity.relay.reading import Outcome, outcome_of

_BEFORE = BY_SETTING["beforeImportFriends"]
_AFTER = BY_SETTING["afterImportFriends"]
_TIMEOUT = 5.0


class OpenIm:
    """OpenIM's server in the demo. ``url`` is what its ``webhooks.yml`` names; ``friends`` has what it has imported."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.friends: dict[str, list[str]] = {}
        self._client = HttpClient()

    async def import_friends(self, owner: str, friends: list[str]) -> Outcome:
        """Ask about an import, carry out what it makes of the answer, and tell of what it did."""
        request = {"callbackCommand": _BEFORE.name, "ownerUserID": owner, "friendUserIDs": friends}
        answer = await self._post(_BEFORE.name, request)
        outcome = outcome_of(answer, _BEFORE.setting, _BEFORE.change, request)
        if not outcome.refuses:
            self.friends[owner] = list(outcome.replaced.get("friendUserIDs", friends))
            await self.tell(owner, self.friends[owner])
        return outcome

    async def tell(self, owner: str, friends: list[str]) -> bool:
        """Tell of an import; return whether that was heard. It is not told again."""
        event = {"callbackCommand": _AFTER.name, "ownerUserID": owner, "friendUserIDs": friends}
        return bool(await self._post(_AFTER.name, event))

    async def close(self) -> None:
        await self._client.close()

    async def _post(self, command: str, body: Mapping[str, object]) -> bytes:
        headers = {"Content-Type": "application/json; charset=utf-8", "operationID": "demo"}
        try:
            reply = await self._client.post(f"{self.url}/{command}", headers, msgspec.json.encode(body), _TIMEOUT)
        except HttpFailure:
            return b""
        return reply.body
