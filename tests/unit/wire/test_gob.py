"""gob, as Go writes it, and as nobody should."""

from pathlib import Path

import pytest

from amity.wire.frames import GO, FrameError, Reply, Request
from amity.wire.gob import StructReader, StructWriter
from amity.wire.gob_types import GobError

FIXTURES = Path(__file__).parent / "fixtures"
BY_GO = {path.stem: path.read_bytes() for path in (FIXTURES / "go").iterdir()}
DATA = b"\n\x01a"
USUAL = Request(1001, "a", "", "", DATA)
EXPECTED = {
    "plain": Request(1001, "a", "op", "a_1", DATA, "t"),
    "reversed": Request(1001, "a", "op", "a_1", DATA, "t"),
    "int32": Request(1001, "a", "op", "a_1", DATA),
    "zero": Request(0, "", "", "", b""),
    "negative": Request(-(2**31), "a", "", "", b""),
    "named_types": Request(-5, "a", "", "", DATA),
    "long": Request(2005, "ü" * 300, "op", "a_1", b"\0\xff" * 350, "t"),
}
REFUSED = {
    "refused_identifier_is_text": "ReqIdentifier is of another kind",
    "refused_identifier_is_unsigned": "ReqIdentifier is of another kind",
    "refused_text_is_bytes": "SendID is of another kind",
    "refused_identifier_of_33_bits": "ReqIdentifier has more than 32 bits",
    "refused_interface_in_an_interface": "something after the value",
    "refused_interface_of_a_new_type": "something after the value",
    "refused_invalid_utf8": "not UTF-8",
    "refused_map": "no struct",
    "refused_slice": "no struct",
    "refused_text": "no struct",
    "refused_time": "no struct",
    "refused_two_values": "something after the value",
    "refused_unknown_fields_only": "none of the fields",
}


def message(payload):
    assert len(payload) < 128
    return bytes([len(payload)]) + payload


def defined(*fields, type_id=64):
    """Return the definition of a struct; its fields as (name, type id), with ids below 64."""
    number = bytes([2 * (type_id - 1) + 1])
    listed = b"".join(b"\x01" + bytes([len(name)]) + name + b"\x01" + kind + b"\0" for name, kind in fields)
    return message(number + b"\x03\x01\x01\x01R\0\x01" + bytes([len(fields)]) + listed + b"\0\0")


INT, FLOAT, BYTES, STRING, INTERFACE = b"\x04", b"\x08", b"\x0a", b"\x0c", b"\x10"
OWN = b"\xff\x80"
IDENTIFIER = defined((b"ReqIdentifier", INT))


@pytest.mark.parametrize("name", sorted(name for name in BY_GO if not name.startswith("refused_")))
def test_what_go_writes_is_read_whatever_else_the_struct_holds(name):
    assert GO.decode(BY_GO[name]) == EXPECTED.get(name, USUAL)


@pytest.mark.parametrize("name", sorted(name for name in BY_GO if name.startswith("refused_")))
def test_what_go_writes_and_is_no_request_is_refused(name):
    with pytest.raises(FrameError, match=REFUSED[name]):
        GO.decode(BY_GO[name])


@pytest.mark.parametrize(
    ("name", "reply"),
    [
        ("reply", Reply(1001, "a_1", "op", data=DATA)),
        ("reply_error", Reply(1003, "a_1", "op", 1302, "ü")),
        ("reply_push", Reply(2001, operation_id="op", data=b"\0\xff" * 150)),
        ("reply_zero", Reply(0)),
        ("reply_negative", Reply(-1, err_code=-32768)),
    ],
)
def test_a_reply_is_what_go_writes(name, reply):
    by_go = (FIXTURES / "go-replies" / f"{name}.bin").read_bytes()
    # Go 1.19 numbers the first type 65, later ones 64.
    assert by_go.startswith(b"\x60\xff\x81")
    assert GO.encode(reply) == by_go.replace(b"\x60\xff\x81", b"\x5f\x7f").replace(b"\xff\x82", b"\xff\x80")


def test_the_smallest_stream_is_read():
    assert GO.decode(IDENTIFIER + message(OWN + b"\x01\x06\0")) == Request(3, "", "", "", b"")


