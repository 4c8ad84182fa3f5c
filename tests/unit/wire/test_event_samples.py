"""Every event has a sample that nobody can take for a real one."""

import msgspec

from amity.wire.events.catalogue import EVENTS, parse, payload

SAMPLES = [event.sampled() for event in EVENTS]


def test_a_sample_is_what_the_kit_reads():
    for sample in SAMPLES:
        assert parse(type(sample).command, payload(sample)) == sample


def test_every_id_in_a_sample_says_what_it_is():
    def ids(value: object, key: str = "") -> list[str]:
        if isinstance(value, dict):
            return [found for name, entry in value.items() for found in ids(entry, name)]
        if isinstance(value, list | tuple):
            return [found for entry in value for found in ids(entry, key)]
        is_id = key.endswith(("ID", "IDs", "Id", "IDList")) and not key.lower().endswith("platformid")
        return [str(value)] if is_id and value else []

    for sample in SAMPLES:
        found = ids(msgspec.to_builtins(sample))
        assert found
        # The id of a conversation begins with what it is.
        assert all(each.removeprefix("si_").removeprefix("sg_").startswith("amity-sample-") for each in found)


def test_nothing_in_a_sample_can_be_changed():
    # What can be changed has no hash.
    assert len({hash(sample) for sample in SAMPLES}) == len(SAMPLES)


def test_a_sample_says_whose_it_is():
    owners = [sample.owner().removeprefix("push of ") for sample in SAMPLES]
    assert all(owner.removeprefix("si_").removeprefix("sg_").startswith("amity-sample-") for owner in owners)
