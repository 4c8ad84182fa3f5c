"""A relay's settings in the form that callbacks are sent by: an entry for each callback that OpenIM's server knows."""

from msgspec import structs

from amity.callbacks.telling.routes import Route, Routes
from amity.relay.commands import KNOWN, OTHERS
from amity.settings import Callback, Callbacks, RelaySettings

OLD = "old"
"""The key in the settings of the business server whose answers count in shadow mode."""
OLD_PREFIX = f"{OLD}:"
"""Marks, in the outbox, the events for that business server."""
_ANSWERING_SECONDS = 0.25


def callbacks_of(settings: RelaySettings) -> Callbacks:
    """Return the callbacks that a relay sends: those that are named as they are, all others as ``others`` is.

    A before-callback's ``timeout`` leaves time to answer OpenIM's server within ``relay.maxWait``.
    """
    most = settings.relay.max_wait - _ANSWERING_SECONDS
    events = {
        command.setting: _within(most, settings.callbacks.events.get(command.setting, settings.others))
        if command.is_before
        else settings.callbacks.events.get(command.setting, settings.others)
        for command in KNOWN
    }
    events[OTHERS] = _within(most, settings.others)
    if settings.shadow.url is not None:
        events[OLD] = _within(most, _old(settings))
    return structs.replace(settings.callbacks, events=events)


def named_of(settings: RelaySettings) -> Callbacks:
    """Return those of ``callbacks_of`` that the settings name."""
    compiled = callbacks_of(settings)
    return structs.replace(
        compiled, events={key: compiled.events[key] for key in settings.callbacks.events if key in compiled.events}
    )


def asked_of(settings: RelaySettings) -> Callbacks:
    """Return one callback for each way that ``callbacks_of`` has: those that are named, ``OTHERS``, and ``OLD`` in
    shadow mode."""
    named, compiled = named_of(settings), callbacks_of(settings).events
    keys = [OTHERS, *([OLD] if settings.shadow.enable and OLD in compiled else [])]
    return structs.replace(named, events={**named.events, **{key: compiled[key] for key in keys}})


def _old(settings: RelaySettings) -> Callback:
    shadow = settings.shadow
    return Callback(enable=True, url=shadow.url, secret=shadow.secret, timeout=shadow.timeout)


def _within(most: float, callback: Callback) -> Callback:
    return structs.replace(callback, timeout=min(callback.timeout, most)) if callback.timeout > most else callback


class RelayRoutes(Routes):
    """The routes of all after-callbacks that have a URL, switched on or not. Those for the old business server go by a
    key of their own."""

    def __init__(self, settings: RelaySettings) -> None:
        callbacks = callbacks_of(settings)
        has_url = {setting for setting, each in callbacks.events.items() if each.url or callbacks.url}
        told = [command for command in KNOWN if not command.is_before]
        known = {each.name: Route(each.setting, each.name) for each in told if each.setting in has_url}
        self._to_old = OLD in has_url
        if self._to_old:
            known |= {f"{OLD_PREFIX}{each.name}": Route(OLD, each.name) for each in told}
        super().__init__(known, OTHERS if OTHERS in has_url else None)

    def of(self, command: str) -> Route | None:
        """Return the route of a command, or ``None``."""
        if command.startswith(OLD_PREFIX):
            return Route(OLD, command.removeprefix(OLD_PREFIX)) if self._to_old else None
        return super().of(command)
