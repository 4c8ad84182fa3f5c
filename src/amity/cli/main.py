"""The ``amity`` command. A subcommand's module is imported only when it is used, so that ``amity --help`` is fast."""

import difflib
import importlib
import io
import sys
import traceback
from types import TracebackType
from typing import Any

import click

from amity import __version__
from amity.cli import standard_streams
from amity.cli.exits import EXIT_CODES, INTERRUPTED, Failure

# Name of the command: module, name in it, line in the list of commands.
Lazy = dict[str, tuple[str, str, str]]

_COMMANDS: Lazy = {
    "init": ("amity.cli.init", "init", "Write a settings file with secrets of its own."),
    "serve": ("amity.cli.serve", "serve", "Run the server."),
    "relay": ("amity.cli.relay", "relay", "Run the relay for callbacks of OpenIM's own server."),
    "demo": ("amity.cli.demo", "demo", "Watch a small network of friends being imported."),
    "doctor": ("amity.cli.doctor", "doctor", "Find out what is wrong here and how to mend it."),
    "migrate": ("amity.cli.migrate", "migrate", "Bring the database to this program's version."),
    "backup": ("amity.cli.backup", "backup", "Copy the SQLite database while it is served."),
    "restore": ("amity.cli.backup", "restore", "Put a copy in the place of the SQLite database."),
    "token": ("amity.cli.token", "token", "Print a token for an administrator or a user."),
    "users": ("amity.cli.users", "users", "Register and list users."),
    "friends": ("amity.cli.friends", "friends", "List a user's friends."),
    "import": ("amity.cli.import_command", "import_command", "Import from a file, or all of another server."),
    "export": ("amity.cli.export", "export", "Write users, friends, groups, messages, ... to a file."),
    "callbacks": ("amity.cli.callbacks", "callbacks", "See, try and repair callbacks."),
}


class LazyGroup(click.Group):
    """A group whose commands are listed in a table, and imported only when they are used."""

    def __init__(self, *args: Any, lazy: Lazy, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._lazy = lazy

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(self._lazy)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in self._lazy:
            return None
        module, attribute, _ = self._lazy[cmd_name]
        command: click.Command = getattr(importlib.import_module(module), attribute)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, line) for name, (_, _, line) in self._lazy.items()])

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        # Click itself does not suggest a similar name.
        if args and args[0] not in self._lazy and not args[0].startswith("-"):
            near = difflib.get_close_matches(args[0], self._lazy, n=1)
            advice = f"; did you mean {near[0]}?" if near else ""
            raise click.UsageError(f"there is no command {args[0]!r}{advice}", ctx)
        return super().resolve_command(ctx, args)

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except Exception as error:
            if isinstance(error, click.ClickException | click.exceptions.Exit | click.Abort) or ctx.params.get("debug"):
                raise
            failure = importlib.import_module("amity.cli.explaining").explained(error)
            if failure is None:
                raise
            raise failure from error
        except KeyboardInterrupt:
            raise Failure("interrupted", INTERRUPTED) from None


def _show_traceback(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """Write a traceback to standard error, masked as the log masks it."""
    redact = importlib.import_module("amity.logs").redact
    sys.stderr.write(redact("".join(traceback.format_exception(kind, error, trace))))


@click.group(
    cls=LazyGroup,
    lazy=_COMMANDS,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog=EXIT_CODES,
)
@click.version_option(__version__, prog_name="amity")
@click.option("--debug", is_flag=True, help="Show the whole traceback of an error.")
def main(debug: bool) -> None:
    """An instant-messaging server that speaks OpenIM 3.8's protocol.

    \b
    A first look:       amity demo
    To set up:          amity init && amity doctor && amity serve
    Beside OpenIM's
    own server:         amity init --relay && amity relay
    To try a business
    server alone:       amity callbacks send http://127.0.0.1:10006/callbackExample

    Settings come from ./amity.yml, a relay's from ./relay.yml (or --config FILE, or AMITY_CONFIG), and from
    environment variables such as AMITY_API__PORT=10002.
    """
    standard_streams.complete()
    if debug:
        sys.excepthook = _show_traceback
    # A terminal that is not UTF-8 shows other characters as escapes, so that no name causes an error.
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
