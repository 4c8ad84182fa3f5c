"""gob, whatever is in it: against a second writer of it, and against bytes of any kind."""

import struct
from pathlib import Path

from hypothesis import example, given
from hypothesis import strategies as st
from msgspec.structs import astuple

from amity.wire.frames import GO, FrameError, Reply, Request
from amity.wire.gob import StructReader

BY_GO = [path.read_bytes() for path in sorted((Path(__file__).parent / "fixtures").glob("go*/*.bin"))]
REPLY = StructReader(
    {"ReqIdentifier": int, "MsgIncr": str, "OperationID": str, "ErrCode": int, "ErrMsg": str, "Data": bytes}
)
BOOL, INT, UINT, FLOAT, BYTES, STRING, COMPLEX, INTERFACE = range(1, 9)

# A second writer, which shares no code with the first.


def uint(number):
    digits = number.to_bytes(8, "big").lstrip(b"\0")
    return digits if digits and number < 128 else bytes([-len(digits) % 256]) + digits


def sint(number):
    return uint(number * 2 if number >= 0 else -number * 2 - 1)


def piece(value):
    return uint(len(value)) + value


def common(name, type_id):
    return b"\1" + piece(name.encode()) + b"\1" + sint(type_id) + b"\0"


def members(*numbered):
    """A struct: (number, encoded value) pairs."""
    written, last = b"", -1
    for number, value in numbered:
        written += uint(number - last) + value
        last = number
    return written + b"\0"


class Types:
    """What a stream defines, as it comes up."""

    def __init__(self):
        self.messages = b""
        self.last = 64

    def define(self, number, *rest):
        self.last += 1
        body = members((0, common(f"T{self.last}", self.last)), *rest)
        self.messages += piece(sint(-self.last) + members((number, body)))
        return self.last

    def array(self, element, length):
        return self.define(0, (1, sint(element)), (2, sint(length)))

    def slice(self, element):
        return self.define(1, (1, sint(element)))

    def struct(self, fields):
        listed = [members((0, piece(name.encode())), (1, sint(kind))) for name, kind in fields]
        return self.define(2, (1, uint(len(listed)) + b"".join(listed)))

    def map(self, key, element):
        return self.define(3, (1, sint(key)), (2, sint(element)))

    def opaque(self, number):
        return self.define(number)


class Scalar:
    def __init__(self, kind, values):
        self.kind = kind
        self.values = values

    def build(self, types, draw):
        return self.kind, lambda: draw(self.values)


SCALARS = [
    Scalar(BOOL, st.sampled_from([b"\0", b"\1"])),
    Scalar(INT, st.integers(-(2**63), 2**63 - 1).map(sint)),
    Scalar(UINT, st.integers(0, 2**64 - 1).map(uint)),
    Scalar(FLOAT, st.floats().map(lambda x: uint(int.from_bytes(struct.pack("<d", x), "big")))),
    Scalar(BYTES, st.binary(max_size=200).map(piece)),
    Scalar(STRING, st.text(max_size=50).map(lambda text: piece(text.encode()))),
    Scalar(COMPLEX, st.integers(0, 2**64 - 1).map(lambda x: uint(x) + uint(x))),
    Scalar(INTERFACE, st.sampled_from([b"\0", piece(b"int") + sint(INT) + piece(b"\0\x06")])),
]


@st.composite
def kinds(draw, types, depth=0):
    """Draw a type, defined in ``types``, and a function that draws a value of it, encoded."""
    if depth == 3 or draw(st.booleans()):
        return draw(st.sampled_from(SCALARS)).build(types, draw)
    shape = draw(st.sampled_from(["array", "slice", "map", "struct", "opaque"]))
    few = st.integers(0, 3)
    if shape == "opaque":
        return types.opaque(draw(st.sampled_from([4, 5, 6]))), lambda: piece(draw(st.binary(max_size=20)))
    if shape == "struct":
        inner = [draw(kinds(types, depth + 1)) for _ in range(draw(few))]
        kind = types.struct([(f"F{n}", kind) for n, (kind, _) in enumerate(inner)])
        return kind, lambda: members(*((n, value()) for n, (_, value) in enumerate(inner) if draw(st.booleans())))
    element, value = draw(kinds(types, depth + 1))
    if shape == "array":
        length = draw(few)
        return types.array(element, length), lambda: uint(length) + b"".join(value() for _ in range(length))
    if shape == "slice":
        return types.slice(element), lambda: uint(n := draw(few)) + b"".join(value() for _ in range(n))
    key, key_value = draw(st.sampled_from(SCALARS)).build(types, draw)
    kind = types.map(key, element)
    return kind, lambda: uint(n := draw(few)) + b"".join(key_value() + value() for _ in range(n))


