"""Quotes of messages that were taken back on the server from which they are restored."""

import json

import pytest

from tests.integration.moving.chat_records import CHAT, chat, marks, message, restore


@pytest.mark.parametrize("named", [{"seq": 1}, {"clientMsgID": "ann-one"}])
@pytest.mark.parametrize("order", ["together", "quote first", "quote last"])
async def test_a_quote_is_shown_without_the_text_of_what_was_revoked_there(talk, named, order):
    content = json.dumps({"text": "see", "quoteMessage": {**named, "content": "SECRET"}}).encode()
    quote = message("bob", "ann", 2, "quote", contentType=114, content=content)
    revoked = message("ann", "bob", 1, "one", contentType=2101, content=b"{}") | {"marks": marks(isRevoked=True)}
    for part in {
        "together": [[revoked, quote]],
        "quote first": [[quote], [revoked]],
        "quote last": [[revoked], [quote]],
    }[order]:
        await restore(talk.rest, messages=part, chats=[chat("ann", "bob", 2)])
    pulled = (await talk.ann.pull(CHAT, 1, 9)).Msgs
    assert [each.contentType for each in pulled] == [2101, 114]
    assert b"SECRET" not in pulled[1].content
