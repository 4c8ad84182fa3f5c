"""Check OpenIM's webhooks.yml against a relay's settings: whether each callback that is on there reaches the relay, and
does there what it should. Pure.

Source: pkg/common/config and pkg/common/webhook of open-im-server 3.8. Its server finds keys in any case. It appends
``/{command}`` to ``url``. It waits ``timeout`` whole seconds, 15 at most and where that is 0, and then refuses what it
asked about. It never reads ``failedContinue``.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from amity.cli.examining.finding import Finding, Level
from amity.cli.examining.relay_answers import Reached
from amity.cli.examining.webhooks_url import SUBJECT as URL
from amity.cli.examining.webhooks_url import about_url, is_certain
from amity.relay.commands import BY_SETTING
from amity.relay.compiled import OLD, callbacks_of
from amity.settings import RelaySettings
from amity.settings.checking import nearest
from amity.settings.webhooks import NEVER_SENT, OPENIM

FILE: Final = "webhooks.yml"
LONGEST_WAIT: Final = 15
"""Seconds that OpenIM's server waits at most."""
_BY_LOWER: Final = {key.lower(): key for key in OPENIM}
_TRUE: Final = frozenset({"1", "t", "true"})
_FALSE: Final = frozenset({"", "0", "f", "false"})


class _UnreadableError(Exception):
    """OpenIM's server cannot read the value of a callback. The text says what is wrong."""


@dataclass(frozen=True, slots=True)
class Switch:
    """One callback of webhooks.yml as OpenIM's server reads it; ``wait`` in seconds."""

    key: str
    enable: bool = False
    wait: int = LONGEST_WAIT
    failed_continue: bool = False


@dataclass(frozen=True, slots=True)
class Webhooks:
    """The file as OpenIM's server reads it; ``findings`` are about what it cannot read, or ignores."""

    url: str
    switches: Mapping[str, Switch]
    findings: Sequence[Finding]

    @property
    def commands(self) -> list[str]:
        """The commands of the callbacks that are on."""
        return [BY_SETTING[key].name for key, switch in self.switches.items() if switch.enable and key in BY_SETTING]


def read(mapping: Mapping[object, object]) -> Webhooks:
    """Read the content of webhooks.yml."""
    url = ""
    switches: dict[str, Switch] = {}
    findings: list[Finding] = []
    for name, value in mapping.items():
        lower = str(name).lower()
        if lower == "url":
            url = "" if value is None else str(value)
        elif (key := _BY_LOWER.get(lower)) is None:
            near = nearest(str(name), OPENIM)
            text = f"OpenIM's server knows no key {name} and ignores it"
            findings.append(Finding("warn", FILE, text, f"did you mean {near}?" if near else "take it out"))
        else:
            try:
                switches[key] = _switch(key, value)
            except _UnreadableError as error:
                text = f"{error}, and OpenIM's server does not start with it"
                findings.append(Finding("fail", _subject(key), text, "mend this first"))
    return Webhooks(url.strip(), switches, findings)


def _switch(key: str, value: object) -> Switch:
    if value is None:
        return Switch(key)
    if not isinstance(value, Mapping):
        raise _UnreadableError("expected keys with values")
    found = {str(name).lower(): each for name, each in value.items()}
    timeout = _whole("timeout", found.get("timeout"))
    return Switch(
        key,
        _true("enable", found.get("enable")),
        min(timeout, LONGEST_WAIT) if timeout > 0 else LONGEST_WAIT,
        _true("failedContinue", found.get("failedcontinue")) if key.startswith("before") else False,
    )


def _true(name: str, value: object) -> bool:
    match value:
        case None:
            return False
        case bool() | int() | float():
            return bool(value)
        case str() if value.lower() in _TRUE | _FALSE:
            return value.lower() in _TRUE
    raise _UnreadableError(f"{name}: expected true or false")


def _whole(name: str, value: object) -> int:
    match value:
        case None | "":
            return 0
        case int() | float() if math.isfinite(value):
            return int(value)
        case str():
            try:
                return int(value)
            except ValueError:
                pass
    raise _UnreadableError(f"{name}: expected whole seconds")


def examine(webhooks: Webhooks, settings: RelaySettings, reached: Mapping[str, Reached] | None) -> list[Finding]:
    """Return the findings about webhooks.yml. ``reached`` has, by command, what answered at its URL; it is ``None`` if
    the relay does not run."""
    answers = reached or {}
    seen = any(answer.relay_of == command for command, answer in answers.items())
    found = [*webhooks.findings, about_url(webhooks.url, settings.relay, seen=seen)]
    on = [switch for switch in webhooks.switches.values() if switch.enable]
    if not on:
        found.append(Finding("warn", FILE, "no callback is on, so OpenIM's server sends none", "set enable: true"))
    elif reached is None:
        text = "the relay does not run, so no request could show whether the callbacks reach it"
        found.append(Finding("warn", "webhooks.yml requests", text, "start it ('amity relay'), then run this again"))
    wrong, everywhere = _about_answers(webhooks, settings, answers)
    found += everywhere
    for switch in on:
        problems = [*_problems(switch, settings), *wrong.get(switch.key, [])]
        found += problems or [Finding("ok", _subject(switch.key), _well(switch, settings, seen=seen))]
    return found + _about_failed_continue(on, settings) + _never_arriving(webhooks, settings)


