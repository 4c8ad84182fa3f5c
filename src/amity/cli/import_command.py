"""``amity import``: of a file, of a file of groups or messages, or of another server by its name."""

import importlib
from typing import Any

import click

from amity.cli.import_file import import_file

SOURCES = {
    "openim": ("amity.cli.import_openim", "import_openim"),
    "groups": ("amity.cli.import_groups", "import_groups"),
    "messages": ("amity.cli.import_messages", "import_messages"),
}


class ImportGroup(click.Group):
    """``amity import FILE`` with all its options, unless the first word names a source."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(SOURCES)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command:
        if cmd_name not in SOURCES:
            return import_file
        module, attribute = SOURCES[cmd_name]
        command: click.Command = getattr(importlib.import_module(module), attribute)
        return command

    def make_context(
        self, info_name: str | None, args: list[str], parent: click.Context | None = None, **extra: Any
    ) -> click.Context:
        # A file with the name of a source can be given as ./openim.
        if not args or args[0] not in SOURCES:
            return import_file.make_context(info_name, args, parent, **extra)
        # Another group as the parent: with this one the usage would name a FILE.
        own = click.Context(click.Group("import"), parent=parent, info_name=info_name)
        return self.get_command(own, args[0]).make_context(args[0], args[1:], parent=own)


import_command = ImportGroup(
    "import",
    help=import_file.help,
    short_help="Import from a file, or all of another server.",
    params=import_file.params,
)
