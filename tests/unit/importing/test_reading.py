"""A friendship file in every shape that people have it in, and in many that nobody should."""

import gzip
import io
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amity.importing import lines
from amity.importing.lines import BadLine
from amity.importing.reading import GoodLine, parse
from amity.importing.source import FileProblem


def lines_of(data):
    return list(parse(io.BufferedReader(io.BytesIO(data))))


def pairs_of(data):
    """The pairs of a file that has no bad line."""
    lines = lines_of(data)
    assert not [line for line in lines if isinstance(line, BadLine)]
    return [(line.owner, friend) for line in lines for friend in line.friends]


def reasons_of(data):
    return {line.number: line.reason for line in lines_of(data) if isinstance(line, BadLine)}


# Shapes that are understood ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "data",
    [
        b"ownerUserID,friendUserID\nann,bob\nann,eve\n",
        b"ann,bob\nann,eve",
        b"OWNERUSERID,FriendUserId\r\nann,bob\r\nann,eve\r\n",
        b"owner_user_id;friend_user_id\nann;bob\nann;eve\n",
        b"owner\tfriend\nann\tbob\nann\teve\n",
        b"\xef\xbb\xbfownerUserID,friendUserID\nann,bob\nann,eve\n",
        b"\xef\xbb\xbfann,bob\nann,eve\n",
        b"\n\n  \nownerUserID,friendUserID\n\nann,bob\n\n\nann,eve\n\n",
        b"ownerUserID,friendUserID\rann,bob\rann,eve\r",
        b'"ownerUserID","friendUserID"\n"ann","bob"\n"ann", "eve"\n',
        b" ann , bob \n\tann,eve\n",
        b'{"ownerUserID": "ann", "friendUserID": "bob"}\n{"ownerUserID": "ann", "friendUserID": "eve"}\n',
        b'{"ownerUserID": "ann", "friendUserIDs": ["bob", "eve"]}\r\n',
        b'\xef\xbb\xbf{"OwnerUserId": "ann", "FRIENDUSERIDS": ["bob", "eve"], "more": null}',
    ],
)
def test_the_same_pairs_are_read_from_every_shape(data):
    assert pairs_of(data) == [("ann", "bob"), ("ann", "eve")]
    assert pairs_of(gzip.compress(data)) == [("ann", "bob"), ("ann", "eve")]


def test_a_header_says_which_columns_count_and_the_others_are_left_alone():
    assert pairs_of(b"since,friendUserID,ownerUserID\n2020,bob,ann\n") == [("ann", "bob")]


def test_ids_may_be_in_any_script():
    assert pairs_of("jürgen,михаил\n陳,آن\n".encode()) == [("jürgen", "михаил"), ("陳", "آن")]


def test_a_file_of_several_gzip_members_is_read_as_one():
    assert pairs_of(gzip.compress(b"ann,bob\n") + gzip.compress(b"ann,eve\n")) == [("ann", "bob"), ("ann", "eve")]


def test_a_header_without_rows_names_nobody():
    assert pairs_of(b"ownerUserID,friendUserID\n") == []


# Bad lines --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b"ann", "has 1 column where 2 are expected"),
        (b"ann,bob,eve", "has 3 columns where 2 are expected"),
        (b",bob", "ownerUserID is empty"),
        (b"ann,", "friendUserID is empty"),
        (b"ann,  ", "friendUserID is empty"),
        (b"ann,ann", "makes ann a friend of itself"),
        (b"ann, ann", "makes ann a friend of itself"),
        (b"ann,b\x00b", "friendUserID has a blank or a control character in it"),
        (b"ann,b b", "friendUserID has a blank or a control character in it"),
        (b"ann,b\xe2\x80\x8bb", "friendUserID has a blank or a control character in it"),
        (b"ann,b\xffb", "is not UTF-8 text (byte 6 of the line)"),
        (b'ann,"bob', "is not CSV: unexpected end of data"),
        (b"ann," + b"b" * 4097, "friendUserID is longer than 4096 characters"),
    ],
)
def test_a_bad_csv_line_is_named_by_its_number_and_the_rest_is_read(line, reason):
    data = b"ownerUserID,friendUserID\r\n\r\nann,bob\r\n" + line + b"\r\nann,eve\r\n"
    assert reasons_of(data) == {4: reason}
    assert [entry for entry in lines_of(data) if isinstance(entry, GoodLine)] == [
        GoodLine(3, "ann", ("bob",)),
        GoodLine(5, "ann", ("eve",)),
    ]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("{", "is not JSON: "),
        ("[]", "is not a JSON object"),
        ("17", "is not a JSON object"),
        ("{}", "has no ownerUserID"),
        ('{"ownerUserID": "ann"}', "has no friendUserID"),
        ('{"ownerUserID": null, "friendUserID": "bob"}', "has no ownerUserID"),
        ('{"ownerUserID": 1, "friendUserID": "bob"}', "ownerUserID is not text"),
        ('{"ownerUserID": "ann", "friendUserID": 2}', "friendUserID is not text"),
        ('{"ownerUserID": "ann", "friendUserIDs": "bob"}', "friendUserID is not text, or friendUserIDs not a list"),
        ('{"ownerUserID": "ann", "friendUserIDs": ["bob", 2]}', "friendUserID is not text"),
        ('{"ownerUserID": "ann", "friendUserIDs": []}', "friendUserIDs is an empty list"),
        ('{"ownerUserID": "ann", "friendUserIDs": ["bob", "ann"]}', "makes ann a friend of itself"),
        ('{"ownerUserID": "ann", "friendUserIDs": ["bob", ""]}', "friendUserID is empty"),
        ('{"ownerUserID": "ann", "friendUserID": "bob", "friendUserIDs": ["eve"]}', "names its friends twice"),
        ('{"ownerUserID": "ann", "friendUserID": "\\ud800"}', "is not JSON: "),
        ('{"ownerUserID": "ann", "friendUserID": ' + "[" * 100_000, "is n"),
    ],
)
def test_a_bad_json_line_is_named_by_its_number_and_the_rest_is_read(line, reason):
    data = f'{{"ownerUserID": "ann", "friendUserID": "bob"}}\n{line}\nann\n'.encode()
    found = reasons_of(data)
    assert list(found) == [2, 3]
    assert found[2].startswith(reason)


