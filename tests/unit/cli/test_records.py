"""Files of records: how they are told from pairs, and what is wrong with their lines."""

import contextlib
import gzip

import pytest

from amity.cli.moving.records import End, GoodRecord, Key, RecordFile, holds_records, key_of, line_of
from amity.client.moving import Record
from amity.client.types.moving import (
    ApplicationRecord,
    BlackRecord,
    ChatRecord,
    FriendRecord,
    GroupApplicationRecord,
    GroupRecord,
    MemberRecord,
    MessageRecord,
    UserRecord,
)
from amity.importing.lines import BadLine
from amity.importing.source import FileProblem, Source

RECORDS: list[Record] = [
    UserRecord(user_id="ann", nickname="Ann\n", ex='{"a": 1}'),
    FriendRecord(owner_user_id="ann", friend_user_id="bob", is_pinned=True),
    ApplicationRecord(from_user_id="cy", to_user_id="ann", handle_result=-1),
    BlackRecord(owner_user_id="ann", black_user_id="dee"),
    GroupRecord(group_id="g", owner_user_id="ann", status=3),
    MemberRecord(group_id="g", user_id="ann", role_level=100),
    GroupApplicationRecord(group_id="g", user_id="dee", handle_result=-1),
    MessageRecord(user_id1="ann", user_id2="bob", seq=7, send_id="bob", data="AA=="),
    MessageRecord(form=3, group_id="g", seq=7, send_id="bob", data="AA=="),
    ChatRecord(owner_user_id="ann", user_id="bob", deleted=True),
    ChatRecord(form=3, owner_user_id="ann", group_id="g"),
    ChatRecord(form=13, group_id="g"),
]
COUNTS = {
    **dict.fromkeys(("users", "friends", "applications", "blacks"), 1),
    **dict.fromkeys(("groups", "group_members", "group_applications"), 1),
    "messages": 2,
    "chats": 3,
}


@pytest.fixture
def write(tmp_path):
    """Writes a file, and opens it until the test is over."""
    with contextlib.ExitStack() as opened:

        def write(content):
            path = tmp_path / "file"
            path.write_bytes(content if isinstance(content, bytes) else content.encode())
            return opened.enter_context(Source.open(path))

        yield write


def bad(path):
    return [line.reason for line in RecordFile(path).lines() if isinstance(line, BadLine)]


def test_what_is_written_is_read_back(write):
    lines = b"".join(map(line_of, RECORDS)) + line_of(End(**COUNTS))
    for content in (lines, gzip.compress(lines), lines.replace(b"\n", b"\r\n")):
        file = RecordFile(write(content))
        assert [line.record for line in file.lines() if isinstance(line, GoodRecord)] == RECORDS
        assert file.counts == COUNTS
        assert file.end is not None


def test_a_record_is_known_by_its_kind_and_its_users():
    assert [key_of(record) for record in RECORDS] == [
        Key("user", "ann", ""),
        Key("friend", "ann", "bob"),
        Key("application", "cy", "ann"),
        Key("black", "ann", "dee"),
        Key("group", "g", ""),
        Key("member", "ann", "g"),
        Key("groupApplication", "dee", "g"),
        Key("message", "ann", "bob 1 7"),
        Key("message", "bob", "g 3 7"),
        Key("chat", "ann", "bob 1"),
        Key("chat", "ann", "g 3"),
        Key("chat", "g", "g 13"),
    ]


@pytest.mark.parametrize(
    ("content", "records"),
    [
        ('{"kind":"user","userID":"a"}\n', True),
        ('\n\n  {"userID":"a", "kind":"user"}\n', True),
        ('{"kind":"nonsense"}\n', True),
        (gzip.compress(b'{"kind":"user"}\n', mtime=0), True),
        ('{"ownerUserID":"a","friendUserIDs":["kind"]}\n', False),
        ("kind,user\n", False),
        ('"kind"\n', False),
        ('["kind"]\n', False),
        ('{"kind"', False),
        ("", False),
        (b"\xff\xfe", False),
        (b'{"kind":"\xff"}\n', False),
    ],
)
def test_the_first_line_tells_records_from_pairs(write, content, records):
    assert holds_records(write(content)) is records


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ('{"kind":"user"}', "is a record of the kind user that names no user"),
        ('{"kind":"friend","ownerUserID":"a"}', "is a record of the kind friend that names no user"),
        ('{"kind":"black","blackUserID":"a"}', "is a record of the kind black that names no user"),
        ('{"kind":"group"}', "is a record of the kind group that names no group"),
        ('{"kind":"member","userID":"a"}', "is a record of the kind member that names no group"),
        ('{"kind":"member","groupID":"g"}', "is a record of the kind member that names no user"),
        ('{"kind":"groups"}', "is no record: Invalid value 'groups' - at $.kind"),
        ('{"userID":"a"}', "is no record: Object missing required field kind"),
        ('{"kind":"user","userID":7}', "is no record: Expected str, got int - at $.userID"),
        ('{"kind":"user","userID":"a","createTime":1e40}', "is no record"),
        ('{"kind":"user",', "is not JSON"),
        ("[" * 100_000, "is no record: Expected object, got array"),
        ('{"kind":"user","userID":"a","x":' + "[" * 100_000, "is n"),
    ],
)
def test_a_line_that_is_no_record_is_bad_and_says_why(write, line, reason):
    (found,) = bad(write(line + "\n"))
    assert found.startswith(reason)


def test_a_record_of_a_chat_that_does_not_say_its_form_is_one_of_two_users(write):
    (line,) = RecordFile(write('{"kind":"chat","ownerUserID":"ann","userID":"bob","deleted":true}\n')).lines()
    assert isinstance(line, GoodRecord)
    assert line.record == ChatRecord(form=1, owner_user_id="ann", user_id="bob", deleted=True)


def test_the_last_line_of_an_export_without_groups_is_one(write):
    lines = line_of(RECORDS[0]) + b'{"kind":"end","users":1,"friends":0,"applications":0,"blacks":0}\n'
    file = RecordFile(write(lines))
    assert len(list(file.lines())) == 1
    assert file.end is not None


def test_other_numbers_than_the_last_line_has_are_a_problem(write):
    path = write(line_of(RECORDS[0]) + line_of(End(users=2)))
    with pytest.raises(FileProblem, match="it was cut short or changed"):
        list(RecordFile(path).lines())


def test_nothing_comes_after_the_last_line(write):
    path = write(line_of(End()) + line_of(RECORDS[0]))
    with pytest.raises(FileProblem, match="line 2 comes after the end"):
        list(RecordFile(path).lines())


def test_bad_lines_are_told_before_the_numbers(write):
    path = write(b"{\n" + line_of(End(users=1)))
    assert len(bad(path)) == 1


def test_a_file_can_be_read_again(write):
    file = RecordFile(write(b"".join(map(line_of, RECORDS))))
    assert len(list(file.lines())) == len(list(file.lines())) == sum(file.counts.values())
