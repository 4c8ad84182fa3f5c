"""Bodies of requests from the OpenAPI document: as it says, or nearly."""

import json
import random
from typing import Any, Final

from tests.fuzz.mutation import NUMBERS, PIECES
from tests.fuzz.rest_world import World

_USERS: Final = frozenset(
    (
        *("userIDs", "userIDList", "friendUserIDs", "checkUserIDs"),
        *("memberUserIDs", "adminUserIDs", "invitedUserIDs", "kickedUserIDs"),
    )
)
"""Lists of users."""
_SIMILAR: Final = str.maketrans({"i": "\u0131", "I": "\u0130", "s": "\u017f", "k": "\u212a", "K": "\u212a"})
"""Letters that are others' in another case."""


class Raw(bytes):
    """JSON, or what is to stand where JSON should."""


class Members(list[tuple[str, Any]]):
    """An object: its members in their order, of which several may have one name."""

    def get(self, name: str) -> Any:
        """Return the value of the first member of this name."""
        return next((value for key, value in self if key == name), None)


def written(value: Any) -> bytes:
    """Return a value as JSON, with what is raw as it is."""
    if isinstance(value, Raw):
        return bytes(value)
    if isinstance(value, Members):
        return b"{" + b", ".join(json.dumps(key).encode() + b": " + written(each) for key, each in value) + b"}"
    if isinstance(value, list):
        return b"[" + b", ".join(map(written, value)) + b"]"
    return json.dumps(value, ensure_ascii=False).encode("utf-8", "surrogatepass")


class Shapes:
    """Makes bodies. Of each value there is ``oddness``, from 0 to 1, as the chance that it is not what is asked for."""

    def __init__(self, document: dict[str, Any], world: World, chance: random.Random) -> None:
        self._document = document
        self._schemas: dict[str, Any] = document["components"]["schemas"]
        self._world = world
        self._chance = chance
        self.paths: list[str] = list(document["paths"])

    def body(self, path: str, oddness: float) -> Any:
        """Return a body for an operation."""
        self._world.about = path
        content = self._document["paths"][path]["post"]["requestBody"]["content"]
        return self._value(content["application/json"]["schema"], "", oddness)

    def _value(self, schema: dict[str, Any], name: str, oddness: float) -> Any:
        chance = self._chance
        schema = self._resolved(schema)
        if chance.random() < oddness:
            return self._odd(schema)
        if "enum" in schema:
            return chance.choice(schema["enum"])
        if (known := self._world.pick(name)) is not None:
            return known
        match schema.get("type"):
            case "object":
                return self._object(schema, oddness)
            case "array":
                singular = name.removesuffix("List").removesuffix("s") if name != "keys" else "key"
                users = name in _USERS
                most = chance.choice((0, 1, 1, 2, 3))
                items = [self._value(schema["items"], "userID" if users else singular, oddness) for _ in range(most)]
                return (
                    [each for at, each in enumerate(items) if each not in items[:at]]
                    if chance.random() < 0.9
                    else items
                )
            case "integer":
                return chance.choice((0, 0, 1, 2, 7))
            case "boolean":
                return chance.random() < 0.3
            case _:
                return chance.choice(("", "text", "\u00fcn\u00efc\u00f6de \U0001f600"))

    def _object(self, schema: dict[str, Any], oddness: float) -> Members:
        chance = self._chance
        members = Members()
        for key, each in schema.get("properties", {}).items():
            if chance.random() < 0.85:
                members.append((key, self._value(each, key, oddness)))
        if isinstance(others := schema.get("additionalProperties"), dict):
            members += [(chance.choice(("theme", "language", "x" * 9)), self._value(others, "", oddness))]
        if members and chance.random() < oddness:
            at = chance.randrange(len(members))
            key, value = members[at]
            match chance.randrange(5):
                case 0:
                    members[at] = (chance.choice((key.upper(), key.lower(), key.swapcase())), value)
                case 1:
                    members[at] = (key.translate(_SIMILAR), value)
                case 2:
                    members.insert(chance.randrange(len(members) + 1), (key, self._odd({})))
                case 3:
                    members.append((chance.choice(("unknown", "", "$", key + "\0", "x" * 3000, "\ud800")), value))
                case _:
                    chance.shuffle(members)
        return members

    def _resolved(self, schema: dict[str, Any]) -> dict[str, Any]:
        while True:
            if "$ref" in schema:
                schema = self._schemas[schema["$ref"].rpartition("/")[2]]
            elif "anyOf" in schema:
                schema = next(each for each in schema["anyOf"] if each.get("type") != "null")
            else:
                return schema

    def _odd(self, schema: dict[str, Any]) -> Any:
        """Return what a value should not be: at or beyond its bounds, of another kind, or nothing that is JSON."""
        chance = self._chance
        kind = chance.randrange(10)
        if kind < 4:
            if (bound := schema.get("maxLength")) is not None:
                letter = chance.choice(("x", "\u00e9", "\U0001f600"))
                return letter * (bound + chance.choice((-1, 0, 1)))
            if (bound := schema.get("maxItems")) is not None and (bound <= 1000 or chance.random() < 0.1):
                item = chance.choice((Raw(b'"a"'), Raw(b"1"), Raw(b"null"), Raw(b"{}")))
                return [item] * (bound + chance.choice((0, 1)))
            if "minimum" in schema and chance.random() < 0.7:
                bound = schema[chance.choice(("minimum", "maximum"))] if "maximum" in schema else schema["minimum"]
                return bound + chance.choice((-1, 0, 1))
            if schema.get("type") == "integer":
                return Raw(chance.choice(NUMBERS))
        match kind:
            case 4:
                return Raw(chance.choice(NUMBERS))
            case 5:
                return Raw(b'"' + chance.choice(PIECES) * chance.choice((1, 1, 3)) + b'"')
            case 6:
                depth = chance.choice((3, 100, 1200, 5000))
                opened, closed = chance.choice(((b"[", b"]"), (b'{"a":', b"}")))
                return Raw(opened * depth + b"1" + closed * depth)
            case 7:
                return "x" * chance.choice((1, 129, 5000, 70_000))
            case 8:
                return Raw(
                    chance.choice((b"null", b"true", b"[]", b"{}", b'""', b"[null]", b"[[]]", b'[{}, {"userID": 1}]'))
                )
            case _:
                return chance.choice((-1, 2**31, 2**63, 2**64, 1.5, "1", "", " ", "a\0b", "\ud800", "\u202e", []))
