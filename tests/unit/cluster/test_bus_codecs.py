from hypothesis import given
from hypothesis import strategies as st

from amity.cluster.bus.bundles import gathered
from amity.cluster.bus.bus import EVERYBODY
from amity.cluster.bus.notifications import MOST_TEXT_BYTES, Numbered, Reassembly

MESSAGES = st.lists(st.tuples(st.sampled_from(["a", "b", EVERYBODY]), st.binary(max_size=40)), max_size=60)
SIZES = st.lists(st.tuples(st.sampled_from(["a", "b", EVERYBODY]), st.integers(0, 30_000)), max_size=12)


def heard_on(channel, notifications):
    """The payloads of those that listen to a channel and to that of all."""
    return [payload for name, payload in notifications if name in {channel, EVERYBODY}]


@given(MESSAGES, st.integers(1, 200))
def test_bundles_keep_every_message_in_the_order_of_each_listener(messages, most_bytes):
    bundles = list(gathered(messages, most_bytes))
    for channel in ("a", "b"):
        found = [payload for payloads in heard_on(channel, bundles) for payload in payloads]
        assert found == heard_on(channel, messages)


@given(MESSAGES, st.integers(1, 200))
def test_a_bundle_of_several_messages_is_within_its_bound(messages, most_bytes):
    for _, payloads in gathered(messages, most_bytes):
        assert len(payloads) == 1 or sum(map(len, payloads)) <= most_bytes


def test_messages_for_one_channel_share_a_bundle():
    messages = [("a", b"1"), ("b", b"2"), ("a", b"3"), ("b", b"4")]
    assert list(gathered(messages, 1000)) == [("a", [b"1", b"3"]), ("b", [b"2", b"4"])]


@given(SIZES)
def test_notifications_carry_every_message_in_order(sizes):
    messages = [(channel, bytes([number]) * size) for number, (channel, size) in enumerate(sizes)]
    notifications = list(Numbered().notifications(messages))
    assert all(len(text.encode()) <= MOST_TEXT_BYTES and "\0" not in text for _, text in notifications)
    for channel in ("a", "b"):
        reassembly = Reassembly()
        found = [each for text in heard_on(channel, notifications) for each in reassembly.take(1, text)]
        assert found == heard_on(channel, messages)
        assert reassembly.unfinished_bytes == 0


def test_notifications_at_the_edge_of_one_and_two_parts():
    for size in range(3_940, 4_020):
        payload = b"\xff" * size
        texts = [text for _, text in Numbered().notifications([("a", payload)])]
        assert len(texts) == (1 if texts[0][0] == "w" else 2)
        assert all(len(text.encode()) <= MOST_TEXT_BYTES for text in texts)
        reassembly = Reassembly()
        assert [each for text in texts for each in reassembly.take(1, text)] == [payload]


def test_equal_messages_make_notifications_that_differ():
    numbered = Numbered()
    texts = {text for _ in range(3) for _, text in numbered.notifications([("a", b"same")])}
    assert len(texts) == 3


@given(st.lists(st.binary(max_size=6_000).filter(bool), min_size=2, max_size=3), st.randoms())
def test_parts_of_several_senders_may_mix(payloads, chance):
    payloads = [payload * 4 for payload in payloads]
    queues = [[text for _, text in Numbered().notifications([("a", payload)])] for payload in payloads]
    reassembly, found = Reassembly(), {}
    while any(queues):
        sender = chance.choice([number for number, queue in enumerate(queues) if queue])
        for each in reassembly.take(sender, queues[sender].pop(0)):
            found[sender] = each
    assert found == dict(enumerate(payloads))


@given(st.text(max_size=200))
def test_what_nobody_of_ours_sent_is_dropped(text):
    reassembly = Reassembly()
    for letter in ("", "w", "p"):
        reassembly.take(1, letter + text)
    assert reassembly.unfinished_bytes <= 300


def test_a_message_that_lacks_a_part_is_dropped_and_the_next_one_is_not():
    numbered, reassembly = Numbered(), Reassembly()
    first = [text for _, text in numbered.notifications([("a", bytes(20_000))])]
    second = [text for _, text in numbered.notifications([("a", b"x" * 20_000)])]
    del first[1]
    assert [each for text in first + second for each in reassembly.take(1, text)] == [b"x" * 20_000]
    assert reassembly.unfinished_bytes == 0


def test_a_message_that_is_sent_again_from_its_start_arrives():
    numbered, reassembly = Numbered(), Reassembly()
    first = [text for _, text in numbered.notifications([("a", bytes(20_000))])]
    assert [each for text in first[:2] + first for each in reassembly.take(1, text)] == [bytes(20_000)]


def test_what_is_unfinished_is_bounded():
    reassembly = Reassembly(most_bytes=50_000)
    for sender in range(40):
        texts = [text for _, text in Numbered().notifications([("a", bytes(20_000))])]
        for text in texts[:-1]:
            assert reassembly.take(sender, text) == []
        assert reassembly.unfinished_bytes <= 50_000


def test_many_senders_with_unfinished_messages_are_bounded():
    reassembly = Reassembly()
    texts = [text for _, text in Numbered().notifications([("a", bytes(20_000))])]
    for sender in range(1000):
        reassembly.take(sender, texts[0])
    assert reassembly.unfinished_bytes < 256 * 4_000
