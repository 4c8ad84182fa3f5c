"""Secrets in bodies are masked where people read them."""

import msgspec
import pytest

from amity.callbacks.masking import masked
from amity.wire.events.catalogue import payload
from amity.wire.events.pushes import AfterOfflinePush


@pytest.mark.parametrize(
    ("body", "shown"),
    [
        (b'{"token":"abc","a":1}', b'{"token":"***","a":1}'),
        (b'{"token" : "a\\"b\\\\","a":"token"}', b'{"token" : "***","a":"token"}'),
        (b'[{"secret":"x"},{"password":"y"}]', b'[{"secret":"***"},{"password":"***"}]'),
        (b'{"token":"cut of', b'{"token":"***'),
        (b'{"token":"cut of\\', b'{"token":"***\\'),
        (b'{"token":7,"tokens":"x"}', b'{"token":7,"tokens":"x"}'),
        (b'OK "token"', b'OK "token"'),
        (b"", b""),
    ],
)
def test_texts_under_such_names_are_masked_and_others_are_not(body, shown):
    assert masked(body) == shown


def test_the_push_tokens_of_devices_are_masked():
    body = payload(AfterOfflinePush.sampled(), documented_names=False)
    assert b"amity-sample-token" in body
    shown = masked(body)
    assert b"amity-sample-token" not in shown
    assert msgspec.json.decode(shown)["receivers"][0]["devices"][0]["token"] == "***"
