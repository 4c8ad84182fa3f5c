"""Tell valid records from others, which are left out or refuse all."""

from collections.abc import Callable, Sequence
from typing import TypeVar

from amity.errors import Code, ImError
from amity.moving.models import (
    ApplicationRecord,
    BlackRecord,
    ChatRecord,
    FriendRecord,
    GroupApplicationRecord,
    GroupRecord,
    LeftOut,
    MemberRecord,
    MessageRecord,
    UserRecord,
)

R = TypeVar(
    "R",
    UserRecord,
    FriendRecord,
    ApplicationRecord,
    BlackRecord,
    GroupRecord,
    MemberRecord,
    GroupApplicationRecord,
    MessageRecord,
    ChatRecord,
)
Refused = list[tuple[str, int, ImError]]
"""Records that cannot be stored: the list of each, its place there, and why."""


class Validator:
    """Separates valid records from others. If not ``partial``, the first other record raises ``ImError``."""

    def __init__(self, *, partial: bool) -> None:
        self._partial = partial
        self._indexes: dict[tuple[str, tuple[str, ...]], int] = {}
        self.left_out: list[LeftOut] = []

    def valid(
        self,
        name: str,
        records: Sequence[R] | None,
        require: Callable[[R, str], None],
        key: Callable[[R], tuple[str, ...]],
    ) -> list[R]:
        """Return the records that ``require`` accepts, each key once, and add the others to ``left_out``."""
        valid: dict[tuple[str, ...], R] = {}
        for index, record in enumerate(records or ()):
            field = f"{name}[{index}]"
            try:
                require(record, field)
                if key(record) in valid:
                    raise ImError(Code.ARGS, f"{field}: repeated: {' '.join(key(record))}")
            except ImError as error:
                if not self._partial:
                    raise
                self._leave_out(name, index, error)
            else:
                valid[key(record)] = record
                self._indexes[name, key(record)] = index
        return list(valid.values())

    def refuse(self, name: str, keys: Sequence[tuple[str, ...]], code: Code, reason: str) -> Refused:
        """Return why valid records cannot be stored. If not ``partial``, the first raises ``ImError``."""
        refused = []
        for index in sorted(self._indexes[name, key] for key in keys):
            refused.append((name, index, ImError(code, f"{name}[{index}]{reason}")))
            if not self._partial:
                raise refused[0][2]
        return refused

    def leave_out(self, refused: Refused) -> None:
        """Report what ``refuse`` returned, once the others are stored."""
        for name, index, error in refused:
            self._leave_out(name, index, error)

    def _leave_out(self, name: str, index: int, error: ImError) -> None:
        self.left_out.append(
            LeftOut(list=name, index=index, err_code=error.code, err_msg=error.message, err_dlt=error.detail)
        )
