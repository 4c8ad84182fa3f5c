"""Say by which command a file is imported, where another one found nothing in it."""

from contextlib import suppress
from typing import Final

import msgspec

from amity.cli.importing.headers import plain_name
from amity.cli.importing.lines import Text, TextFile
from amity.cli.importing.source import FileProblem, Source

_fields = msgspec.json.Decoder(dict[str, msgspec.Raw]).decode
_GROUP: Final = {"groupid", "groupname"}
_PAIR: Final = {"owneruserid", "ownerid", "owner"}


def better_command(source: Source) -> str:
    """Return what a file looks like by its first line, and the command for that; empty if it looks like nothing known.

    It says ``use``, so it is for who has used another command.
    """
    with suppress(FileProblem):
        for line in TextFile(source).texts():
            return _command(line.text, source.name) if isinstance(line, Text) else ""
    return ""


def _command(first: str, name: str) -> str:
    file = "-" if name == "standard input" else name
    if not first.lstrip().startswith(("{", "[")):
        cells = first.replace(";", ",").replace("\t", ",").split(",")
        if any(plain_name(cell) in _GROUP for cell in cells):
            return f"{name} looks like CSV of groups: write JSON lines, and use 'amity import groups'"
        return f"{name} looks like CSV of pairs: use 'amity import {file}'" if len(cells) > 1 else ""
    try:
        fields = _fields(first)
    except (msgspec.DecodeError, RecursionError):
        return ""
    if "kind" in fields:
        return f"{name} looks like what 'amity export' wrote: use 'amity import {file}'"
    if "sendID" in fields and "recvID" in fields:
        return f"{name} looks like the messages of another system: use 'amity import messages {file}'"
    if "groupID" in fields:
        return f"{name} looks like groups: use 'amity import groups {file}'"
    if any(plain_name(field) in _PAIR for field in fields):
        return f"{name} looks like pairs of friends: use 'amity import {file}'"
    return ""
