"""The text of a message that is searched, and what is taken as a keyword."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from amity.errors import ImError
from amity.messages.searching.texts.extracting import folded_keyword, text_of
from amity.users.folding import fold
from amity.wire.proto.sdkws_pb2 import MsgData


def text(content: bytes, content_type: int = 101) -> tuple[int, str] | None:
    return text_of(MsgData(contentType=content_type, content=content).SerializeToString())


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"needle",
        b"[]",
        b'"needle"',
        b"{}",
        b'{"content": null}',
        b'{"content": {"content": "needle"}}',
        b'{"content": "\\ud800 needle"}',
        b'{"content": "needle\xff"}',
        b'{"content": ' + b"[" * 50_000,
        b'{"content": "x"}',
    ],
)
def test_what_holds_no_text_is_not_searched(content):
    assert text(content) is None


def test_a_text_is_folded_and_comes_with_its_type():
    assert text('{"text": "STRAẞE"}'.encode(), 114) == (114, "strasse")


def test_control_characters_are_left_out_and_line_ends_are_not():
    assert text(b'{"content": "a\\u0000b\\u001b\\nc\\td"}') == (101, "ab\nc\td")


@given(content=st.binary(), content_type=st.sampled_from([101, 106, 110, 114, 117]))
def test_no_content_breaks_it(content, content_type):
    text(content, content_type)


@given(keyword=st.text())
def test_a_keyword_is_folded_or_refused(keyword):
    has_controls = any(each < " " and each not in "\t\n\r" for each in keyword)
    if has_controls or len(fold(keyword)) < 2:
        with pytest.raises(ImError, match="keyword: ") as refused:
            folded_keyword(keyword)
        assert refused.value.code == 1001
    else:
        assert folded_keyword(keyword) == fold(keyword)


@pytest.mark.parametrize("character", ["x", "龘", "\ufdfa", "\u0958"])
def test_of_a_long_text_the_beginning_is_searched(character):
    found = text(msgspec.json.encode({"content": "needles" + character * 10_000}))
    assert found is not None
    assert (found[1][:6], len(found[1])) == ("needle", 4_000)


def test_a_content_that_is_longer_than_users_may_send_is_not_looked_at():
    assert text(msgspec.json.encode({"content": "needle", "more": "x" * 65_536})) is None
