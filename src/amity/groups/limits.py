"""How many changes of groups a user may ask for: each is a transaction that locks a group, and is told to its members.

OpenIM has no such limit.
"""

from collections.abc import Iterable
from dataclasses import replace
from functools import wraps
from typing import Any

from amity.calls.call import Call
from amity.calls.operation import Handler, Operation
from amity.calls.quota import Quota
from amity.errors import Code
from amity.settings import Limits


class ChangeLimit:
    """Refuses changes to who asks for too many. Administrators of the server may ask for any number."""

    def __init__(self, settings: Limits) -> None:
        self._quota = Quota("groupChangesPerMinute", settings.group_changes_per_minute, Code.GROUP_CHANGES_LIMIT)

    def on(self, operations: Iterable[Operation]) -> list[Operation]:
        """Return operations of which each call counts before it does anything, whether or not it is refused then: it
        asks the business server, and locks the group. Such a call raises ``ImError``, 1362, if that is too many."""
        return [replace(operation, handler=self._counted(operation.handler)) for operation in operations]

    def _counted(self, handler: Handler) -> Handler:
        @wraps(handler)
        async def count(call: Call, request: Any) -> Any:
            if not call.is_admin:
                self._quota.take(call.user_id)
            return await handler(call, request)

        return count