def _subject(key: str) -> str:
    return f"{FILE} {key}"


def _problems(switch: Switch, settings: RelaySettings) -> Iterator[Finding]:
    key = switch.key
    if key in NEVER_SENT:
        yield Finding(
            "warn", _subject(key), "is on, and OpenIM's server never sends it", "take another, or turn it off"
        )
        return
    path = _path(key, settings)
    if not callbacks_of(settings).events[key].enable:
        then = "each is allowed without asking" if key.startswith("before") else "each is dropped"
        text = f"is on, and {path}.enable is false in the relay's settings: {then}"
        yield Finding("warn", _subject(key), text, f"set {path}.enable to true, or turn it off in {FILE}")
        return
    timeout, path = _waiting(key, settings)
    if timeout >= switch.wait:
        text = (
            f"OpenIM's server waits {switch.wait} s, and the relay up to {timeout:g} s ({path}.timeout): OpenIM gives"
            " up first, and then refuses whatever failedContinue says"
        )
        least = math.floor(timeout) + 1
        mend = f"set {key}.timeout to {least} or more in {FILE}, or {path}.timeout to less than {switch.wait}"
        yield Finding("fail", _subject(key), text, mend)


def _path(key: str, settings: RelaySettings) -> str:
    return f"callbacks.{key}" if key in settings.callbacks.events else "others"


def _waiting(key: str, settings: RelaySettings) -> tuple[float, str]:
    """Return how long OpenIM's server waits for an answer to a callback, and the part of the settings that says so."""
    if not key.startswith("before"):
        return 0.0, ""
    events = callbacks_of(settings).events
    if settings.shadow.enable:
        return (events[OLD].timeout, "shadow") if OLD in events else (0.0, "")
    return events[key].timeout, _path(key, settings)


def _well(switch: Switch, settings: RelaySettings, *, seen: bool) -> str:
    said = "reaches the relay" if seen else "is on in the relay"
    timeout, _ = _waiting(switch.key, settings)
    return f"{said}; OpenIM's server waits {switch.wait} s" + (f", the relay up to {timeout:g} s" if timeout else "")


def _about_answers(
    webhooks: Webhooks, settings: RelaySettings, reached: Mapping[str, Reached]
) -> tuple[dict[str, list[Finding]], list[Finding]]:
    """Return the findings about answers that are no relay's, by the callback's key; and one in their place if it is the
    same for all of several."""
    certain = is_certain(webhooks.url, settings.relay)
    wrong = {
        key: _about_answer(reached[command.name], command.name, certain=certain)
        for key, command in BY_SETTING.items()
        if command.name in reached and reached[command.name].relay_of != command.name
    }
    said = set(wrong.values())
    if len(said) == 1 and len(wrong) == len(reached) > 1:
        ((level, text, mend),) = said
        return {}, [Finding(level, URL, f"no callback reaches the relay: each {text}", mend)]
    return {key: [Finding(level, _subject(key), text, mend)] for key, (level, text, mend) in wrong.items()}, []


def _about_answer(answer: Reached, command: str, *, certain: bool) -> tuple[Level, str, str]:
    if answer.failure:
        if certain:
            return "fail", f"request {answer.failure}", f"mend url in {FILE}"
        text = f"request from this machine {answer.failure}; OpenIM's server may see another network"
        return "warn", text, "try it from OpenIM's machine, by GET: a relay answers 405"
    if answer.relay_of:
        return "fail", f"request reaches a relay as another callback than {command}", "let the proxy keep the path"
    if answer.moved:
        text = f"request is led elsewhere (HTTP {answer.status}), and OpenIM's server would not post it there"
        return "fail", text, f"name the place that it leads to as url in {FILE}"
    return (
        "fail",
        f"request is answered by no relay (HTTP {answer.status}), or one with another relay.key",
        f"mend url in {FILE}",
    )


def _about_failed_continue(on: Sequence[Switch], settings: RelaySettings) -> list[Finding]:
    events = callbacks_of(settings).events
    differ = [
        f"{switch.key} ({str(switch.failed_continue).lower()} there, {str(not switch.failed_continue).lower()} here)"
        for switch in on
        if switch.key.startswith("before")
        and events[switch.key].enable
        and switch.failed_continue is not (events[switch.key].failed_continue is True)
    ]
    if not differ:
        return []
    text = f"OpenIM's server never reads it, and the relay's counts: {', '.join(differ)}"
    return [Finding("ok", f"{FILE} failedContinue", text)]


def _never_arriving(webhooks: Webhooks, settings: RelaySettings) -> list[Finding]:
    off = [
        key
        for key, callback in sorted(settings.callbacks.events.items())
        if callback.enable and key in OPENIM - NEVER_SENT and not webhooks.switches.get(key, Switch(key)).enable
    ]
    if not off:
        return []
    text = f"on in the relay's settings and off here, so these never arrive: {', '.join(off)}"
    return [Finding("warn", FILE, text, f"set enable: true for each in {FILE}")]
