"""Read a file of users to register: CSV or JSON lines, by the same rules as a file of friendships."""

from collections.abc import Iterator
from typing import NamedTuple

import msgspec

from amity.client.types.users import NewUser
from amity.importing.headers import plain_name
from amity.importing.lines import BadLine, Text, TextFile, no_json
from amity.importing.table import Column, json_or_rows

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
    return json_or_rows(file.texts(), COLUMNS, _REQUIRED, columns, _from_json, lambda row: _checked(*row))


def _from_json(line: Text) -> UserLine | BadLine:
    try:
        entry = msgspec.json.decode(line.text, type=dict[str, str | None])
    except msgspec.ValidationError:
        return BadLine(line.number, "is not a JSON object of texts")
    except (msgspec.DecodeError, RecursionError) as error:
        return no_json(line.number, error)
    plain = {plain_name(name): value for name, value in entry.items()}
    return _checked(line.number, tuple((plain.get(plain_name(column.name)) or "").strip() for column in COLUMNS))


def _checked(number: int, cells: tuple[str, ...]) -> UserLine | BadLine:
    user_id, nickname, face_url, ex = cells
    if not user_id:
        return BadLine(number, "has no userID")
    if not user_id.isprintable() or " " in user_id:
        return BadLine(number, "userID has a blank or a control character in it")
    return UserLine(number, NewUser(user_id=user_id, nickname=nickname or user_id, face_url=face_url, ex=ex))
