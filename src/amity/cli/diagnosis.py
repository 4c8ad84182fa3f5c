"""The examinations of ``amity doctor``: each checks one subject and returns findings with advice."""

import asyncio
import json
from collections.abc import Iterable
from pathlib import Path

from amity.callbacks import trial
from amity.callbacks.sender import Sender, SendFailure
from amity.cli.examining import bus
from amity.cli.examining.database_files import sqlite_file, unreadable, unwritable_beside
from amity.cli.examining.finding import Finding, Level
from amity.cli.examining.ports import ports, relay_port
from amity.cli.examining.refusals import about_refusal, path_of
from amity.cli.examining.relay_answers import PROBE, all_reached_at
from amity.cli.examining.webhooks import Webhooks
from amity.cli.examining.webhooks import examine as about_webhooks
from amity.cli.judging import judge_of
from amity.cli.permissions import exposed
from amity.clock import SYSTEM_CLOCK, Clock
from amity.cluster.bus.postgres import CONNECTIONS
from amity.relay.compiled import asked_of
from amity.settings import Callbacks, RelaySettings, Settings
from amity.settings.relay import Listening
from amity.storage import StorageError
from amity.storage.postgres import vital
from amity.storage.state import State, examine
from amity.wire.events.catalogue import BY_SETTING
from amity.wire.events.event import BeforeEvent

_LITTLE_ROOM = 1 << 30
_NO_ROOM = 64 << 20
_CLOCK_WARN = 10.0
# Half of the five minutes within which a receiver of signed callbacks accepts a timestamp.
_CLOCK_FAIL = 150.0


def file_modes(files: Iterable[Path]) -> list[Finding]:
    """Check whether other users of this machine can read or write files with secrets or personal data."""
    return [Finding("warn", "files", each.text, each.mend) for each in exposed(files)]


async def database(url: str, start: str, connections: int) -> tuple[list[Finding], State | None]:
    """Check whether the database is reachable, writable and of the right version, and has room for ``connections``.
    Changes nothing in it. ``start`` is the command that migrates it."""
    file = sqlite_file(url)
    if file is not None and (closed := unreadable(file)):
        return [Finding("fail", "database", closed, "give this user the right to read and write it")], None
    try:
        state = await examine(url)
    except StorageError as error:
        return [Finding("fail", "database", str(error), "see the setting 'database'")], None
    except OSError as error:
        text = f"{error.filename} cannot be looked at: {error.strerror}"
        return [Finding("fail", "database", text, "give this user the right to read and write there")], None
    if state.unusable:
        return [Finding("fail", "database", state.unusable, "see 'The database' in docs/operations.md")], state
    name = state.name if state.dialect == "sqlite" else f"PostgreSQL {state.name}"
    unwritable = [state.unwritable] if state.unwritable else []
    if file is not None and not unwritable:
        unwritable = unwritable_beside(file)
    found = [Finding("fail", "database", text, "give this user the right to write there") for text in unwritable]
    version = _version(state, name, start)
    if version.level != "ok" or not unwritable:
        found.insert(0, version)
    found += _room(state, connections)
    if state.free_bytes is not None and state.free_bytes < _LITTLE_ROOM:
        level: Level = "fail" if state.free_bytes < _NO_ROOM else "warn"
        found.append(Finding(level, "disk", f"{state.free_bytes >> 20} MB are free where the database is", "make room"))
    return found, state


def _version(state: State, name: str, start: str) -> Finding:
    if state.too_new:
        return Finding(
            "fail",
            "database",
            f"{name} is at version {state.version}, newer than this program's {state.newest}",
            "run the newer amity that wrote it",
        )
    if not state.exists or state.version == 0:
        return Finding("ok", "database", f"{name} has no tables yet; '{start}' creates them")
    if state.pending:
        text = f"{name} is at version {state.version}; '{start}' brings it to {state.pending[-1]} at its start"
        return Finding("warn", "database", text, "make a backup, then: amity migrate")
    if state.pending_post:
        text = f"{name}: migrations wait until no older amity runs: {', '.join(map(str, state.pending_post))}"
        return Finding("warn", "database", text, "once all servers are of this version: amity migrate --post")
    if state.version > state.newest:
        text = f"{name} is at version {state.version}, ahead of this program's {state.newest} by additions only"
        return Finding("warn", "database", text, "finish the upgrade of all servers")
    served = f", served by process {state.used_by}" if state.used_by else ""
    pooled = ", through a pooler" if state.pooled else ""
    return Finding("ok", "database", f"{name} can be read and written, version {state.version}{served}{pooled}")


def _room(state: State, needed: int) -> list[Finding]:
    """Check whether PostgreSQL has connections for one process. A pooler has fewer for more clients, and it is its
    settings that say how many: they cannot be asked for here."""
    if state.connections is None or state.pooled or state.connections >= needed:
        return []
    text = f"PostgreSQL {state.name} has {state.connections} connections for this user, and a process opens {needed}"
    mend = "raise max_connections, or the limit of the role or the database, or lower postgres.connections"
    return [Finding("warn", "database", text, mend)]


