"""The examinations of ``amity doctor``: each looks at one thing and says what it found and how to mend it."""

import asyncio
import json
import socket
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from amity.callbacks.events import BY_SETTING, BeforeEvent
from amity.callbacks.samples import SAMPLES
from amity.callbacks.sender import Sender, SendFailure
from amity.cli import trial
from amity.cli.connection import url_of
from amity.cli.permissions import exposed
from amity.http.client import HttpClient, HttpFailure
from amity.http.url import host_port
from amity.settings import Address, Callbacks, Settings
from amity.storage import StorageError
from amity.storage.state import State, examine

_LITTLE_ROOM = 1 << 30
_NO_ROOM = 64 << 20
_CLOCK_WARN = 10.0
# Half of the five minutes within which a receiver of signed callbacks accepts a timestamp.
_CLOCK_FAIL = 150.0


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the report. ``mend`` says what to do, empty where nothing is to be done."""

    level: Literal["ok", "warn", "fail"]
    subject: str
    text: str
    mend: str = ""


def file_modes(files: Iterable[Path]) -> list[Finding]:
    """Whether others on this machine can get at files that hold secrets or people's data."""
    return [Finding("warn", "files", each.text, each.mend) for each in exposed(files)]


async def database(url: str) -> tuple[list[Finding], State | None]:
    """Whether the database is reachable, writable and of the right version. Nothing is changed in it."""
    try:
        state = await examine(url)
    except StorageError as error:
        return [Finding("fail", "database", str(error), "see the setting 'database'")], None
    if state.unusable:
        return [Finding("fail", "database", state.unusable, "see 'The database' in docs/operations.md")], state
    name = state.name if state.dialect == "sqlite" else f"PostgreSQL {state.name}"
    found = [_version(state, name)]
    if state.unwritable:
        found.append(Finding("fail", "database", state.unwritable, "give this user the right to write there"))
    if state.free_bytes is not None and state.free_bytes < _LITTLE_ROOM:
        level: Literal["warn", "fail"] = "fail" if state.free_bytes < _NO_ROOM else "warn"
        found.append(Finding(level, "database", f"{state.free_bytes >> 20} MB are free on its disk", "make room"))
    return found, state


def _version(state: State, name: str) -> Finding:
    if state.version > state.newest:
        return Finding(
            "fail",
            "database",
            f"{name} is at version {state.version}, newer than this program's {state.newest}",
            "run the newer amity that wrote it",
        )
    if not state.exists or state.version == 0:
        return Finding("ok", "database", f"{name} has no tables yet; 'amity serve' creates them")
    if state.version < state.newest:
        text = f"{name} is at version {state.version}; 'amity serve' brings it to {state.newest} at its start"
        return Finding("warn", "database", text, "make a backup, then: amity migrate")
    served = f", served by process {state.used_by}" if state.used_by else ""
    pooled = ", through a pooler" if state.pooled else ""
    return Finding("ok", "database", f"{name} can be read and written, version {state.version}{served}{pooled}")


async def port(name: str, address: Address) -> Finding:
    """Whether a port is free, in use by an amity that answers, or taken by something else."""
    if address.port == 0:
        return Finding("ok", f"{name} port", "0: a free one is taken at every start")
    where = host_port(address.host, address.port)
    try:
        await asyncio.to_thread(_bind, address)
    except OSError as error:
        if await _answers_as_server(url_of(address)):
            return Finding("ok", f"{name} port", f"{where} is in use by a server of this protocol that answers")
        return Finding(
            "fail",
            f"{name} port",
            f"{where} cannot be listened on: {error.strerror}",
            f"stop what listens there, or set {name}.port (AMITY_{name.upper()}__PORT) to another one",
        )
    return Finding("ok", f"{name} port", f"{where} is free")


