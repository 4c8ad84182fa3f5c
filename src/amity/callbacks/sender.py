"""Sending one callback: where to, signed with what, within which time, past the address guard."""

import math
import ssl
from dataclasses import dataclass, field
from urllib.parse import SplitResult, urlsplit

from amity import __version__
from amity.callbacks.addresses import guard_for
from amity.clock import SYSTEM_CLOCK, Clock
from amity.http.client import MOST_CONNECTIONS, Endpoint, HttpClient, HttpFailure, Reply
from amity.http.url import parse, shown
from amity.settings import Callback, Callbacks, Tls
from amity.settings.tls import load_into
from amity.wire.events.catalogue import BY_SETTING
from amity.wire.events.event import AfterEvent
from amity.wire.webhooks import ID_HEADER, SIGNATURE_HEADER, TIMESTAMP_HEADER, key_of, sign

ANSWER_LIMIT = 1 << 20
"""Bytes of an answer's body."""
_HEADERS = {"Content-Type": "application/json", "User-Agent": f"amity/{__version__}"}


class SendFailure(Exception):
    """No answer came. ``reason`` may be shown to a caller: it holds no URL, host, path or address. ``detail`` may
    hold an address, and is for the log."""

    def __init__(self, reason: str, detail: str = "") -> None:
        self.reason = reason
        self.detail = detail
        super().__init__(f"{reason} ({detail})" if detail else reason)


@dataclass(frozen=True, slots=True)
class _Route:
    """How one callback is sent; ``timeout`` in seconds."""

    url: str = field(repr=False)
    keys: tuple[bytes, ...] = field(repr=False)
    timeout: float
    identified: bool
    endpoint: Endpoint


class Sender:
    """Sends callbacks as the settings say, over up to ``most_connections`` to each host.

    Raises ``ValueError``, naming the setting, for what cannot work for a callback that is enabled: no URL, one that
    is none, a bad secret, a timeout that is none, TLS files that cannot be read.
    """

    def __init__(
        self, settings: Callbacks, *, clock: Clock = SYSTEM_CLOCK, most_connections: int = MOST_CONNECTIONS
    ) -> None:
        self._settings = settings
        self._most_connections = most_connections
        self._now = clock.now
        # The system's authorities take 50 ms to read: only where somebody is called by https.
        self._tls = _context(settings.tls) if settings.tls != Tls() or _calls_https(settings) else None
        self._clients: dict[tuple[bool, bool], HttpClient] = {}
        self._routes: dict[tuple[str, str], _Route] = {}
        for setting, callback in settings.events.items():
            if callback.enable:
                event = BY_SETTING.get(setting)
                self._route(setting, event.command if event is not None else setting)

    async def send(
        self,
        event_setting: str,
        command: str,
        body: bytes,
        *,
        operation_id: str,
        event_id: str,
        identified: bool = False,
        query: str = "",
    ) -> Reply:
        """POST ``body`` to ``{url}/{command}`` and return the answer, whatever its status. ``query`` is added to the
        URL's.

        ``event_setting`` is the callback's key in the settings (``beforeImportFriends``). With a secret set the three
        headers of the Standard Webhooks specification go with it, one signature per secret. An after-event has its
        ``webhook-id`` (``event_id``) in any case, because its receiver does it once by that, and so has what is
        ``identified``. Raises ``SendFailure``.
        """
        route = self._routes.get((event_setting, command))
        if route is None:
            try:
                route = self._route(event_setting, command)
            except ValueError as error:
                raise SendFailure("the app's callback has no valid settings", str(error)) from None
        plain = operation_id.isascii() and operation_id.isprintable()
        headers = {"operationID": operation_id if plain else _clean(operation_id)}
        if route.identified or identified:
            headers[ID_HEADER] = event_id
        if route.keys:
            now = int(self._now())
            headers[TIMESTAMP_HEADER] = str(now)
            headers[SIGNATURE_HEADER] = " ".join([sign(key, event_id, now, body) for key in route.keys])
        try:
            return await route.endpoint.post(headers, body, route.timeout, query)
        except HttpFailure as failure:
            raise SendFailure(f"the app's callback {failure.reason}", failure.detail) from None

    def shown(self, event_setting: str, command: str) -> str:
        """Return the URL of a callback for the log: without userinfo and query, which may hold secrets."""
        route = self._routes.get((event_setting, command))
        return shown(route.url) if route is not None else ""

    async def close(self) -> None:
        """End the connections; what is being sent fails."""
        for client in self._clients.values():
            await client.close()

    def _route(self, setting: str, command: str) -> _Route:
        callback = self._settings.events.get(setting) or Callback()
        try:
            url = callback_url(self._settings.url_of(callback), command)
            guard = guard_for(url, self._settings.allow_private)
            if not (callback.timeout > 0 and math.isfinite(callback.timeout)):
                raise ValueError(f"a timeout is a number of seconds above 0, not {callback.timeout}")
            keys = _keys(self._settings.secret_of(callback))
        except ValueError as error:
            raise ValueError(f"callbacks.{setting}: {error}") from None
        client = self._clients.get((guard.allow_private, guard.allow_loopback))
        if client is None:
            client = HttpClient(admit=guard, tls=self._tls, limit=ANSWER_LIMIT, most=self._most_connections)
            self._clients[guard.allow_private, guard.allow_loopback] = client
        event = BY_SETTING.get(setting)
        identified = bool(keys) or (event is not None and issubclass(event, AfterEvent))
        endpoint = client.endpoint(url, _HEADERS)
        route = _Route(url=url, keys=keys, timeout=callback.timeout, identified=identified, endpoint=endpoint)
        self._routes[setting, command] = route
        return route


def callback_url(url: str, command: str) -> str:
    """Return where a command goes: below the path of ``url``, whose query is kept, with ``contenttype=json``.

    Raises ``ValueError`` for what is not a URL.
    """
    if not url:
        raise ValueError("it is enabled and has no url")
    parse(url)
    parts = urlsplit(url)
    query = f"{parts.query}&contenttype=json" if parts.query else "contenttype=json"
    return SplitResult(parts.scheme, parts.netloc, f"{parts.path.rstrip('/')}/{command}", query, "").geturl()


def _keys(secret: str | list[str] | None) -> tuple[bytes, ...]:
    if secret is None:
        return ()
    secrets = [secret] if isinstance(secret, str) else secret
    if not secrets:
        raise ValueError("a list of secrets is not empty; leave the key out for callbacks that are not signed")
    return tuple(key_of(text) for text in secrets)


def _calls_https(settings: Callbacks) -> bool:
    urls = [settings.url, *(callback.url or "" for callback in settings.events.values())]
    return any(url.lower().startswith("https:") for url in urls)


def _context(tls: Tls) -> ssl.SSLContext:
    """Make the TLS settings' context: certificates are verified against ``caFile``, or the system's without one."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT) if tls.ca_file else ssl.create_default_context()
    load_into(context, tls)
    return context


def _clean(operation_id: str) -> str:
    """Make a header value of any text: what cannot stand in one becomes a question mark."""
    return "".join([char if char.isprintable() and char < "\u0100" else "?" for char in operation_id])
