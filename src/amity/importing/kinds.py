"""Say by which command a file is imported, where another one found nothing in it."""

from contextlib import suppress
from typing import Final, NamedTuple

import msgspec

from amity.importing.headers import plain_name
from amity.importing.lines import Text, TextFile
from amity.importing.source import FileProblem, Readable

PAIRS: Final = "amity import"
GROUPS: Final = "amity import groups"
MESSAGES: Final = "amity import messages"
_fields = msgspec.json.Decoder(dict[str, msgspec.Raw]).decode
_GROUP: Final = {"groupid", "groupname"}
_PAIR: Final = {"owneruserid", "ownerid", "owner"}


class _Kind(NamedTuple):
    """What a file looks like, and the command for that."""

    looks: str
    command: str


def better_command(source: Readable, own: str) -> str:
    """Return what a file looks like by its first line, and the command for that; empty if it looks like nothing known,
    and if its command is ``own``, the one that found nothing: then the lines say what is wrong."""
    with suppress(FileProblem):
        for line in TextFile(source).texts():
            return _advice(line.text, source.name, own) if isinstance(line, Text) else ""
    return ""


def _advice(first: str, name: str, own: str) -> str:
    if first.lstrip().startswith(("{", "[")):
        kind = _of_json(first)
    else:
        cells = first.replace(";", ",").replace("\t", ",").split(",")
        if any(plain_name(cell) in _GROUP for cell in cells):
            use = "" if own == GROUPS else f", and use '{GROUPS}'"
            return f"{name} looks like CSV of groups: write JSON lines{use}"
        kind = _Kind("CSV of pairs", PAIRS) if len(cells) > 1 else None
    if kind is None or kind.command == own:
        return ""
    file = "-" if name == "standard input" else name
    return f"{name} looks like {kind.looks}: use '{kind.command} {file}'"


def _of_json(first: str) -> _Kind | None:
    try:
        fields = _fields(first)
    except (msgspec.DecodeError, RecursionError):
        return None
    if "kind" in fields:
        return _Kind("what 'amity export' wrote", PAIRS)
    if "sendID" in fields and ("recvID" in fields or "groupID" in fields):
        return _Kind("the messages of another system", MESSAGES)
    if "groupID" in fields:
        return _Kind("groups", GROUPS)
    if any(plain_name(field) in _PAIR for field in fields):
        return _Kind("pairs of friends", PAIRS)
    return None