@pytest.mark.parametrize(
    ("number", "read"),
    [
        (b"\x00", 0),
        (b"\x01", -1),
        (b"\x7e", 63),
        (b"\xff\x80", 64),
        (b"\xfe\x01\x01", -129),
        (b"\xfc\xff\xff\xff\xff", -(2**31)),
        (b"\xfc\xff\xff\xff\xfe", 2**31 - 1),
        (b"\xf8\0\0\0\0\0\0\x01\x01", -129),  # longer than need be
    ],
)
def test_numbers_are_read_in_every_length(number, read):
    assert GO.decode(IDENTIFIER + message(OWN + b"\x01" + number + b"\0")).identifier == read


@pytest.mark.parametrize("number", [b"\xfb\x01\0\0\0\0", b"\xf8" + b"\xff" * 8, b"\xf8" + b"\xff" * 7 + b"\xfe"])
def test_an_identifier_of_more_than_32_bits_is_refused(number):
    with pytest.raises(FrameError, match="32 bits"):
        GO.decode(IDENTIFIER + message(OWN + b"\x01" + number + b"\0"))


@pytest.mark.parametrize("number", [b"\xf7" + b"\x01" * 9, b"\x80" + b"\x01" * 90])
def test_a_number_of_more_than_64_bits_is_refused(number):
    with pytest.raises(FrameError, match="64 bits"):
        GO.decode(IDENTIFIER + message(OWN + b"\x01" + number + b"\0"))


@pytest.mark.parametrize("name", ["plain", "collections", "structs", "interfaces", "marshalled", "many_fields"])
def test_every_beginning_of_a_stream_is_refused(name):
    stream = BY_GO[name]
    for end in range(len(stream)):
        with pytest.raises(FrameError):
            GO.decode(stream[:end])


@pytest.mark.parametrize("more", [b"\0", b"\x01", b"\x01\0", BY_GO["plain"]])
def test_what_comes_after_the_value_is_refused(more):
    with pytest.raises(FrameError, match="after the value"):
        GO.decode(BY_GO["plain"] + more)


def test_what_comes_after_the_last_field_is_refused():
    with pytest.raises(FrameError, match="after the last field"):
        GO.decode(IDENTIFIER + message(OWN + b"\x01\x06\0\0"))


@pytest.mark.parametrize("step", [b"\x02", b"\x7f", b"\xff\x80", b"\xf8" + b"\xff" * 8])
def test_a_field_that_the_definition_does_not_have_is_refused(step):
    with pytest.raises(FrameError, match="not in its struct's definition"):
        GO.decode(IDENTIFIER + message(OWN + step + b"\x06\0"))


def test_a_step_of_zero_ends_the_struct_however_long_it_is_written():
    assert GO.decode(IDENTIFIER + message(OWN + b"\x01\x06\xff\0")) == Request(3, "", "", "", b"")


@pytest.mark.parametrize("kind", [STRING, BYTES])
@pytest.mark.parametrize("length", [b"\x03", b"\x7f", b"\xff\xff", b"\xf8" + b"\xff" * 8])
def test_a_length_beyond_the_end_is_refused(kind, length):
    for name in (b"SendID", b"Data", b"Unknown"):
        with pytest.raises(FrameError):
            GO.decode(defined((b"ReqIdentifier", INT), (name, kind)) + message(OWN + b"\x02" + length + b"a\0"))


@pytest.mark.parametrize("length", [b"\x00", b"\x7f", b"\xf8" + b"\xff" * 8])
def test_a_message_of_a_wrong_length_is_refused(length):
    with pytest.raises(FrameError, match=r"length is wrong|after the value|too early"):
        GO.decode(IDENTIFIER + length + OWN + b"\x01\x06\0")


def test_a_value_whose_type_is_not_defined_is_refused():
    with pytest.raises(FrameError, match="no struct"):
        GO.decode(message(OWN + b"\x01\x06\0"))


def test_a_field_whose_type_is_not_defined_is_refused():
    with pytest.raises(FrameError, match="a type is not defined"):
        GO.decode(defined((b"ReqIdentifier", INT), (b"X", b"\x7e")) + message(OWN + b"\x02\x06\0"))


def test_a_field_whose_type_is_not_defined_is_nothing_where_it_is_left_out():
    assert GO.decode(defined((b"ReqIdentifier", INT), (b"X", b"\x7e")) + message(OWN + b"\x01\x06\0")).identifier == 3


def test_a_type_that_is_defined_twice_is_refused():
    with pytest.raises(FrameError, match="defined twice"):
        GO.decode(IDENTIFIER + IDENTIFIER + message(OWN + b"\x01\x06\0"))


