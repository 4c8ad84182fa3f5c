"""Trying a business server: an administrator has this server send it a sample.

Whoever may call this makes the server send a request to a URL of its choice. So it goes where callbacks may go, and no
farther: redirects are not followed, and where the settings do not say ``allowPrivate``, loopback is allowed only at the
host and port of a callback's URL in the settings. The operator of the machine wrote those, an administrator did not.
"""

import asyncio
import logging
from typing import Final

from amity.callbacks.admin.settings_models import AnswerHeader, CallbackTryRequest, CallbackTryResponse
from amity.callbacks.log import BODY_BYTES
from amity.callbacks.masking import masked
from amity.callbacks.sender import Sender
from amity.callbacks.trial import Outcome, attempt, sample
from amity.calls.call import Call
from amity.errors import Code, ImError
from amity.http.url import parse
from amity.settings import Callback, Callbacks
from amity.texts import cut
from amity.wire.events.catalogue import BY_COMMAND

LONGEST_SECONDS: Final = 30.0
"""How long a sample waits for its answer at most, if the callback's own ``timeout`` is longer."""
MOST_AT_ONCE: Final = 8
"""Samples under way, of all administrators."""
_HEADER_CHARACTERS: Final = 200
_log = logging.getLogger(__name__)


class Trying:
    """Its method ``send`` is the handler of an operation."""

    def __init__(self, settings: Callbacks) -> None:
        self._settings = settings
        self._under_way: set[str] = set()

    async def send(self, call: Call, request: CallbackTryRequest) -> CallbackTryResponse:
        """Send the sample of a callback to a URL, signed as the callback is, and return what is made of the answer.

        Raises 1001 for a command or a URL that is none, 1357 while another sample of this administrator is under way,
        or too many are.
        """
        event = BY_COMMAND.get(request.callback_command)
        if event is None:
            raise ImError(Code.ARGS, f"callbackCommand: there is no callback {cut(request.callback_command, 100)}")
        settings = self._aimed(event.setting, request.url)
        if call.user_id in self._under_way or len(self._under_way) >= MOST_AT_ONCE:
            raise ImError(Code.SERVER_BUSY, "a sample is under way; try again when it is answered (limit 1 each)")
        self._under_way.add(call.user_id)
        try:
            outcome = await _sent(settings, event.setting)
        finally:
            self._under_way.discard(call.user_id)
        _log.info("%s: a sample to %s, by %s: %s", event.command, outcome.url, call.user_id, outcome.verdict)
        return _shown(outcome)

    def _aimed(self, setting: str, url: str) -> Callbacks:
        """Return settings with this callback alone, to this URL. Raises ``ImError``, ``ARGS`` (1001)."""
        common = self._settings
        own = common.events.get(setting) or Callback()
        named = common.url_of(own)
        if not (url or named):
            raise ImError(Code.ARGS, "url: is empty, and the settings name none for this callback")
        try:
            where = parse(url or named)
        except ValueError as error:
            raise ImError(Code.ARGS, f"url: {error}") from None
        allow_private = common.allow_private
        if allow_private is None and (where.host, where.port) not in self._named():
            allow_private = False
        return Callbacks(
            url=url or named,
            secret=common.secret_of(own),
            documented_names=common.documented_names,
            allow_private=allow_private,
            tls=common.tls,
            retries=common.retries,
            events={
                setting: Callback(
                    enable=True, timeout=min(own.timeout, LONGEST_SECONDS), failed_continue=own.failed_continue
                )
            },
        )

    def _named(self) -> set[tuple[str, int]]:
        """Return the hosts and ports of the URLs in the settings."""
        urls = {self._settings.url, *map(self._settings.url_of, self._settings.events.values())} - {""}
        targets = [parse(url) for url in urls]
        return {(target.host, target.port) for target in targets}


async def _sent(settings: Callbacks, setting: str) -> Outcome:
    try:
        # The system's authorities take 50 ms to read.
        sender = await asyncio.to_thread(Sender, settings)
    except ValueError as error:
        raise ImError(Code.ARGS, str(error)) from None
    try:
        return await attempt(sender, settings, sample(setting, {}))
    finally:
        await sender.close()


def _shown(outcome: Outcome) -> CallbackTryResponse:
    answer = outcome.answer.encode()
    return CallbackTryResponse(
        url=outcome.url,
        verdict=outcome.verdict,
        rule=outcome.rule,
        reason=cut(outcome.why, BODY_BYTES),
        then=cut(outcome.then, BODY_BYTES),
        http_status=outcome.status,
        duration_ms=outcome.milliseconds,
        request=masked(outcome.sent[:BODY_BYTES]).decode(errors="replace"),
        request_bytes=len(outcome.sent),
        headers=[
            AnswerHeader(name=name, value=cut(value, _HEADER_CHARACTERS)) for name, value in outcome.headers.items()
        ],
        answer=masked(answer[:BODY_BYTES]).decode(errors="replace"),
        answer_bytes=len(answer),
    )
