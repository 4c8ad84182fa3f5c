"""Sessions of the console."""

from typing import NamedTuple


class Stored(NamedTuple):
    """A session as it is stored. Times in milliseconds since 1970. ``token_hash`` is empty where the secret was
    given."""

    id_hash: str
    user_id: str
    token_hash: str
    opened_at: int
    used_at: int
    ends_at: int


class Session(NamedTuple):
    """The session of a request. ``csrf`` is what its forms must send back."""

    id_hash: str
    user_id: str
    csrf: str
    opened_at: int
