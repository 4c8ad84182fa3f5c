"""What every callback is: a typed payload, shared by the server that sends it and the kit that receives it.

A callback is declared once, as a subclass of ``BeforeEvent`` or ``AfterEvent`` whose fields are exactly those that
OpenIM's server sends (``catalogue.payload`` adds ``callbackCommand``). With that it has its key in the settings, its
command, its sample, its decorator in the kit, its label in metrics and its place in the log. Lists in it are tuples
once it is made, whatever it was made of: an event, a sample and what an answer replaces are kept and handed to several.
"""

import re
from collections.abc import Mapping
from functools import cache
from typing import Any, ClassVar, Self

import msgspec

from amity.wire.naming import wire_name

OWNER = "amity-sample-owner"
"""The user of samples whose data an event is about. The ids of all users of samples begin with ``amity-sample-``."""
FRIENDS = ("amity-sample-friend-1", "amity-sample-friend-2")
GROUP_ID = "amity-sample-group"


class WireStruct(msgspec.Struct, rename=wire_name, frozen=True, kw_only=True):
    """A JSON object with OpenIM's field names."""


def freeze(struct: msgspec.Struct, field: str) -> None:
    """Make a tuple of a field's list. What is no list is left for the encoder to refuse."""
    value = getattr(struct, field)
    if isinstance(value, list):
        msgspec.structs.force_setattr(struct, field, tuple(value))


class Change(WireStruct, frozen=True):
    """What an approving answer may replace; ``None`` leaves a field as it was."""

    @classmethod
    def read(cls, answer: bytes) -> Self:
        """Decode what an answer replaces. Raises ``msgspec.DecodeError``, or ``msgspec.ValidationError`` (a
        subclass)."""
        change: Self = _decoder(cls).decode(answer)
        return change


@cache
def _decoder(change: type[Change]) -> msgspec.json.Decoder[Any]:
    return msgspec.json.Decoder(change)


class NoChange(Change, frozen=True):
    """Of an event whose answer replaces nothing: it allows, or it rejects."""


class Event(WireStruct, frozen=True):
    """A callback of either kind.

    ``setting`` is its key in the settings, ``command`` its name on the wire, ``attribute`` its decorator in the kit.
    They follow from the name of the class (``AfterAddBlack``: ``afterAddBlack``, ``callbackAfterAddBlackCommand``,
    ``after_add_black``); a class may say another ``setting`` or ``command``. ``sample`` has the values of the fields of
    the sample with which a business server is tried. ``documented`` has the fields that OpenIM sends under another name
    than its documentation of webhooks gives them: the name that is sent, and the documented one.
    """

    setting: ClassVar[str] = ""
    command: ClassVar[str] = ""
    attribute: ClassVar[str] = ""
    sample: ClassVar[Mapping[str, Any]] = {}
    documented: ClassVar[Mapping[str, str]] = {}

    def owner(self) -> str:
        """Return whose events keep their order: the user whose data the event is about."""
        raise TypeError(f"{type(self).__name__} does not say whose event it is")

    @classmethod
    def sampled(cls) -> Self:
        """Return the sample of this event. Raises ``TypeError`` where ``sample`` lacks a field."""
        return cls(**cls.sample)


class BeforeEvent(Event, frozen=True):
    """Asked before an operation; the answer may allow, reject, or replace what ``change`` lists.

    Each names its ``change``, ``NoChange`` too: what a type checker lets a handler return follows from it.
    """

    change: ClassVar[type[Change]]

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        _register(cls)


class AfterEvent(Event, frozen=True):
    """Told after an operation, at least once."""

    def query(self) -> str:
        """Return what is added to the query of its URL."""
        return ""

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        _register(cls)


DECLARED: list[type[Event]] = []
"""The events that are declared so far. ``catalogue`` has declared all."""


def _register(event: type[Event]) -> None:
    name = event.__name__
    if any(base in DECLARED for base in event.__mro__):
        return  # a user's own kind of an event, with its names
    kind = "Before" if issubclass(event, BeforeEvent) else "After"
    if not name.startswith(kind):
        raise TypeError(f"{name}: the name of a class of {kind}Event begins with {kind}")
    if issubclass(event, BeforeEvent) and not hasattr(event, "change"):
        raise TypeError(f"{name}: it lacks change, the type of what an answer may replace, or NoChange")
    if not event.sample:
        raise TypeError(f"{name}: it lacks sample, the values of its fields to try a business server with")
    if event.owner is Event.owner:
        raise TypeError(f"{name}: it lacks owner(), which says whose event it is")
    if "setting" not in vars(event):
        event.setting = name[0].lower() + name[1:]
    if "command" not in vars(event):
        event.command = f"callback{name}Command"
    event.attribute = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()
    for other in DECLARED:
        if event.setting == other.setting or event.command == other.command:
            raise TypeError(f"{name}: {event.setting} and {event.command} are those of {other.__name__} already")
    DECLARED.append(event)


class OwnerEvent(WireStruct, frozen=True):
    """The fields of what is about the friends and the blacklist of a user."""

    owner_user_id: str

    def owner(self) -> str:
        return self.owner_user_id
