"""The client's types are those of the server's operations, and take what other servers answer, too."""

import json
from importlib import import_module
from itertools import count
from pathlib import Path
from pkgutil import iter_modules
from typing import Any

import msgspec
import pytest
from msgspec import inspect as types

from amity.api.answers import success
from amity.api.decode import BodyDecoder
from amity.client.connection import decoded
from amity.client.operation import Operation
from amity.client.types import groups, moving, users
from tests.support.client_types import FOLDER, generate
from tests.unit.client.conftest import DECLARED, EACH_ANSWER, EACH_OPERATION, OF_CLIENT

RECORDED = Path(__file__).parents[2] / "integration" / "compatibility"
NAMED = {"frames", "told", "strangers", "group_frames", "group_messages", "group_strangers"}
"""Recordings in which numbers and contents of messages have names. In those of groups they have names where messages
are read."""
NUMBERS = {
    "<milliseconds>": 1_700_000_000_000,
    "<seconds>": 1_700_000_000,
    "<version>": 1,
    "<count>": 2,
    "<groupMemberListHash>": 2**63,
}
"""What the recordings have in the place of numbers that differ from run to run."""
OF_ANYBODY = {"createTime": 0, "appMangerLevel": 0, "globalRecvMsgOpt": 0, "groupInfo": {}}
"""What is no text of those users and groups of whom the recordings keep nothing."""


def value_of(kind, numbers, *, bare=False):
    """A value of one of the server's types: all that it can have in it, or as little as it may."""
    match kind:
        case types.Metadata():
            return value_of(kind.type, numbers, bare=bare)
        case types.UnionType():
            rest = next(each for each in kind.types if not isinstance(each, types.NoneType))
            return None if bare else value_of(rest, numbers)
        case types.StructType():
            return kind.cls(**{field.name: value_of(field.type, numbers, bare=bare) for field in kind.fields})
        case types.ListType():
            return [] if bare else [value_of(kind.item_type, numbers) for _ in range(2)]
        case types.DictType():
            return {} if bare else {f"key {next(numbers)}": value_of(kind.value_type, numbers)}
        case types.LiteralType():
            return kind.values[-1]
        case types.RawType():
            return msgspec.Raw(b'{"any":[1,"text",{"deep":true}]}')
        case types.AnyType():
            return {"any": [1, "text", {"deep": True}]}
        case types.StrType():
            return f"text {next(numbers)}"
        case types.IntType():
            return next(numbers) % 9 + 1
        case types.FloatType():
            return next(numbers) + 0.5
        case types.BoolType():
            return True
        case types.BytesType():
            return bytes([0, 255, next(numbers) % 256])
    raise TypeError(kind)


def without_empty(value: Any) -> Any:
    """JSON without null, empty lists and empty maps, which OpenIM takes for the same."""
    if isinstance(value, dict):
        return {name: without_empty(member) for name, member in value.items() if member not in (None, [], {})}
    return [without_empty(element) for element in value] if isinstance(value, list) else value


def answered(operation, value):
    """What the client makes of the bytes that the server writes for a value."""
    return decoded(operation, json.loads(success(value)).get("data"))


def test_what_is_committed_is_what_is_generated():
    generated = generate(DECLARED.values())
    committed = {str(path.relative_to(FOLDER)): path.read_text(encoding="utf-8") for path in FOLDER.rglob("*.py")}
    stale = [name for name in generated.keys() | committed.keys() if generated.get(name) != committed.get(name)]
    assert not stale, f"not what the operations say any more: run `make client-types` ({', '.join(sorted(stale))})"


def test_the_client_knows_every_operation():
    assert OF_CLIENT.keys() == DECLARED.keys()


@EACH_ANSWER
def test_all_of_what_the_server_writes_arrives(operation, declared):
    value = value_of(types.type_info(declared.response), count())
    assert msgspec.json.encode(answered(operation, value), order="sorted") == msgspec.json.encode(value, order="sorted")


@EACH_ANSWER
def test_what_the_server_leaves_empty_is_empty(operation, declared):
    value = value_of(types.type_info(declared.response), count(), bare=True)
    answer = answered(operation, value)
    assert without_empty(msgspec.to_builtins(answer)) == without_empty(msgspec.to_builtins(value))