requests = st.builds(
    Request,
    identifier=st.integers(-(2**31), 2**31 - 1),
    send_id=st.text(max_size=200),
    operation_id=st.text(),
    msg_incr=st.text(),
    data=st.binary(max_size=500),
    token=st.text(),
)
replies = st.builds(
    Reply,
    identifier=st.integers(-(2**31), 2**31 - 1),
    msg_incr=st.text(max_size=200),
    operation_id=st.text(),
    err_code=st.integers(-(2**63), 2**63 - 1),
    err_msg=st.text(),
    data=st.binary(max_size=500),
)


@st.composite
def streams(draw):
    """Draw a request and a stream of it: fields in any order, zeros left out or not, among fields of any other type."""
    request = draw(requests)
    types = Types()
    fields = [
        ("ReqIdentifier", INT, sint(request.identifier)),
        ("SendID", STRING, piece(request.send_id.encode())),
        ("OperationID", STRING, piece(request.operation_id.encode())),
        ("MsgIncr", STRING, piece(request.msg_incr.encode())),
        ("Data", BYTES, piece(request.data)),
        ("Token", STRING, piece(request.token.encode())),
    ]
    fields = [field for field in fields if field[2] != b"\0" or draw(st.booleans())]
    for number in range(draw(st.integers(0, 4))):
        kind, value = draw(kinds(types))
        fields.append((f"Other{number}", kind, value()))
    fields.append(("ReqIdentifier", INT, None))  # for a request of zeros: one field that a request has
    if any(name == "ReqIdentifier" and value is not None for name, _, value in fields):
        fields.pop()
    fields = draw(st.permutations(fields))
    kind = types.struct([(name, kind) for name, kind, _ in fields])
    written = members(*((n, value) for n, (_, _, value) in enumerate(fields) if value is not None))
    return request, types.messages + piece(sint(kind) + written)


@given(streams())
def test_a_request_is_read_from_among_fields_of_any_type(drawn):
    request, stream = drawn
    assert GO.decode(stream) == request


@given(replies)
@example(Reply(0))
@example(Reply(2001, data=b"x" * 100_000))
def test_a_reply_is_read_as_it_was_written(reply):
    assert REPLY.read(GO.encode(reply)) == list(astuple(reply))


@given(st.binary(max_size=300))
def test_bytes_of_any_kind_are_refused_and_nothing_else_happens(frame):
    only_refused(frame)


@given(st.lists(st.sampled_from(range(256)), min_size=1, max_size=40), st.sampled_from(BY_GO))
def test_a_definition_and_bytes_of_any_kind_are_refused_or_read(tail, by_go):
    only_refused(by_go[: by_go.find(b"\0\0\0") + 3] + bytes([len(tail)]) + bytes(tail))


@given(st.one_of(st.sampled_from(BY_GO), streams().map(lambda drawn: drawn[1])), st.data())
def test_a_stream_with_bytes_changed_taken_out_and_put_in_is_refused_or_read(stream, drawn):
    changed = bytearray(stream)
    for _ in range(drawn.draw(st.integers(1, 5))):
        at = drawn.draw(st.integers(0, len(changed) - 1))
        changed[at : at + drawn.draw(st.integers(0, 2))] = drawn.draw(st.binary(max_size=3))
        if not changed:
            break
    only_refused(bytes(changed))


def only_refused(frame):
    try:
        request = GO.decode(frame)
    except FrameError:
        return
    assert isinstance(request.identifier, int)
    assert all(isinstance(text, str) for text in (*astuple(request)[1:4], request.token))
    assert isinstance(request.data, bytes)
