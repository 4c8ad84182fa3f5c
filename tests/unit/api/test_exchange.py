"""A body that arrives before the application asks for it."""

import tracemalloc
from typing import cast

from amity.api.exchange import Channel, Exchange
from amity.http.head import read_head


def test_a_body_that_waits_in_pairs_of_bytes_takes_no_more_memory_than_another():
    head = read_head(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 60001")
    exchange = Exchange(cast("Channel", None), head)  # nothing of a connection is needed until somebody answers
    tracemalloc.start()
    for number in range(30_000):
        exchange.feed(number.to_bytes(2))
    held = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    assert held < 3 * 60_000
