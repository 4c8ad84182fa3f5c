"""Check whether a server can listen on its ports, or a relay on its one, or already does, with this secret and on
this database."""

import asyncio
import errno
import json
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Final, Literal
from urllib.parse import urlencode

from amity.auth import tokens
from amity.cli.configuration import reached_host
from amity.cli.examining.finding import Finding
from amity.cli.examining.relay_answers import PROBE, reached_at
from amity.errors import Code
from amity.http.client import HttpClient, HttpFailure
from amity.http.listening import bound_socket
from amity.http.url import host_port
from amity.settings import Address, RelaySettings, Settings
from amity.storage.state import State

_SECONDS: Final = 3.0
_MOST_BYTES: Final = 65_536
_WEB: Final = 5
_CONSOLE: Final = b"/console/static/console.css"
"""What stands on every page of a console."""
Name = Literal["api", "gateway", "console", "relay"]


class Holder(Enum):
    """Which program listens on a port."""

    NOBODY = "it is free"
    THIS_SECRET = "a server that takes the settings' secret"
    OTHER_SECRET = "a server of this protocol that takes another secret"
    OTHER_PART = "a server of this protocol, with its other port"
    OTHER_PROGRAM = "another program"
    CONSOLE = "a console"
    THIS_RELAY = "a relay that takes the settings' secret"
    OTHER_RELAY = "a relay that takes another secret"
    NO_RELAY = "a server of this protocol that is no relay, or a relay with another relay.key"


@dataclass(frozen=True, slots=True)
class Port:
    """One port of the settings. ``error`` says why the server cannot listen on it, and is empty if it can."""

    name: Name
    address: Address
    holder: Holder
    error: str = ""

    @property
    def where(self) -> str:
        return host_port(self.address.host, self.address.port)


async def ports(settings: Settings, secret: str, state: State | None) -> list[Finding]:
    """Examine the ports of the API and the gateway, and that of the console if it has its own. ``secret`` is empty if
    unknown, ``state`` is the database's."""
    parts: list[tuple[Name, Address]] = [("api", settings.api), ("gateway", settings.gateway)]
    if settings.console.enable and settings.console.port:
        parts.append(("console", Address(host=settings.console.host, port=settings.console.port)))
    api, gateway, *console = await asyncio.gather(*(_examine(name, address, secret) for name, address in parts))
    return [
        judge(port, other, state)
        for port, other in ((api, gateway), (gateway, api), *((port, api) for port in console))
    ]


async def relay_port(settings: RelaySettings, state: State | None) -> tuple[Finding, bool]:
    """Examine the port of a relay; also return whether this relay listens there. ``state`` is the database's."""
    port = await _examine("relay", settings.relay, settings.secret, settings.relay.key)
    return judge(port, None, state), port.holder is Holder.THIS_RELAY


def judge(port: Port, other: Port | None, state: State | None) -> Finding:
    """Return the finding about one port, given the state of the other port, if there is one, and of the database."""
    subject = f"{port.name} port"
    if port.address.port == 0:
        return Finding("ok", subject, "0: a free one is taken at every start")
    move = f"set {port.name}.port ({_variable(port)}) to another one"
    served_by = _served_by(state)
    what = "relay" if port.name == "relay" else "server"
    match port.holder:
        case Holder.THIS_SECRET | Holder.THIS_RELAY if served_by == "":
            assert state is not None  # noqa: S101 - it was asked who serves it
            text = f"{port.where} is in use by a {what} with this secret that serves another database than {state.name}"
            mend = f"name the database by its whole path, run this where the {what} starts, or start the {what} anew"
            return Finding("fail", subject, text, mend)
        case Holder.THIS_SECRET | Holder.THIS_RELAY:
            return Finding("ok", subject, f"{port.where} is in use by {port.holder.value}")
        case Holder.CONSOLE if other is not None and other.holder is Holder.THIS_SECRET:
            return Finding("ok", subject, f"{port.where} is in use by the console of the server on {other.where}")
        case Holder.CONSOLE:
            mend = f"stop the server that has it, or {move}"
            return Finding("fail", subject, f"{port.where} is in use by the console of another server", mend)
        case Holder.NOBODY if served_by:
            text = f"{port.where} is free: process {served_by}, which serves the database, {_OLDER}"
            return Finding("warn", subject, text, f"start the {what} anew")
        case Holder.NOBODY if other is not None and other.holder is Holder.THIS_SECRET:
            text = f"{port.where} is free: the server on {other.where} {_OLDER}"
            return Finding("warn", subject, text, "start the server anew")
        case Holder.NOBODY:
            return Finding("ok", subject, f"{port.where} is free")
        case Holder.OTHER_SECRET | Holder.OTHER_RELAY:
            mend = f"give both the same secret (AMITY_SECRET goes before the file's), or {move}"
            return Finding("fail", subject, f"{port.where} is in use by {port.holder.value}", mend)
        case Holder.OTHER_PART:
            mend = "look whether api.port and gateway.port are swapped"
            return Finding("fail", subject, f"{port.where} is in use by {port.holder.value}", mend)
        case Holder.NO_RELAY:
            mend = f"start the relay anew if relay.key was changed; else {move}"
            return Finding("fail", subject, f"{port.where} is in use by {port.holder.value}", mend)
    mend = (
        f"stop what listens there, or {move}" if port.error == _IN_USE else f"see {port.name}.host and {port.name}.port"
    )
    return Finding("fail", subject, f"{port.where} cannot be listened on: {port.error}", mend)