def test_an_unclosed_quote_spoils_its_own_line_only():
    data = b'ann,bob\n"ann,eve\nann,dan\n'
    assert reasons_of(data) == {2: "is not CSV: unexpected end of data"}
    assert len(lines_of(data)) == 3


# Files that cannot be read ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "the file is empty"),
        (gzip.compress(b"", mtime=0), "the file is empty"),
        ("ann,bob\n".encode("utf-16"), "the file is UTF-16"),
        (b'[{"ownerUserID": "ann", "friendUserID": "bob"}]', "one JSON array"),
        (b"ownerUserID,name\nann,Ann\n", "the header needs one column ownerUserID and one column friendUserID"),
        (b"owner,ownerUserID,friend\nann,ann,bob\n", "the header needs one column"),
        (gzip.compress(b"ann,bob\n" * 300_000)[:-20], "the gzip data is damaged or cut short after line [1-9]"),
        (gzip.compress(b"ann,bob\n") + b"rubbish", "the gzip data is damaged or cut short after line 0"),
        (b"\x1f\x8bnothing of the kind", "the gzip data is damaged or cut short after line 0"),
    ],
    ids=[
        "empty",
        "empty, packed",
        "UTF-16",
        "a JSON array",
        "no friend column",
        "two owner columns",
        "gzip cut short",
        "rubbish after gzip",
        "not gzip",
    ],
)
def test_a_file_that_cannot_be_read_says_why(data, reason):
    with pytest.raises(FileProblem, match=reason):
        lines_of(data)


def test_damaged_gzip_data_is_noticed_by_its_checksum():
    data = bytearray(gzip.compress(b"ann,bob\n" * 1000, compresslevel=0))
    data[500] ^= 0x01
    with pytest.raises(FileProblem, match="the gzip data is damaged"):
        lines_of(bytes(data))


def test_a_file_without_line_breaks_is_not_read_into_memory_whole(monkeypatch):
    monkeypatch.setattr(lines, "LINE_LIMIT", 1 << 20)
    bomb = gzip.compress(b"a" * (64 << 20))
    with pytest.raises(FileProblem, match="line 1 is longer than 1 MiB"):
        lines_of(bomb)


# Anything at all --------------------------------------------------------------------------------------------------


def check(data):
    try:
        lines = lines_of(data)
    except FileProblem:
        return
    count = data.count(b"\n") + data.count(b"\r") + 1
    last = 0
    for line in lines:
        assert last < line.number
        last = line.number
        if isinstance(line, BadLine):
            assert line.reason
        else:
            assert line.owner
            assert line.friends
            for user_id in (line.owner, *line.friends):
                assert user_id == user_id.strip() != ""
                assert user_id.isprintable()
                user_id.encode()
            assert line.owner not in line.friends
    if not data.startswith(b"\x1f\x8b"):
        assert last <= count


@given(st.binary(max_size=2000))
def test_any_bytes_give_rows_or_a_named_error(data):
    check(data)
    check(b"ownerUserID,friendUserID\n" + data)
    check(b"\x1f\x8b" + data)
    check(gzip.compress(data))


@given(
    st.lists(st.sampled_from([b"ann", b",", b"\n", b"\r", b'"', b"{", b"}", b":", b"[", b"]", b" ", b"\xc3", b"\x00"]))
)
def test_any_arrangement_of_meaningful_bytes_gives_rows_or_a_named_error(parts):
    check(b"".join(parts))


@given(st.binary(max_size=300), st.data())
def test_gzip_data_with_a_broken_byte_gives_rows_or_a_named_error(tail, data):
    packed = bytearray(gzip.compress(b"ann,bob\n" * 50 + tail))
    at = data.draw(st.integers(0, len(packed) - 1))
    packed[at] = data.draw(st.integers(0, 255))
    check(bytes(packed))


ids = st.text(st.characters(categories=["L", "Nd"], include_characters="_-.@"), min_size=1, max_size=20)


@given(st.lists(st.tuples(ids, ids).filter(lambda pair: pair[0] != pair[1]), min_size=1))
def test_what_was_written_is_what_is_read(pairs):
    as_csv = "ownerUserID,friendUserID\n" + "".join(f"{owner},{friend}\n" for owner, friend in pairs)
    as_json = "".join(json.dumps({"ownerUserID": owner, "friendUserID": friend}) + "\n" for owner, friend in pairs)
    assert pairs_of(as_csv.encode()) == pairs_of(as_json.encode()) == pairs
