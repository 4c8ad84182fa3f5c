"""Names of callbacks on the command line: keys of the settings, and commands as they are sent."""

import re
from typing import Any, Final

import click

from amity.relay.commands import BY_SETTING, KNOWN
from amity.relay.compiled import OLD_PREFIX
from amity.settings.checking import nearest
from amity.settings.webhooks import OLDER_NAMES
from amity.wire.events.catalogue import BY_SETTING as SAMPLES

# Of what OpenIM's server will send one day, and of what it sent once, only the form is known.
_COMMAND: Final = re.compile(rf"({OLD_PREFIX})?callback[A-Za-z0-9_]{{1,120}}", re.ASCII)
_BY_LOWER: Final = {setting.lower(): command.name for setting, command in BY_SETTING.items()}
_SETTINGS: Final = {command.name: command.setting for command in KNOWN}


class _CallbackName(click.ParamType):  # type: ignore[type-arg]  # not generic in the lowest version of click
    """Takes a key of the settings in any case, or a command, and gives the command."""

    name = "callback"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        text = str(value)
        if not text or _COMMAND.fullmatch(text):
            return text
        prefix = OLD_PREFIX if text.startswith(OLD_PREFIX) else ""
        key = OLDER_NAMES.get(text.removeprefix(prefix), text.removeprefix(prefix)).lower()
        if key not in _BY_LOWER:
            near = nearest(text, BY_SETTING)
            form = ", as in afterImportFriends or callbackAfterImportFriendsCommand"
            self.fail(f"{text!r} is no callback{f'; did you mean {near}?' if near else form}", param, ctx)
        return prefix + _BY_LOWER[key]


class _SampledName(click.ParamType):  # type: ignore[type-arg]  # not generic in the lowest version of click
    """Takes the key of a callback that has a sample, in any case, and gives it as the settings have it."""

    name = "callback"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        text = str(value)
        by_lower = {setting.lower(): setting for setting in SAMPLES}
        if text.lower() not in by_lower:
            near = nearest(text, SAMPLES)
            hint = f"did you mean {near}?" if near else f"there is {', '.join(sorted(SAMPLES))}"
            self.fail(f"{text!r} is no callback of which there is a sample; {hint}", param, ctx)
        return by_lower[text.lower()]


CALLBACK: Final = _CallbackName()
SAMPLED: Final = _SampledName()


def name_of(command: str) -> str:
    """Return a command's key in the settings, or itself if it has none. For the old business server of shadow mode it
    begins with ``old:``."""
    prefix = OLD_PREFIX if command.startswith(OLD_PREFIX) else ""
    command = command.removeprefix(prefix)
    return prefix + _SETTINGS.get(command, command)
