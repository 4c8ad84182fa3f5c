"""Before-callbacks: the app's business server is asked, and OpenIM's server is told what to do."""

from amity.callbacks.asking.asker import Asked, Asker
from amity.errors import ImError
from amity.relay.changes import fields_of
from amity.relay.commands import Command, Fields
from amity.relay.phrasing import Inexpressible, approval, rejection
from amity.relay.request import RelayedRequest
from amity.settings import Callbacks
from amity.settings.relay import Inexpressible as InexpressibleSetting


class Questions:
    """Passes questions on, and phrases the answers."""

    def __init__(self, callbacks: Callbacks, inexpressible: InexpressibleSetting, asker: Asker) -> None:
        self._callbacks = callbacks
        self._inexpressible = inexpressible
        self._asker = asker
        self._asked: dict[str, Asked] = {}

    def is_on(self, command: Command) -> bool:
        """Return whether the business server is asked about a command."""
        return self._callbacks.events[command.setting].enable

    async def ask(self, request: RelayedRequest) -> bytes:
        """Ask about a request, and return the answer to OpenIM's server."""
        command = request.command
        try:
            answer = await self._asker.ask(
                self._callback(command),
                request.body,
                command.change,
                owner=request.owner,
                operation_id=request.operation_id,
                query=request.query,
                review=lambda change: self._phrased(request, fields_of(change)),
            )
        except ImError as error:
            return rejection(error)
        return self._phrased(request, {} if answer.change is None else fields_of(answer.change))

    def allow(self, request: RelayedRequest) -> bytes:
        """Return the answer that lets a request happen as it is."""
        return self._phrased(request, {})

    def _phrased(self, request: RelayedRequest, change: Fields) -> bytes:
        """Return the answer that goes on with a change. Raises ``ImError`` where OpenIM's server cannot do that."""
        try:
            return approval(request.command.setting, request.fields, dict(change))
        except Inexpressible as why:
            raise ImError(self._inexpressible.err_code, str(why), message=self._inexpressible.err_msg) from None

    def _callback(self, command: Command) -> Asked:
        asked = self._asked.get(command.name)
        if asked is None:
            failed_continue = self._callbacks.events[command.setting].failed_continue is True
            asked = self._asker.callback(
                command.setting, command.name, failed_continue=failed_continue, label=command.label
            )
            self._asked[command.name] = asked
        return asked
