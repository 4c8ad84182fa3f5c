"""Read a file of users to register: CSV or JSON lines, by the same rules as a file of friendships."""

from collections.abc import Iterator
from itertools import chain
from typing import NamedTuple

import msgspec

from amity.cli.importing.headers import plain_name
from amity.cli.importing.lines import BadLine, Text, TextFile
from amity.cli.importing.table import Column, rows_of
from amity.client.types.users import NewUser

COLUMNS = (
    Column("userID", frozenset(("userid",))),
    Column("nickname", frozenset(("nickname",))),
    Column("faceURL", frozenset(("faceurl",))),
    Column("ex", frozenset(("ex",))),
)
_REQUIRED = 1


class UserLine(NamedTuple):
    """The user of a line. ``nickname`` is the id if the file has none."""

    number: int
    user: NewUser


def users_of(file: TextFile, columns: str | None = None) -> Iterator[UserLine | BadLine]:
    """Yield every line that is not blank and not the header. ``columns`` is the value of the option ``--columns``.

    Raises ``FileProblem``.
    """
    texts = file.texts()
    for first in texts:
        if isinstance(first, BadLine):
            yield first
            continue
        everything = chain((first,), texts)
        if first.text.lstrip().startswith("{"):
            for line in everything:
                yield line if isinstance(line, BadLine) else _from_json(line)
        else:
            for row in rows_of(everything, COLUMNS, _REQUIRED, columns):
                yield row if isinstance(row, BadLine) else _checked(row.number, row.cells)
        return


def _from_json(line: Text) -> UserLine | BadLine:
    try:
        entry = msgspec.json.decode(line.text, type=dict[str, str | None])
    except msgspec.ValidationError:
        return BadLine(line.number, "is not a JSON object of texts")
    except msgspec.DecodeError as error:
        return BadLine(line.number, f"is not JSON: {error}")
    except RecursionError:
        return BadLine(line.number, "is nested too deeply")
    plain = {plain_name(name): value for name, value in entry.items()}
    return _checked(line.number, tuple((plain.get(plain_name(column.name)) or "").strip() for column in COLUMNS))


def _checked(number: int, cells: tuple[str, ...]) -> UserLine | BadLine:
    user_id, nickname, face_url, ex = cells
    if not user_id:
        return BadLine(number, "has no userID")
    if not user_id.isprintable() or " " in user_id:
        return BadLine(number, "userID has a blank or a control character in it")
    return UserLine(number, NewUser(user_id=user_id, nickname=nickname or user_id, face_url=face_url, ex=ex))
