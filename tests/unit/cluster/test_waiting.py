from amity.cluster.bus.waiting import MOST_MESSAGE_BYTES, Waiting


def test_a_batch_has_what_fits_in_order():
    waiting = Waiting()
    for number in range(4):
        waiting.add("a", bytes([number]) * 400)
    assert [payload[0] for _, payload in waiting.take(1200)] == [0, 1]
    assert [payload[0] for _, payload in waiting.take(1200)] == [2, 3]
    assert (len(waiting), waiting.batches) == (0, 2)


def test_a_message_larger_than_a_batch_is_one():
    waiting = Waiting()
    waiting.add("a", bytes(5000))
    waiting.add("a", b"next")
    assert [len(payload) for _, payload in waiting.take(1000)] == [5000]


def test_what_is_under_way_is_sent_again_before_what_waits():
    waiting = Waiting()
    for number in range(6):
        waiting.add("a", bytes([number]) * 400)
    waiting.take(1200)
    waiting.take(1200)
    assert waiting.confirm() == 2
    waiting.send_again()
    assert [payload[0] for _, payload in waiting.take(1 << 20)] == [2, 3, 4, 5]


def test_all_that_waits_is_dropped_at_the_bound_of_messages():
    waiting = Waiting(most_messages=3)
    assert [waiting.add("a", b"x") for _ in range(5)] == [0, 0, 0, 4, 0]
    assert len(waiting) == 1


def test_all_that_waits_is_dropped_at_the_bound_of_bytes():
    waiting = Waiting(most_bytes=10_000)
    assert [waiting.add("a", bytes(4_000)) for _ in range(4)] == [0, 0, 3, 0]


def test_what_is_under_way_counts_again_once_it_waits_again():
    waiting = Waiting(most_messages=3)
    for _ in range(3):
        waiting.add("a", b"x")
    waiting.take(1 << 20)
    assert waiting.add("a", b"y") == 0
    waiting.send_again()
    assert waiting.add("a", b"z") == 5


def test_a_message_that_nobody_takes_is_dropped():
    waiting = Waiting()
    assert waiting.add("a", bytes(MOST_MESSAGE_BYTES + 1)) == 1
    assert len(waiting) == 0
