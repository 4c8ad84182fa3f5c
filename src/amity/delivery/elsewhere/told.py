"""What a process tells another one to push to the clients that are connected there."""

from amity.cluster.exchange import Told


class PushMessage(Told):
    """Push a message, an encoded ``MsgData``, to these users. ``timeline`` and ``seq`` say where it is stored, 0 if
    it is not. If there are no users, the message is left out: only its number is told."""

    users: list[str]
    conversation_id: str
    body: bytes
    timeline: int
    seq: int
    operation_id: str


class PushToSet(Told):
    """Push a message to those users of a set that are connected, as ``PushMessage`` does."""

    number: int
    conversation_id: str
    body: bytes
    timeline: int
    seq: int
    operation_id: str


class PushData(Told):
    """Push an encoded ``PushMessages`` to these users: to their clients on one platform, or to all but those on one,
    where that is not 0."""

    users: list[str]
    data: bytes
    operation_id: str
    platform_id: int = 0
    except_platform: int = 0


class DefineSet(Told):
    """A set of users, which is named by its number from now on."""

    number: int
    users: list[str]


class ForgetSet(Told):
    """A set that is named no more."""

    number: int


class UnknownSet(Told):
    """A set was named that is not known any more: define it again. One that is forgotten is defined as nobody."""

    number: int
