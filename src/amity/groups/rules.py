"""What texts of groups may be, and which lists of users an operation takes. Pure."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Final

from amity.calls.bounded import characters_up_to
from amity.errors import Code, ImError
from amity.texts import listed
from amity.users.rules import require_distinct, require_few

MOST_ID: Final = 64
"""Characters of a group's id."""
MOST_EX: Final = 16_384
"""Characters of what the app keeps with a group, a member or an application."""
NewGroupId = Annotated[str, characters_up_to(MOST_ID)]
Ex = Annotated[str, characters_up_to(MOST_EX)]
_MOST: Final[Mapping[str, int]] = {
    "groupName": 1024,
    "notification": 8192,
    "introduction": 8192,
    "faceURL": 8192,
    "nickname": 1024,
    "ex": MOST_EX,
    "reqMessage": 1024,
    "reqMsg": 1024,
    "handleMsg": 1024,
    "handledMsg": 1024,
    "reason": 1024,
}
"""Characters of texts: notifications about a group carry them to every member."""
_CHOICES: Final[Mapping[str, Sequence[int]]] = {
    "needVerification": (0, 1, 2),
    "lookMemberInfo": (0, 1),
    "applyMemberFriend": (0, 1),
}
"""What a group may say of itself by a number."""


def require_text(field: str, value: str | None) -> None:
    """Raise ``ImError``, ``ARGS`` (1001), if a text is longer than its field allows. ``field`` ends with the field's
    name on the wire."""
    most = _MOST[field.rpartition(".")[2]]
    if value is not None and len(value) > most:
        raise ImError(Code.ARGS, f"{field}: {len(value)} characters, and at most {most} are allowed")


def require_texts(path: str, texts: Mapping[str, str | None]) -> None:
    """Do as ``require_text`` for several, by the names of their fields."""
    for name, value in texts.items():
        require_text(f"{path}{name}", value)


def require_choices(path: str, choices: Mapping[str, int | None]) -> None:
    """Raise ``ImError``, ``ARGS`` (1001), for a number by which a group would say what nobody knows: who asks for it
    means something by it, and would get something else."""
    for name, value in choices.items():
        if value is not None and value not in _CHOICES[name]:
            raise ImError(Code.ARGS, f"{path}{name}: must be {listed(_CHOICES[name])}, got {value}")


def require_group(group_id: str, field: str = "groupID") -> None:
    """Raise ``ImError``, ``ARGS`` (1001), if no group is named."""
    if not group_id:
        raise ImError(Code.ARGS, f"{field} is empty")


def require_new_id(group_id: str, field: str = "groupInfo.groupID") -> None:
    """Raise ``ImError``, ``ARGS`` (1001), for what cannot be the id of a group."""
    if len(group_id) > MOST_ID:
        raise ImError(Code.ARGS, f"{field}: {len(group_id)} characters, and at most {MOST_ID} are allowed")
    if not group_id.isprintable():
        raise ImError(Code.ARGS, f"{field}: has a character that cannot be shown")


def require_users(field: str, user_ids: Sequence[str] | None) -> Sequence[str]:
    """Return the users that a request names. Raises ``ImError``, ``ARGS`` (1001), for none, too many, repeated ones and
    an empty id."""
    if not user_ids:
        raise ImError(Code.ARGS, f"{field} is empty")
    require_few(field, user_ids)
    require_distinct(field, user_ids)
    if "" in user_ids:
        raise ImError(Code.ARGS, f"{field}[{list(user_ids).index('')}] is empty")
    return user_ids