def _bind(address: Address) -> None:
    family, kind, protocol, _, where = socket.getaddrinfo(
        address.host, address.port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
    )[0]
    with socket.socket(family, kind, protocol) as probe:
        # As the server does: ports of connections that ended a moment ago are free.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind(where)
        probe.listen(1)


async def _answers_as_server(url: str) -> bool:
    client = HttpClient(limit=1 << 16)
    try:
        reply = await client.post(f"{url}/auth/parse_token", {"operationID": "amity-doctor"}, b'{"token":""}', 3.0)
        answer = json.loads(reply.body)
    except (HttpFailure, ValueError):
        return False
    finally:
        await client.close()
    return isinstance(answer, dict) and "errCode" in answer


async def callbacks(settings: Callbacks) -> tuple[list[Finding], dict[str, float]]:
    """Whether the business server answers. Before-callbacks are asked with their sample; for after-callbacks, which
    would do something, only an unknown command is sent. Also returns the clocks seen, by where."""
    enabled = [key for key, callback in settings.events.items() if callback.enable]
    if not enabled:
        return [Finding("ok", "callbacks", "none is enabled")], {}
    try:
        sender = Sender(settings)
    except ValueError as error:
        return [Finding("fail", "callbacks", str(error), "mend this setting")], {}
    try:
        results = await asyncio.gather(*(_callback(sender, settings, key) for key in enabled))
    finally:
        await sender.close()
    clocks = {finding.subject: clock for finding, clock in results if clock is not None}
    return [finding for finding, _ in results], clocks


async def _callback(sender: Sender, settings: Callbacks, key: str) -> tuple[Finding, float | None]:
    if issubclass(BY_SETTING[key], BeforeEvent):
        outcome = await trial.attempt(sender, settings, SAMPLES[key])
        if outcome.verdict == "failed":
            mend = f"see 'amity callbacks check'; it was sent to {outcome.url}"
            return Finding("fail", key, f"{outcome.why}; so {outcome.then}", mend), outcome.clock
        return Finding("ok", key, f"{outcome.verdict} its sample in {outcome.milliseconds} ms"), outcome.clock
    command = "callbackAmityDoctorCommand"
    body = json.dumps({"callbackCommand": command}).encode()
    try:
        reply = await sender.send(key, command, body, operation_id="amity-doctor", event_id="amity-doctor")
    except SendFailure as failure:
        mend = f"start it, or mend callbacks.url ({sender.shown(key, command)})"
        return Finding("fail", key, str(failure), mend), None
    text = f"its server answers (HTTP {reply.status} to an unknown command); 'amity callbacks check' sends its sample"
    return Finding("ok", key, text), trial.clock_of(reply)


def clock(others: Iterable[tuple[str, float]], now: float | None = None) -> list[Finding]:
    """Compare this machine's clock with others' (seconds since 1970, read just now)."""
    here = time.time() if now is None else now
    found = []
    for name, there in others:
        apart = here - there
        text = f"{abs(apart):.0f} s {'ahead of' if apart > 0 else 'behind'} {name}"
        mend = "set both clocks by NTP: signatures are valid for five minutes, and tokens carry times"
        if abs(apart) > _CLOCK_FAIL:
            found.append(Finding("fail", "clock", text, mend))
        elif abs(apart) > _CLOCK_WARN:
            found.append(Finding("warn", "clock", text, mend))
        else:
            found.append(Finding("ok", "clock", f"agrees with {name}"))
    return found or [Finding("ok", "clock", "there is none to compare it with")]


async def examine_all(settings: Settings) -> list[Finding]:
    """Everything that needs valid settings."""
    (data, state), api, gateway, (called, clocks) = await asyncio.gather(
        database(settings.database),
        port("api", settings.api),
        port("gateway", settings.gateway),
        callbacks(settings.callbacks),
    )
    if state is not None and state.clock is not None:
        clocks["PostgreSQL"] = state.clock
    return [*data, api, gateway, *called, *clock(clocks.items())]
