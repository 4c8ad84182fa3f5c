"""Before-callbacks: the app's business server is asked, and OpenIM's server is told what to do."""

import logging

from amity.callbacks.asking.asker import Asked, Asker
from amity.callbacks.log import CallbackLog
from amity.errors import ImError
from amity.relay.changes import fields_of
from amity.relay.commands import Command, Fields
from amity.relay.phrasing import Inexpressible, approval, rejection
from amity.relay.request import RelayedRequest
from amity.settings import Callbacks
from amity.settings.relay import Inexpressible as InexpressibleSetting

_log = logging.getLogger(__name__)


class Questions:
    """Passes questions on, and phrases the answers."""

    def __init__(
        self, callbacks: Callbacks, inexpressible: InexpressibleSetting, asker: Asker, log: CallbackLog
    ) -> None:
        self._callbacks = callbacks
        self._inexpressible = inexpressible
        self._asker = asker
        self._journal = log
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
            )
        except ImError as error:
            return rejection(error)
        return self.go_on(request, {} if answer.change is None else fields_of(answer.change))

    def go_on(self, request: RelayedRequest, change: Fields) -> bytes:
        """Return the answer that goes on with a change, or a rejection where OpenIM's server cannot do that."""
        setting = request.command.setting
        try:
            return approval(setting, request.fields, dict(change))
        except Inexpressible as why:
            error = ImError(self._inexpressible.err_code, str(why), message=self._inexpressible.err_msg)
        except ImError as malformed:
            error = malformed
        self._journal.note(
            command=request.command.name,
            owner=request.owner,
            operation_id=request.operation_id,
            event_id="",
            verdict="rejected",
            err_code=error.code,
            reason=error.detail,
        )
        _log.warning(
            "%s: refused in place of an answer that OpenIM's server cannot carry out: %s",
            request.command.name,
            error.detail,
            extra={"operationID": request.operation_id},
        )
        return rejection(error)

    def _callback(self, command: Command) -> Asked:
        asked = self._asked.get(command.name)
        if asked is None:
            failed_continue = self._callbacks.events[command.setting].failed_continue is True
            asked = self._asker.callback(
                command.setting, command.name, failed_continue=failed_continue, label=command.label
            )
            self._asked[command.name] = asked
        return asked
