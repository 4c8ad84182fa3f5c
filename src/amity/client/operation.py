"""What the client knows of an operation: its path, and the types of its request and answer.

``types/`` has all of them, one file for each room of the server. These files are written from the server's own table of
operations (``make client-types``). Field names are OpenIM's in Python's spelling: ``owner_user_id`` is ``ownerUserID``
on the wire.
"""

from typing import Generic, TypeVar

import msgspec

from amity.wire.naming import wire_name

Q = TypeVar("Q")
A = TypeVar("A")


class Request(msgspec.Struct, rename=wire_name, omit_defaults=True):
    """The body of a request. A field that has its default is not sent: the server takes an absent one for the same."""


class Response(msgspec.Struct, rename=wire_name):
    """An object in the ``data`` of an answer. Every field may be missing, or null: OpenIM leaves out what is empty, and
    other versions know less. It has its default then. Fields that are not known here are ignored."""


class Operation(msgspec.Struct, Generic[Q, A], frozen=True):
    """An operation of the REST API. ``answer`` is the type of ``data``, ``NoneType`` for none."""

    path: str
    request: type[Q]
    answer: type[A]
    needs_token: bool = True
