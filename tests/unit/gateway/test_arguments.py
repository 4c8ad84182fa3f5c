"""Connection arguments: both forms, and the text of every error."""

import base64
import json
from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amity.errors import ImError
from amity.gateway.arguments import Arguments, Query
from amity.http.head import RequestHead

PARTS = {"sendID": "alice", "token": "t.o.k", "platformID": "7", "operationID": "op", "isBackground": "false"}
PACKED = {"token": "t.o.k", "userID": "alice", "platformID": 7, "operationID": "op", "background": False}


def head(asked, headers=None) -> RequestHead:
    return RequestHead("GET", "/", asked.encode("ascii"), headers or {}, 0, False, True)


def query(parts, headers=None) -> Query:
    said = {name: value for name, value in parts.items() if value is not None}
    return Query(head(urlencode(said), headers))


def packed(content) -> Query:
    text = content if isinstance(content, str) else json.dumps(content)
    return query({"v": base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")})


def outcome(asked: Query) -> int:
    try:
        asked.arguments()
    except ImError as error:
        return error.code
    return 0


def refusal(asked: Query) -> tuple[int, str]:
    with pytest.raises(ImError) as caught:
        asked.arguments()
    return caught.value.code, caught.value.detail


def test_a_native_client_sends_separate_parameters():
    said = query(PARTS | {b"compression": b"gzip"}).arguments()
    assert said == Arguments("alice", 7, "t.o.k", "op", "go", is_compressed=True)


def test_a_javascript_client_can_ask_for_a_first_frame():
    asked = query(PARTS | {"platformID": "5", "isMsgResp": "true", "sdkType": "js"})
    assert asked.wants_answer
    assert asked.arguments() == Arguments("alice", 5, "t.o.k", "op", "js", wants_answer=True)


def test_compression_may_be_a_header():
    assert query(PARTS, {b"compression": b"gzip"}).arguments().is_compressed
    assert not query(PARTS | {"compression": "zstd"}, {b"compression": b"gzip"}).arguments().is_compressed


def test_all_arguments_may_be_packed_into_one_parameter():
    asked = packed(PACKED | {"compression": "gzip", "sdkType": "js", "sendResponse": True, "sdkVersion": "1"})
    assert asked.wants_answer
    assert asked.operation_id == "op"
    assert asked.arguments() == Arguments("alice", 7, "t.o.k", "op", "js", is_compressed=True, wants_answer=True)


def test_padding_of_what_is_packed_is_no_error():
    text = base64.urlsafe_b64encode(json.dumps(PACKED | {"token": "t.o.k."}).encode()).decode()
    assert text.endswith("=")
    assert query({"v": text}).arguments().user_id == "alice"


@pytest.mark.parametrize(("word", "means"), [("1", True), ("T", True), ("TRUE", True), ("0", False), ("F", False)])
def test_booleans_are_those_of_go(word, means):
    assert query(PARTS | {"isBackground": word}).arguments().is_background is means


def test_the_first_of_repeated_parameters_counts():
    assert Query(head(f"{urlencode(PARTS)}&sendID=mallory")).arguments().user_id == "alice"


@pytest.mark.parametrize(
    ("parts", "code", "detail"),
    [
        ({"operationID": None}, 1602, "operationID is empty"),
        ({"operationID": "o" * 257}, 1602, "operationID is longer than 256 characters"),
        ({"token": None}, 1602, "token is empty"),
        ({"token": "t" * 4097}, 1503, "token is longer than 4096 characters"),
        ({"sendID": ""}, 1602, "sendID is empty"),
        ({"sendID": "u" * 129}, 1602, "sendID is longer than 128 characters"),
        ({"platformID": None}, 1602, "platformID is not int"),
        ({"platformID": "seven"}, 1602, "platformID is not int"),
        ({"platformID": "\u0667"}, 1602, "platformID is not int"),
        ({"platformID": "9" * 5000}, 1602, "platformID is not int"),
        ({"platformID": "0"}, 1602, "platformID is invalid"),
        ({"platformID": "12"}, 1602, "platformID is invalid"),
        ({"sdkType": "rust"}, 1602, "sdkType is invalid"),
        ({"isMsgResp": "yes"}, 1602, "isMsgResp is not bool"),
        ({"isBackground": "perhaps"}, 1602, "isBackground is not bool"),
        ({f"part{number}": "" for number in range(64)}, 1602, "the query has more than 64 parts"),
    ],
)
def test_every_error_names_the_argument(parts, code, detail):
    assert refusal(query(PARTS | parts)) == (code, detail)


@pytest.mark.parametrize(
    ("asked", "detail"),
    [
        (query({"v": "!!!"}), "data is not base64"),
        (packed("no json"), "data is not json"),
        (packed('{"a":' * 10_000), "data is not json"),
        (
            packed(PACKED | {"platformID": "7"}),
            "data is not json as expected: Expected `int`, got `str` - at `$.platformID`",
        ),
        (packed(PACKED | {"userID": ""}), "sendID is empty"),
        (packed(PACKED | {"platformID": 99}), "platformID is invalid"),
    ],
)
def test_every_error_in_packed_arguments_names_the_fault(asked, detail):
    assert refusal(asked) == (1602, detail)


def test_wants_answer_is_known_despite_other_errors():
    assert query({"isMsgResp": "true"}).wants_answer
    assert packed({"sendResponse": True}).wants_answer
    assert not query({}).wants_answer


def test_the_operation_id_for_the_log_is_bounded():
    assert query({"operationID": "o" * 9000}).operation_id == "o" * 256


@given(st.text(st.characters(min_codepoint=33, max_codepoint=126), max_size=200))
def test_any_query_is_parsed_or_refused(text):
    assert outcome(Query(head(text))) in {0, 1503, 1602}


@given(st.binary(max_size=200))
def test_any_packed_arguments_are_parsed_or_refused(content):
    assert outcome(query({"v": base64.urlsafe_b64encode(content).decode()})) in {0, 1503, 1602}
