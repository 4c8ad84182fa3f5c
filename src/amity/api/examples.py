"""Example values for the documentation, made of the types: what a field is called says what to put into it."""

from typing import Any

import msgspec

_BY_NAME: dict[str, Any] = {
    "secret": "secret-of-the-settings",
    "token": "eyJhbGciOiJIUzI1NiJ9...",
    "userID": "alice",
    "userID1": "alice",
    "userID2": "bob",
    "ownerUserID": "alice",
    "friendUserID": "bob",
    "operatorUserID": "imAdmin",
    "friendUserIDs": ["bob", "carol"],
    "friendIDs": ["bob", "carol"],
    "userIDs": ["alice", "bob"],
    "userIDList": ["bob", "carol"],
    "groupID": "group-1",
    "groupIDs": ["group-1"],
    "conversationID": "si_alice_bob",
    "conversationIDs": ["si_alice_bob"],
    "checkUserIDs": ["alice", "nobody"],
    "imported": ["bob"],
    "existing": ["carol"],
    "platformID": 5,
    "platformIDs": [2, 5],
    "connID": "0f3b9c52a1d84e67",
    "nickname": "Alice",
    "nickName": "Alice",
    "faceURL": "https://example.com/alice.png",
    "remark": "Bob from work",
    "pageNumber": 1,
    "showNumber": 50,
    "total": 2,
    "expireTimeSeconds": 7776000,
    "createTime": 1767225600000,
    "versionID": "64f0c0ffee64f0c0ffee64f0",
    "version": 7,
    "addSource": 1,
    "notify": True,
    "partial": False,
}

_KEYS = {"configs": "theme", "respList": "group-1"}  # of maps; all others are by conversation


def example_of(kind: type[msgspec.Struct] | type[list[Any]]) -> Any:
    """Return an example of a struct, with its fields as on the wire, or of a list of them."""
    return _example("", msgspec.inspect.type_info(kind))


def _example(name: str, info: msgspec.inspect.Type) -> Any:
    match info:
        case msgspec.inspect.StructType():
            return {field.encode_name: _example(field.encode_name, field.type) for field in info.fields}
        case _ if name in _BY_NAME:
            return _BY_NAME[name]
        case msgspec.inspect.ListType():
            return [_example("", info.item_type)]
        case msgspec.inspect.DictType():
            return {_KEYS.get(name, "si_alice_bob"): _example("", info.value_type)}
        case msgspec.inspect.Metadata():
            return _example(name, info.type)
        case msgspec.inspect.UnionType():
            return _example(name, next(kind for kind in info.types if not isinstance(kind, msgspec.inspect.NoneType)))
        case msgspec.inspect.IntType() | msgspec.inspect.FloatType():
            return 0
        case msgspec.inspect.BoolType():
            return False
        case msgspec.inspect.StrType() | msgspec.inspect.BytesType():
            return ""
        case msgspec.inspect.LiteralType():
            return info.values[0]
        case _:
            return None
