"""Describe an operation for the client: its path, and the types of its request and answer.

``types/`` has all operations, in a file for each package of the server. ``make client-types`` generates these files
from the server's table of operations. Field names are OpenIM's in Python's spelling: ``owner_user_id`` is
``ownerUserID`` on the wire.
"""

from typing import Generic, TypeVar

import msgspec

from amity.wire.naming import wire_name

Q = TypeVar("Q")
A = TypeVar("A")


class Request(msgspec.Struct, rename=wire_name, omit_defaults=True):
    """The body of a request. A field with its default value is not sent, because an absent field means the same."""


class Response(msgspec.Struct, rename=wire_name):
    """An object in the ``data`` of an answer.

    Every field may be missing or null, because OpenIM leaves out empty fields and other versions have fewer. It has its
    default then. Unknown fields are ignored.
    """


class Operation(msgspec.Struct, Generic[Q, A], frozen=True):
    """An operation of the REST API. ``answer`` is the type of ``data``, ``NoneType`` if there is none."""

    path: str
    request: type[Q]
    answer: type[A]
    needs_token: bool = True