@pytest.mark.parametrize("subject", [groups, moving, users], ids=lambda subject: subject.__name__)
def test_a_subject_in_several_files_is_imported_whole(subject):
    parts = [vars(import_module(each.name)) for each in iter_modules(subject.__path__, f"{subject.__name__}.")]
    own = {
        name: value
        for part in parts
        for name, value in part.items()
        if isinstance(value, Operation) or getattr(value, "__module__", "") == part["__name__"]
    }
    assert own
    assert {name: getattr(subject, name) for name in subject.__all__} == own


def test_an_answer_without_anything_is_taken():
    for operation in OF_CLIENT.values():
        assert decoded(operation, None) == decoded(operation, {}) == operation.answer()


def test_nothing_in_an_answer_must_be_there():
    answers = [operation.answer for operation in OF_CLIENT.values()]
    _, structs = msgspec.json.schema_components(answers)
    # What kind of record it is has no default: nothing else tells them apart.
    needed = {name: struct["required"] for name, struct in structs.items() if struct.get("required")}
    of_users, of_groups = ("User", "Friend", "Application", "Black"), ("Group", "Member", "GroupApplication")
    assert needed == {f"{kind}Record": ["kind"] for kind in (*of_users, *of_groups, "Message", "Chat")}


def test_what_is_unknown_in_an_answer_is_ignored():
    for operation in OF_CLIENT.values():
        told: Any = [{"unknown": 1}] if isinstance(operation.answer(), list) else {"unknown": 1}
        assert decoded(operation, told) == decoded(operation, [{}] if isinstance(told, list) else {})


@EACH_OPERATION
def test_the_server_reads_what_the_client_writes(operation, declared):
    request = value_of(types.type_info(declared.request), count())
    body = msgspec.json.encode(msgspec.convert(request, operation.request, from_attributes=True))
    assert BodyDecoder(declared.request)(body) == request


def test_a_request_has_the_server_s_own_defaults():
    for path, operation in OF_CLIENT.items():
        ours, theirs = (msgspec.structs.fields(request) for request in (operation.request, DECLARED[path].request))
        assert [(each.name, each.default) for each in ours] == [
            (each.name, None if each.type is msgspec.Raw else each.default) for each in theirs
        ]


def test_what_is_not_given_is_not_sent():
    for operation in OF_CLIENT.values():
        assert msgspec.json.encode(operation.request()) == b"{}"


def recorded():
    """What OpenIM's server answered, by operation: the ``data`` of every success."""
    found: dict[str, list[Any]] = {}
    for file in sorted(RECORDED.glob("*.jsonl")):
        if file.stem in NAMED:
            continue
        for line in file.read_text(encoding="utf-8").splitlines():
            case = json.loads(line)
            if file.stem.startswith("group") and case.get("path", "").startswith("/msg/"):
                continue
            if case.get("path") in OF_CLIENT and case["answer"]["errCode"] == 0:
                found.setdefault(case["path"], []).append(case["answer"].get("data"))
    return found


def real(value, name=""):
    """What was recorded, with numbers where the recording has something else for them."""
    if isinstance(value, dict):
        return {name: real(member, name) for name, member in value.items()}
    if isinstance(value, list):
        return [real(element, name) for element in value]
    if value == "<any>":
        return OF_ANYBODY.get(name, value)
    return NUMBERS.get(value, value) if isinstance(value, str) else value


def told_alike(ours, theirs):
    """Whether what was recorded is there, as far as the client has names for it."""
    if isinstance(theirs, dict):
        return all(told_alike(ours[name], member) for name, member in theirs.items() if name in ours)
    if isinstance(theirs, list):
        return len(ours) == len(theirs) and all(map(told_alike, ours, theirs))
    return ours == theirs


RECORDED_ANSWERS = recorded()


@pytest.mark.parametrize("path", RECORDED_ANSWERS)
def test_what_openim_answers_is_understood(path, operation):
    for answer in map(real, RECORDED_ANSWERS[path]):
        ours = decoded(operation, answer)
        assert told_alike(msgspec.to_builtins(ours), without_empty(answer) or {}) if ours is not None else not answer
