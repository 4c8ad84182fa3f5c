"""Where events of the outbox go, by their command there."""

from collections.abc import Mapping
from typing import NamedTuple

from amity.settings import Callbacks
from amity.wire.events.catalogue import EVENTS
from amity.wire.events.event import AfterEvent


class Route(NamedTuple):
    """The key in the settings by which an event is sent, and the command with which it is."""

    setting: str
    command: str


class Routes:
    """The routes of commands.

    ``other`` is the key in the settings of all commands that are not among ``known``; without it they have no route.
    """

    def __init__(self, known: Mapping[str, Route], other: str | None = None) -> None:
        self.known = known
        self._other = other

    def label(self, command: str) -> str:
        """Return the label of a command in metrics: strangers' commands share one, so that labels are bounded."""
        route = self.of(command)
        return command if route is None or command in self.known else route.setting

    def of(self, command: str) -> Route | None:
        """Return the route of a command, or ``None``."""
        route = self.known.get(command)
        if route is None and self._other is not None:
            return Route(self._other, command)
        return route


def catalogue_routes(settings: Callbacks) -> Routes:
    """Return the routes of the catalogue's after-callbacks that have a URL, switched on or not."""
    known = {}
    for event in EVENTS:
        callback = settings.events.get(event.setting) or settings.unset()
        if issubclass(event, AfterEvent) and settings.url_of(callback):
            known[event.command] = Route(event.setting, event.command)
    return Routes(known)
