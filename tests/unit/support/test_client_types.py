"""The writer of the client's types: what it makes of a struct, and what it refuses."""

from typing import Annotated, Any, Literal

import msgspec
import pytest

from amity.calls.call import Call, Request, Response
from amity.calls.operation import Access, Operation
from amity.wire.integers import Int32
from tests.support.client_types import generate, write
from tests.support.declared_operations import declared_operations


class Inner(Response):
    seq: int


class AskRequest(Request):
    """Ask. ``time`` in seconds since 1970."""

    time: Int32 = 7
    mood: Literal["", "quiet"] = ""
    names: list[str | None] | None = None


class AskResponse(Response):
    """What was asked for.

    Times are in seconds.
    """

    inner: Inner
    maybe: Inner | None
    many: list[Inner] | None
    by_name: dict[str, Inner]
    state: Literal["new", "old"]
    odd: Annotated[int, msgspec.Meta(ge=0)] = msgspec.field(name="ODD")
    anything: Any


class Either(Response):
    either: int | str


class NeedyRequest(Request):
    user_id: str


async def ask(call: Call, request: AskRequest) -> AskResponse:
    raise NotImplementedError


async def ask_for_a_list(call: Call, request: AskRequest) -> list[Inner]:
    raise NotImplementedError


async def ask_for_either(call: Call, request: AskRequest) -> Either:
    raise NotImplementedError


async def ask_in_need(call: Call, request: NeedyRequest) -> None:
    raise NotImplementedError


def written(*operations):
    """The one file that has something in it."""
    (text,) = [text for name, text in generate(operations).items() if not name.endswith("__init__.py")]
    return text


def test_an_answer_has_a_default_in_every_field_and_no_bound():
    assert '''
class AskResponse(Response):
    """What was asked for.

    Times are in seconds.
    """

    inner: Inner = msgspec.field(default_factory=Inner)
    maybe: Inner | None = None
    many: list[Inner] = msgspec.field(default_factory=list)
    by_name: dict[str, Inner] = msgspec.field(default_factory=dict)
    state: str = ""
    odd: int = msgspec.field(default=0, name="ODD")
    anything: Any = None

''' in written(Operation("/a/ask", ask, "Ask"))


def test_a_request_keeps_the_server_s_defaults():
    assert '''
class AskRequest(Request):
    """Ask. ``time`` in seconds since 1970."""

    time: int = 7
    mood: str = ""
    names: list[str] | None = None

''' in written(Operation("/a/ask", ask, "Ask"))


def test_a_struct_stands_after_what_it_has_in_it():
    text = written(Operation("/a/ask", ask, "Ask"))
    assert text.index("class Inner") < text.index("class AskResponse")


def test_an_operation_ties_its_path_to_its_types():
    operation = Operation("/a/ask_all", ask_for_a_list, "Ask everybody", access=Access.ANYONE)
    line = 'A_ASK_ALL = Operation("/a/ask_all", AskRequest, list[Inner], needs_token=False)\n"""Ask everybody."""\n'
    assert written(operation).endswith(line)


def test_two_structs_of_one_name_are_refused():
    twin = msgspec.defstruct("AskRequest", [("user_id", str, "")], bases=(Request,), module=__name__)

    async def ask_the_twin(call, request) -> None:
        raise NotImplementedError

    ask_the_twin.__annotations__["request"] = twin
    with pytest.raises(ValueError, match="several structs have the name AskRequest"):
        generate([Operation("/a/ask", ask, "Ask"), Operation("/a/twin", ask_the_twin, "Ask")])


def test_what_the_client_cannot_have_is_refused():
    with pytest.raises(TypeError, match="nothing for UnionType"):
        generate([Operation("/a/ask", ask_for_either, "Ask")])


def test_a_request_must_not_need_a_field():
    with pytest.raises(TypeError, match=r"NeedyRequest\.user_id"):
        generate([Operation("/a/ask", ask_in_need, "Ask")])


def test_a_file_that_nothing_is_written_to_any_more_is_deleted(tmp_path):
    (tmp_path / "gone.py").write_text("")
    write(tmp_path)
    found = {str(path.relative_to(tmp_path)): path.read_text("utf-8") for path in tmp_path.rglob("*.py")}
    assert found == generate(declared_operations().values())