def test_a_type_of_the_formats_own_is_not_defined_anew():
    with pytest.raises(FrameError, match="defined twice"):
        GO.decode(defined((b"ReqIdentifier", INT), type_id=2) + message(b"\x04\x01\x06\0"))


@pytest.mark.parametrize("definition", [b"\x7f\0", b"\x7f\x03\x01\0\0\0"])
def test_an_empty_definition_is_refused(definition):
    with pytest.raises(FrameError):
        GO.decode(message(definition) + message(OWN + b"\x01\x06\0"))


def test_what_comes_after_a_definition_is_refused():
    with pytest.raises(FrameError, match="after a type's definition"):
        GO.decode(message(IDENTIFIER[1:] + b"\0") + message(OWN + b"\x01\x06\0"))


def test_more_definitions_than_a_few_are_refused():
    many = b"".join(message(b"\xfe" + (2 * n + 1).to_bytes(2, "big") + b"\x02\0\0") for n in range(64, 2000))
    with pytest.raises(FrameError, match="4096 bytes of type definitions"):
        GO.decode(many)


def test_a_struct_that_holds_itself_without_end_is_refused():
    definition = defined((b"ReqIdentifier", INT), (b"X", OWN))
    with pytest.raises(FrameError, match="inside each other"):
        GO.decode(definition + message(OWN + b"\x02" * 100))


def test_a_struct_that_holds_itself_a_few_times_is_skipped():
    definition = defined((b"X", OWN), (b"ReqIdentifier", INT))
    assert GO.decode(definition + message(OWN + b"\x01" * 30 + b"\0" * 30 + b"\x01\x06\0")).identifier == 3


def slices_of(kind):
    """Return the definitions of slices, and of a struct that has one of them before its identifier."""
    return message(b"\xff\x81\x02\x01\x01\x01S\0\x01" + kind + b"\0\0") + defined(
        (b"X", b"\xff\x82"), (b"ReqIdentifier", INT)
    )


def test_a_slice_of_more_elements_than_there_are_bytes_is_refused():
    for count in (b"\x05", b"\xf8" + b"\xff" * 8):
        with pytest.raises(FrameError, match="too early"):
            GO.decode(slices_of(INT) + message(OWN + b"\x01" + count + b"\0\0"))


def stream_of(definitions, payload):
    return definitions + b"\xfd" + len(payload).to_bytes(3, "big") + payload


def test_as_many_values_as_are_sane_are_skipped_and_no_more():
    def slices(count):
        return stream_of(slices_of(INT), OWN + b"\x01\xfd" + count.to_bytes(3, "big") + b"\x02" * count + b"\x01\x06\0")

    assert GO.decode(slices(999)).identifier == 3
    with pytest.raises(FrameError, match="too many values"):
        GO.decode(slices(1000))


def test_slices_of_slices_without_end_are_refused():
    with pytest.raises(FrameError, match="inside each other"):
        GO.decode(slices_of(b"\xff\x82") + message(OWN + b"\x01" * 50 + b"\0"))


def test_an_interface_with_a_type_that_is_not_defined_before_it_is_refused():
    definition = defined((b"X", INTERFACE), (b"ReqIdentifier", INT))
    assert GO.decode(definition + message(OWN + b"\x01\x03int\x04\x02\0\x0a\x01\x06\0")).identifier == 3
    with pytest.raises(FrameError, match="an interface holds a type"):
        GO.decode(definition + message(OWN + b"\x01\x03abc\xff\x83\x02\0\x0a\x01\x06\0"))


def test_an_error_does_not_repeat_what_arrived():
    definition = defined((b"SendID", STRING))
    with pytest.raises(FrameError) as refused:
        GO.decode(definition + message(OWN + b"\x01\x06secret\0more"))
    assert "secret" not in str(refused.value)


def test_a_reader_reads_what_the_writer_of_the_same_fields_writes():
    fields = {"Number": int, "Text": str, "Bytes": bytes}
    stream = StructWriter("T", fields).write([-300, "ü", b"\0"])
    assert StructReader(fields).read(stream) == [-300, "ü", b"\0"]
    assert StructReader({"Bytes": bytes, "None": str}).read(stream) == [b"\0", ""]
    with pytest.raises(GobError, match="Text is of another kind"):
        StructReader({"Text": bytes}).read(stream)
