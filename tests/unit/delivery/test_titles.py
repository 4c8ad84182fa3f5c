"""What a device shows of a message that has no texts for that."""

import pytest

from amity.delivery.titles import texts_of
from amity.wire.events.messages import OfflinePushInfo


@pytest.mark.parametrize(
    ("content_type", "title"),
    [
        (101, "[TEXT]"),
        (102, "[PICTURE]"),
        (103, "[VOICE]"),
        (104, "[VIDEO]"),
        (105, "[File]"),
        (106, "[@TEXT]"),
        (110, "[NEWMSG]"),
        (1400, "[NEWMSG]"),
    ],
)
def test_the_title_follows_from_the_type(content_type, title):
    texts = texts_of(content_type, None)
    assert (texts.title, texts.desc) == (title, title)


def test_a_title_that_is_given_is_the_text_too():
    texts = texts_of(101, OfflinePushInfo(title="Ann"))
    assert (texts.title, texts.desc) == ("Ann", "Ann")


def test_a_text_that_is_given_stands_under_the_title_of_the_type():
    texts = texts_of(101, OfflinePushInfo(desc="hello"))
    assert (texts.title, texts.desc) == ("[TEXT]", "hello")


def test_all_else_is_kept():
    info = OfflinePushInfo(title="t", desc="d", ex="e", ios_push_sound="s", ios_badge_count=True, signal_info="i")
    assert texts_of(101, info) == info
