"""What is in force of each callback in this process."""

from collections.abc import Callable, Sequence
from typing import Final

from amity import metrics
from amity.callbacks.admin.settings_models import (
    CallbackSettings,
    CallbackSettingsRequest,
    CallbackSettingsResponse,
    VerdictCount,
)
from amity.callbacks.sender import callback_url
from amity.calls.call import Call
from amity.errors import Code, ImError
from amity.http.url import shown
from amity.settings import Callback, Callbacks
from amity.settings.webhooks import goes_on
from amity.wire.events.catalogue import BY_COMMAND, EVENTS
from amity.wire.events.event import BeforeEvent, Event

_OF_BEFORE: Final = ("approved", "modified", "rejected", "failed")
_OF_AFTER: Final = ("delivered", "retrying", "dead")


class InForce:
    """Its method ``settings`` is the handler of an operation. ``left_alone`` returns the commands whose breaker is
    open."""

    def __init__(self, settings: Callbacks, left_alone: Callable[[], Sequence[str]]) -> None:
        self._settings = settings
        self._left_alone = left_alone

    async def settings(self, _call: Call, request: CallbackSettingsRequest) -> CallbackSettingsResponse:
        """Return what is in force. Raises 1001 for a command that is none."""
        wanted = request.callback_command
        if wanted and wanted not in BY_COMMAND:
            raise ImError(Code.ARGS, f"callbackCommand: there is no callback {wanted[:100]}")
        left_alone, delivered = frozenset(self._left_alone()), metrics.deliveries()
        return CallbackSettingsResponse(
            retries=list(self._settings.retries),
            body_hours=self._settings.body_hours,
            callbacks=[
                self._of(event, event.command in left_alone, delivered)
                for event in EVENTS
                if wanted in ("", event.command)
            ],
        )

    def _of(self, event: type[Event], is_left_alone: bool, delivered: dict[tuple[str, str], int]) -> CallbackSettings:
        common = self._settings
        callback = common.events.get(event.setting) or Callback()
        is_before, command = issubclass(event, BeforeEvent), event.command
        url = common.url_of(callback)
        if is_before:
            counts = [VerdictCount(verdict=each, times=metrics.callbacks.count(command, each)) for each in _OF_BEFORE]
        else:
            counts = [VerdictCount(verdict=each, times=delivered.get((command, each), 0)) for each in _OF_AFTER]
        return CallbackSettings(
            callback_command=command,
            setting=event.setting,
            kind="before" if is_before else "after",
            enable=callback.enable,
            url=shown(callback_url(url, command)) if url else "",
            timeout=callback.timeout,
            failed_continue=goes_on(event.setting, callback) if is_before else None,
            is_signed=bool(common.secret_of(callback)),
            attention_ids=list(callback.attention_ids or ()),
            allowed_types=[str(each) for each in callback.allowed_types or ()],
            denied_types=[str(each) for each in callback.denied_types or ()],
            is_left_alone=is_left_alone,
            counts=counts,
        )