async def callbacks(settings: Callbacks, relay: Listening | None = None) -> tuple[list[Finding], dict[str, float]]:
    """Check whether the business server answers, to a server or to ``relay``; also return the clocks of those that
    answered, by callback.

    Before-callbacks are sent their sample. After-callbacks would have effects, so they get an unknown command instead,
    and so does what has no sample.
    """
    enabled = [key for key, callback in settings.events.items() if callback.enable]
    if not enabled:
        return [Finding("ok", "callbacks", "none is enabled")], {}
    try:
        sender = Sender(settings)
    except ValueError as error:
        return [Finding("fail", "callbacks", str(error), "mend this setting")], {}
    try:
        results = await asyncio.gather(*(_callback(sender, settings, key, relay) for key in enabled))
    finally:
        await sender.close()
    clocks = {finding.subject: clock for finding, clock in results if clock is not None}
    return [finding for finding, _ in results], clocks


async def _callback(
    sender: Sender, settings: Callbacks, key: str, relay: Listening | None
) -> tuple[Finding, float | None]:
    event = BY_SETTING.get(key)
    if event is not None and issubclass(event, BeforeEvent):
        outcome = await trial.attempt(sender, settings, event.sampled(), judge=judge_of(relay))
        if refused := about_refusal(outcome.status, settings, key):
            return Finding("fail", key, f"{refused[0]}; so {outcome.then}", refused[1]), outcome.clock
        if outcome.verdict == "failed":
            mend = f"see 'amity callbacks check'; it was sent to {outcome.url}"
            return Finding("fail", key, f"{outcome.why}; so {outcome.then}", mend), outcome.clock
        return Finding("ok", key, f"{outcome.verdict} its sample in {outcome.milliseconds} ms"), outcome.clock
    name = path_of(key).removeprefix("callbacks.")
    body = json.dumps({"callbackCommand": PROBE}).encode()
    try:
        probe = trial.new_id()
        reply = await sender.send(key, PROBE, body, operation_id=probe, event_id=probe, identified=True)
    except SendFailure as failure:
        own = settings.events[key].url is not None
        mend = f"start it, or mend {path_of(key) if own else 'callbacks'}.url ({sender.shown(key, PROBE)})"
        return Finding("fail", name, str(failure), mend), None
    if refused := about_refusal(reply.status, settings, key):
        return Finding("fail", name, *refused), trial.clock_of(reply)
    text = f"its server answers (HTTP {reply.status} to an unknown command)"
    if event is not None:
        text += "; 'amity callbacks check' sends its sample"
    return Finding("ok", name, text), trial.clock_of(reply)


def clock(others: Iterable[tuple[str, float]], here: Clock = SYSTEM_CLOCK) -> list[Finding]:
    """Compare this machine's clock with others, given in seconds since 1970 as just read."""
    found = []
    for name, there in others:
        apart = here.now() - there
        text = f"{abs(apart):.0f} s {'ahead of' if apart > 0 else 'behind'} {name}"
        mend = "set both clocks by NTP: signatures are valid for five minutes, and tokens carry times"
        if abs(apart) > _CLOCK_FAIL:
            found.append(Finding("fail", "clock", text, mend))
        elif abs(apart) > _CLOCK_WARN:
            found.append(Finding("warn", "clock", text, mend))
        else:
            found.append(Finding("ok", "clock", f"agrees with {name}"))
    return found or [Finding("ok", "clock", "there is none to compare it with")]


async def examine_all(settings: Settings, secret: str) -> list[Finding]:
    """Run every examination that needs valid settings. ``secret`` is the server's, empty if unknown."""
    (data, state), (called, clocks) = await asyncio.gather(
        database(
            settings.database,
            "amity serve",
            settings.postgres.connections + vital.CONNECTIONS + (0 if settings.bus else CONNECTIONS),
        ),
        callbacks(settings.callbacks),
    )
    listening = await ports(settings, secret, state)
    if state is not None and state.clock is not None:
        clocks["PostgreSQL"] = state.clock
    # Where the database carries the bus, what is wrong with it has been said.
    carried = await bus.examine(settings) if settings.bus or state is not None else []
    return [*data, *carried, *listening, *called, *clock(clocks.items())]


async def examine_relay(settings: RelaySettings, webhooks: Webhooks | None) -> list[Finding]:
    """Run every examination of a relay that needs valid settings. ``webhooks`` is the content of OpenIM's
    webhooks.yml, if it is known."""
    (data, state), (called, clocks) = await asyncio.gather(
        database(settings.database, "amity relay", settings.postgres.connections),
        callbacks(asked_of(settings), settings.relay),
    )
    listening, is_running = await relay_port(settings, state)
    if state is not None and state.clock is not None:
        clocks["PostgreSQL"] = state.clock
    found = [*data, listening, *called, *clock(clocks.items())]
    if webhooks is None:
        return found
    is_asked = webhooks.url and (is_running or settings.relay.port == 0)
    return found + about_webhooks(
        webhooks, settings, await all_reached_at(webhooks.url, webhooks.commands) if is_asked else None
    )
