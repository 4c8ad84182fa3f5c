"""The ids of events."""

from amity.callbacks.telling.outbox import new_event_id


def test_ids_of_one_moment_differ():
    assert len({new_event_id(1_800_000_000.0) for _ in range(1000)}) == 1000


def test_ids_sort_by_time():
    times = [1_800_000_000.0 + step / 1000 for step in range(1000)]
    ids = [new_event_id(time) for time in times]
    assert ids == sorted(ids)
    assert len({len(event_id) for event_id in ids}) == 1


def test_an_id_can_stand_in_a_header_and_in_a_signature():
    event_id = new_event_id(1_800_000_000.0)
    assert event_id.startswith("evt_")
    assert "." not in event_id
    assert event_id.isascii()
    assert event_id.isprintable()
