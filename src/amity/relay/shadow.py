"""Shadow mode: a new business server is asked beside the one whose answers count, and their differences are logged.

Both answers are read as OpenIM's server reads them: the old one's as it is, the new one's as the relay would phrase it.
"""

import asyncio
import logging

from amity import metrics
from amity.callbacks.log import CallbackLog
from amity.callbacks.sender import Sender, SendFailure
from amity.relay.asking import Questions
from amity.relay.compiled import OLD
from amity.relay.reading import Outcome, outcome_of
from amity.relay.request import RelayedRequest

MOST_BESIDE = 256
"""Questions to the new business server under way at a time; more are not asked."""
STOP_SECONDS = 1.0

_log = logging.getLogger(__name__)


class Shadow:
    """Answers for the old business server, or allows everything if there is none, and asks the new one beside."""

    def __init__(self, questions: Questions, sender: Sender, log: CallbackLog, *, has_old: bool) -> None:
        self._questions = questions
        self._sender = sender
        self._journal = log
        self._has_old = has_old
        self._beside: set[asyncio.Task[None]] = set()

    async def answer(self, request: RelayedRequest) -> tuple[int, bytes]:
        """Return the status and the body of the answer that counts."""
        counts = asyncio.ensure_future(self._counting(request))
        if self._questions.is_on(request.command):
            if len(self._beside) < MOST_BESIDE:
                task = asyncio.create_task(self._compare(request, counts))
                self._beside.add(task)
                task.add_done_callback(self._beside.discard)
            else:
                metrics.relayed(request.command.label, "not compared")
        return await asyncio.shield(counts)

    async def stop(self) -> None:
        """Wait a little for questions under way, and give up the rest."""
        if self._beside:
            _, running = await asyncio.wait(self._beside, timeout=STOP_SECONDS)
            for task in running:
                task.cancel()
            await asyncio.gather(*running, return_exceptions=True)

    async def _counting(self, request: RelayedRequest) -> tuple[int, bytes]:
        if not self._has_old:
            return 200, self._questions.go_on(request, {})
        try:
            reply = await self._sender.send(
                OLD, request.command.name, request.body, operation_id=request.operation_id, event_id=""
            )
        except SendFailure as failure:
            _log.warning(
                "%s: the old business server: %s",
                request.command.name,
                failure,
                extra={"operationID": request.operation_id},
            )
            return 502, b""
        return reply.status, reply.body

    async def _compare(self, request: RelayedRequest, counts: "asyncio.Future[tuple[int, bytes]]") -> None:
        new = await self._questions.ask(request)
        _, old = await counts
        was, would_be = self._read(request, old), self._read(request, new)
        verdict = "agrees" if was == would_be else "differs"
        metrics.relayed(request.command.label, verdict)
        reason = "" if verdict == "agrees" else f"OpenIM's server {was}; by the new one it {would_be}"
        self._journal.note(
            command=request.command.name,
            owner=request.owner,
            operation_id=request.operation_id,
            event_id="",
            verdict=verdict,
            err_code=would_be.err_code,
            reason=reason,
        )
        if reason:
            _log.warning("%s: shadow: %s", request.command.name, reason, extra={"operationID": request.operation_id})

    def _read(self, request: RelayedRequest, body: bytes) -> Outcome:
        return outcome_of(body, request.command.setting, request.command.change, request.fields)
