"""The document that describes the operations, made of types alone."""

from typing import Any, Literal

import pytest

from amity.api.openapi import document
from amity.calls.call import Call, Request, Response
from amity.calls.operation import Handler, Operation, Protobuf
from amity.calls.page import Pagination
from amity.wire.proto.sdkws_pb2 import GetMaxSeqReq, GetMaxSeqResp


class AskRequest(Request):
    """``friend_user_ids`` are asked about; see ``get_friend_list``. A *quiet* one says nothing.

    More in a second paragraph.
    """

    friend_user_ids: list[str] | None = None
    pagination: Pagination | None = None
    mood: Literal["", "quiet"] = ""


class AskResponse(Response):
    total: int
    owners: list["Owner"]


class Owner(Response):
    user_id: str
    is_pinned: bool
    weight: float
    seqs: dict[str, int]


async def ask(call: Call, request: AskRequest) -> AskResponse:
    raise NotImplementedError


async def tell(call: Call, request: AskRequest) -> None:
    raise NotImplementedError


class Sparse(Response, omit_defaults=True):
    nickname: str = ""


class Full(Response):
    nickname: str = ""
    sparse: list[Sparse] | None = None


async def show(call: Call, request: AskRequest) -> Full:
    raise NotImplementedError


async def ask_if_there_is_one(call: Call, request: AskRequest) -> AskResponse | None:
    raise NotImplementedError


def described(handler: Handler = ask, **options: Any) -> dict:
    return document([Operation("/friend/ask", handler, "Ask", description="About *friends*.", **options)])


def test_data_that_may_be_absent_is_not_required():
    post = described(ask_if_there_is_one)["paths"]["/friend/ask"]["post"]
    success = post["responses"]["200"]["content"]["application/json"]["schema"]["oneOf"][0]
    assert "data" in success["properties"]
    assert "data" not in success["required"]


def test_a_handler_that_does_not_say_what_it_takes_is_no_operation():
    async def silent(call, request):
        return None

    with pytest.raises(TypeError, match="says what it takes"):
        Operation("/friend/ask", silent, "Ask")


def test_descriptions_name_fields_as_they_are_on_the_wire():
    schema = described()["components"]["schemas"]["AskRequest"]
    assert schema["description"] == (
        "`friendUserIDs` are asked about; see `get_friend_list`. A `quiet` one says nothing.\n\n"
        "More in a second paragraph."
    )


def test_it_does_not_forbid_what_the_server_accepts():
    assert "'additionalProperties': False" not in str(described())
    assert described()["components"]["schemas"]["AskRequest"]["required"] == []


def test_an_answer_is_the_data_or_an_error():
    answer = described()["paths"]["/friend/ask"]["post"]["responses"]["200"]["content"]["application/json"]
    success, error = answer["schema"]["oneOf"]
    assert success["required"] == ["errCode", "errMsg", "errDlt", "data"]
    assert error == {"$ref": "#/components/schemas/Error"}


def test_an_operation_without_data_promises_none():
    answer = described(tell)["paths"]["/friend/ask"]["post"]["responses"]["200"]["content"]["application/json"]
    assert answer["schema"]["oneOf"][0]["required"] == ["errCode", "errMsg", "errDlt"]


def test_a_field_has_the_meaning_of_its_name_where_its_struct_says_nothing_else():
    schemas = described()["components"]["schemas"]
    assert schemas["Owner"]["properties"]["isPinned"]["description"] == "Whether it stands at the top of its list"
    assert schemas["Pagination"]["properties"]["pageNumber"]["description"] == "Number of the page, from 1"


def test_a_field_that_a_request_is_refused_without_is_neither_null_nor_has_it_a_default():
    pagination = described()["components"]["schemas"]["Pagination"]
    assert pagination["required"] == ["pageNumber"]
    assert "default" not in pagination["properties"]["pageNumber"]
    assert pagination["properties"]["showNumber"]["default"] == 0


def test_a_field_of_an_answer_is_required_if_it_is_always_sent():
    schemas = described(show)["components"]["schemas"]
    assert schemas["Full"]["required"] == ["nickname", "sparse"]
    assert "default" not in schemas["Full"]["properties"]["nickname"]
    assert schemas["Sparse"].get("required", []) == []


def test_every_operation_says_who_may_call_it():
    post = described()["paths"]["/friend/ask"]["post"]
    assert post["description"].startswith("About *friends*.\n\nA body has up to 1,991,967 bytes")
    assert post["description"].endswith("\n\nMay be called by: any valid token.")
    assert (post["operationId"], post["tags"]) == ("friend_ask", ["friend"])


def test_a_body_that_may_be_protobuf_says_so():
    def bodies(protobuf):
        return described(protobuf=protobuf)["paths"]["/friend/ask"]["post"]["requestBody"]["content"]

    assert set(bodies(None)) == {"application/json"}
    other = bodies(Protobuf(GetMaxSeqReq, GetMaxSeqResp))["application/x-protobuf"]["schema"]
    assert (
        other["description"]
        == "OpenIM's message `GetMaxSeqReq`; `data` of the answer is then `GetMaxSeqResp`, in base64."
    )


def test_the_bounds_of_a_name_are_those_of_what_is_sent_and_not_of_answers():
    schemas = described()["components"]["schemas"]
    (asked, _) = schemas["AskRequest"]["properties"]["friendUserIDs"]["anyOf"]
    assert (asked["maxItems"], asked["items"]["maxLength"]) == (1000, 128)
    assert "maxLength" not in schemas["Owner"]["properties"]["userID"]


@pytest.mark.parametrize("once_by_key", [False, True])
def test_an_operation_that_may_be_repeated_with_its_key_names_the_header(once_by_key):
    document = described(once_by_key=once_by_key)
    named = [each["$ref"].rpartition("/")[2] for each in document["paths"]["/friend/ask"]["post"]["parameters"]]
    assert named == ["operationID"] + ["idempotencyKey"] * once_by_key
    header = document["components"]["parameters"]["idempotencyKey"]
    assert (header["name"], header["in"], header["required"]) == ("Idempotency-Key", "header", False)