_OLDER: Final = "was started with other settings"
_IN_USE: Final = "another program listens there"


def _variable(port: Port) -> str:
    return f"AMITY_{port.name.upper()}__PORT"


def _served_by(state: State | None) -> str | None:
    """Return the process that serves a SQLite file, empty if none does; ``None`` if that is unknown."""
    if state is None or state.dialect != "sqlite" or (state.unwritable and not state.used_by):
        return None
    return state.used_by or ""


async def _examine(name: Name, address: Address, secret: str, key: str = "") -> Port:
    if address.port == 0:
        return Port(name, address, Holder.NOBODY)
    try:
        await asyncio.to_thread(_try_to_listen, address)
    except OSError as error:
        if error.errno != errno.EADDRINUSE:
            return Port(name, address, Holder.OTHER_PROGRAM, _why(error, address))
        return Port(name, address, await _holder(name, address, secret, key), _IN_USE)
    return Port(name, address, Holder.NOBODY)


def _try_to_listen(address: Address) -> None:
    """Listen as the server does, and stop at once. Raises ``OSError`` if that is not possible."""
    with bound_socket(address.host, address.port) as probe:
        probe.listen(1)


def _why(error: OSError, address: Address) -> str:
    known = {
        errno.EADDRNOTAVAIL: "this machine has no such address",
        errno.EACCES: "this user may not take a port below 1024",
    }
    said = str(error.strerror or error)
    return known.get(error.errno or 0, said.removeprefix(f"cannot listen on {host_port(address.host, address.port)}: "))


async def _holder(name: Name, address: Address, secret: str, key: str) -> Holder:
    """Find out which program listens, by a token that is signed with the settings' secret and expired long ago.

    The server answers with another error for a wrong signature than for an expired token. An expired token grants
    nothing, and the server does not look it up.
    """
    token = tokens.sign(secret or "-", "amity-doctor", _WEB, 0, 1)
    if name == "relay":
        return await _holder_for_relay(address, token, key)
    if name == "console":
        return Holder.CONSOLE if await _is_console(address) else Holder.OTHER_PROGRAM
    asked, other = (_ask_api, _ask_gateway) if name == "api" else (_ask_gateway, _ask_api)
    code = await asked(address, token)
    if code == Code.TOKEN_EXPIRED:
        return Holder.THIS_SECRET
    if code == Code.TOKEN_UNKNOWN:
        return Holder.OTHER_SECRET
    if await other(address, token) in (Code.TOKEN_EXPIRED, Code.TOKEN_UNKNOWN):
        return Holder.OTHER_PART
    return Holder.OTHER_PROGRAM


async def _holder_for_relay(address: Address, token: str, key: str) -> Holder:
    code = await _ask(address, "/callback/statistics", {"token": token}, b"{}")
    if code not in (Code.TOKEN_EXPIRED, Code.TOKEN_UNKNOWN):
        return Holder.OTHER_PROGRAM
    base = f"http://{host_port(reached_host(address), address.port)}{f'/{key}' if key else ''}"
    if (await reached_at(base, PROBE)).relay_of != PROBE:
        return Holder.NO_RELAY
    return Holder.THIS_RELAY if code == Code.TOKEN_EXPIRED else Holder.OTHER_RELAY


async def _is_console(address: Address) -> bool:
    """Return whether a console with a port of its own answers. Which server's it is cannot be seen without logging
    in."""
    client = HttpClient(limit=_MOST_BYTES)
    try:
        reply = await client.get(f"http://{host_port(reached_host(address), address.port)}/console/login", _SECONDS)
    except HttpFailure:
        return False
    finally:
        await client.close()
    is_found = reply.status == 200 and _CONSOLE in reply.body
    return is_found and await _ask_api(address, "") is None


async def _ask_api(address: Address, token: str) -> int | None:
    return await _ask(address, "/auth/parse_token", {}, json.dumps({"token": token}).encode())


async def _ask(address: Address, path: str, headers: Mapping[str, str], body: bytes) -> int | None:
    """Return the code of an operation's answer; ``None`` if there is no answer of this protocol."""
    url = f"http://{host_port(reached_host(address), address.port)}{path}"
    client = HttpClient(limit=_MOST_BYTES)
    try:
        reply = await client.post(url, {"operationID": "amity-doctor", **headers}, body, _SECONDS)
    except HttpFailure:
        return None
    finally:
        await client.close()
    return _code_in(reply.body)


async def _ask_gateway(address: Address, token: str) -> int | None:
    query = urlencode({"sendID": "amity-doctor", "platformID": _WEB, "operationID": "amity-doctor", "token": token})
    head = (
        f"GET /?{query} HTTP/1.1\r\nHost: {host_port(address.host, address.port)}\r\nConnection: Upgrade\r\n"
        "Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n"
    )
    answer = b""
    try:
        async with asyncio.timeout(_SECONDS):
            reader, writer = await asyncio.open_connection(reached_host(address), address.port)
            try:
                writer.write(head.encode())
                while len(answer) < _MOST_BYTES and (more := await reader.read(_MOST_BYTES)):
                    answer += more
            finally:
                writer.transport.abort()
    except (OSError, TimeoutError):
        return None
    return _code_in(answer.partition(b"\r\n\r\n")[2])


def _code_in(body: bytes) -> int | None:
    """Return the ``errCode`` of an answer of this protocol, ``None`` for any other."""
    try:
        answer = json.loads(body)
    except (ValueError, RecursionError):
        return None
    code = answer.get("errCode") if isinstance(answer, dict) else None
    return code if isinstance(code, int) else None
