"""Reasons that the server stores in English, in the language of who reads them."""

import io

import pytest

from amity.callbacks.asking.asker import _LEFT_ALONE
from amity.callbacks.asking.verdict import Failed, decide
from amity.console.imports.working import NO_PAIRS
from amity.console.texts.catalogue import read_texts
from amity.importing.lines import BadLine
from amity.importing.reading import parse
from amity.importing.report import rows
from amity.importing.sending import LEFT_OUT
from amity.wire.events.friends import ReplaceFriends

TEXTS = read_texts()
CSV = """ann,bob
ann
ann,bob,eve
ann,ann
,bob
a b,bob
ann,"bob
"""
JSON = """{"ownerUserID": "ann", "friendUserID": "bob"}
no JSON
[]
{}
{"ownerUserID": "ann"}
{"ownerUserID": 1, "friendUserID": "bob"}
{"ownerUserID": "ann", "friendUserID": 1}
{"ownerUserID": "ann", "friendUserIDs": []}
{"ownerUserID": "ann", "friendUserIDs": ["bob"], "friends": ["eve"]}
"""
ANSWERS = [(500, b""), (200, b""), (200, b"hello"), (200, b'{"nextCode": 7}'), (200, b'{"actionCode": 1}')]


def bad(content):
    return [line for line in parse(io.BufferedReader(io.BytesIO(content))) if isinstance(line, BadLine)]


def of_bad_lines():
    csv, json = bad(CSV.encode() + b"\xff\n" + b"a" * 5000 + b",bob\n"), bad(JSON.encode())
    assert (len(csv), len(json)) == (8, 8)
    return [row[-1] for row in rows([*csv, *json], ())]


def of_answers():
    for status, body in ANSWERS:
        failed = decide(status, body, ReplaceFriends)
        assert isinstance(failed, Failed)
        yield f"{failed.reason} ({failed.detail})" if failed.detail else failed.reason


@pytest.mark.parametrize("reason", [*of_bad_lines(), *of_answers(), NO_PAIRS, LEFT_OUT, _LEFT_ALONE.reason])
def test_a_reason_of_the_server_is_shown_in_the_reader_s_language(reason):
    assert TEXTS["en"].reason(reason) == reason
    assert TEXTS["zh"].reason(reason) != reason


def test_what_stands_in_a_reason_stands_in_it_in_any_language():
    assert TEXTS["zh"].reason("the answer's status was 500") == "业务服务器返回的状态码为 500"
    assert TEXTS["zh"].reason("by imAdmin") == "由 imAdmin 操作"
    assert "127.0.0.1: refused" in TEXTS["zh"].reason("the app's callback could not be reached (127.0.0.1: refused)")


@pytest.mark.parametrize("text", ["", "by law: is not of age", "is not of age", "by " + "x" * 2000])
def test_what_is_no_reason_of_the_server_stays_as_it_is(text):
    assert TEXTS["zh"].reason(text) == text
