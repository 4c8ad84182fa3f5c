"""``amity import messages``: histories from a file into a server."""

import csv
import gzip
import json
from pathlib import Path

import pytest

from amity.cli.history import ordering, planning

LONG_AGO = 1_500_000_000_000


def line(sender, receiver, text, at=0, **fields):
    return json.dumps(
        {
            "sendID": sender,
            "recvID": receiver,
            "sendTime": LONG_AGO + at,
            "contentType": 101,
            "content": {"content": text},
        }
        | fields
    )


def lines(*texts):
    return "\n".join(texts) + "\n"


@pytest.fixture
async def server(rest):
    await rest.register("ann", "bob")
    return rest


async def times(rest, user="ann", other="bob"):
    """Return when the messages of a chat were sent, in the order of their numbers."""
    conversation = "si_" + "_".join(sorted((user, other)))
    asked = {"userID": user, "seqRanges": [{"conversationID": conversation, "begin": 1, "end": 5000, "num": 5000}]}
    answer = await rest.data("/msg/pull_msg_by_seq", asked)
    return [each["sendTime"] - LONG_AGO for each in answer["msgs"].get(conversation, {"Msgs": []})["Msgs"]]


def report(name="history.jsonl.skipped.csv"):
    with Path(name).open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


async def test_a_file_is_brought_in_in_the_order_of_its_times(cli, server):
    cli.write(
        "history.jsonl", lines(line("ann", "bob", "c", 3), line("bob", "ann", "a", 1), line("ann", "bob", "b", 2))
    )
    ran = await cli.on(server, "import", "messages", "history.jsonl", "--json")
    assert ran.code == 0, ran.err
    assert (ran.json["imported"], ran.json["existing"], ran.json["skipped"]) == (3, 0, 0)
    assert await times(server) == [1, 2, 3]
    assert cli.files() == ["history.jsonl"]


async def test_a_file_that_does_not_fit_in_memory_is_sorted_too(cli, server, monkeypatch):
    monkeypatch.setattr(ordering, "RUN_CHARACTERS", 500)
    order = [(number * 37) % 101 for number in range(101)]
    cli.write("history.jsonl", lines(*(line("ann", "bob", f"n{at}", at) for at in order)))
    ran = await cli.on(server, "import", "messages", "history.jsonl", "--batch-size", "10")
    assert ran.code == 0, ran.err
    assert await times(server) == list(range(101))


async def test_a_file_that_is_brought_in_again_changes_nothing(cli, server):
    cli.write("history.jsonl.gz", gzip.compress(lines(line("ann", "bob", "a"), line("bob", "ann", "b", 1)).encode()))
    await cli.on(server, "import", "messages", "history.jsonl.gz")
    ran = await cli.on(server, "import", "messages", "history.jsonl.gz", "--json")
    assert (ran.code, ran.json["imported"], ran.json["existing"]) == (0, 0, 2)
    assert await times(server) == [0, 1]


async def test_who_is_unknown_is_skipped_with_the_number_of_the_line(cli, server):
    cli.write("history.jsonl", lines(line("ann", "bob", "a"), "", line("ann", "eve", "b", 1)))
    ran = await cli.on(server, "import", "messages", "history.jsonl", "--json")
    assert (ran.code, ran.json["imported"], ran.json["skipped"]) == (1, 1, 1)
    (row,) = report()
    assert (row["line"], row["sendID"], row["recvID"], row["errCode"]) == ("3", "ann", "eve", "1004")
    assert "eve" in row["reason"]


async def test_who_is_unknown_is_registered_where_that_is_asked_for(cli, server):
    cli.write("history.jsonl", lines(line("ann", "eve", "b")))
    ran = await cli.on(server, "import", "messages", "history.jsonl", "--register", "--json")
    assert (ran.code, ran.json["imported"], ran.json["registered"]) == (0, 1, 1)
    assert await times(server, "ann", "eve") == [0]


async def test_what_the_server_refuses_is_skipped_and_the_rest_imported(cli, server):
    cli.write(
        "history.jsonl",
        lines(
            line("ann", "bob", "a"),
            line("ann", "bob", "typing", 1, contentType=113),
            line("ann", "bob", "far", 2, contentType=2**40),
            line("ann", "bob", "b", 3),
        ),
    )
    ran = await cli.on(server, "import", "messages", "history.jsonl", "--json")
    assert (ran.code, ran.json["imported"], ran.json["skipped"]) == (1, 2, 2)
    assert [(row["line"], row["errCode"]) for row in report()] == [("2", "1001"), ("3", "1001")]
    assert await times(server) == [0, 3]


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        ("{", "is not JSON"),
        ("[]", "is no message"),
        (line("", "bob", "a"), "has no sendID"),
        (line("ann", "", "a"), "has no recvID"),
        (line("ann", "bob", "a", sendTime=0), "has no sendTime"),
        (line("ann", "bob", "a", sendTime="yesterday"), "is no message"),
        (line("ann", "bob", "a", contentType=0), "has no contentType"),
        (line("ann", "bob", "a").replace('"content":', '"context":'), "has no content"),
    ],
)
async def test_a_bad_line_stops_the_import_before_it_begins_unless_it_is_to_be_skipped(cli, server, bad, reason):
    cli.write("history.jsonl", lines(line("ann", "bob", "a"), bad))
    ran = await cli.on(server, "import", "messages", "history.jsonl")
    assert ran.code == 2
    assert f"line 2 {reason}" in ran.err
    assert await times(server) == []
    ran = await cli.on(server, "import", "messages", "history.jsonl", "--skip-bad-lines", "--json")
    assert (ran.code, ran.json["imported"], ran.json["badLines"]) == (1, 1, 1)
    assert [(row["line"], row["reason"].startswith(reason)) for row in report()] == [("2", True)]


async def test_a_dry_run_checks_and_sends_nothing(cli, server):
    cli.write("history.jsonl", lines(line("ann", "bob", "a"), line("ann", "eve", "b", 1)))
    ran = await cli.on(server, "import", "messages", "history.jsonl", "--dry-run")
    assert ran.code == 0
    assert "messages: 2" in ran.out
    assert "not registered, and would be skipped, with their messages: 1: eve" in ran.out
    assert await times(server) == []


async def test_a_dry_run_counts_what_every_server_would_skip(cli, server):
    cli.write(
        "history.jsonl",
        lines(
            line("ann", "bob", "a"),
            line("ann", "bob", "typing", contentType=113),
            line("ann", "bob", "far", contentType=2**40),
            line("ann", "bob", "b", content="no JSON"),
            line("ann", "bob", "typing again", contentType=113),
        ),
    )
    ran = await cli.on(server, "import", "messages", "history.jsonl", "--dry-run", "--json")
    assert (ran.code, ran.json["messages"], ran.json["badLines"]) == (0, 5, 0)
    assert [(each["messages"], each["line"]) for each in ran.json["notes"]] == [(2, 2), (1, 3), (1, 4)]
    assert ran.json["notes"][0]["note"] == "would be skipped: contentType: 113 is not the type of a stored message"
    assert ran.json["notes"][2]["note"].startswith("would be skipped: content: is neither a JSON object")
    ran = await cli.on(server, "import", "messages", "history.jsonl", "--json")
    assert (ran.json["notes"], ran.json["imported"], ran.json["skipped"]) == ([], 1, 4)


async def test_seconds_and_unknown_fields_are_noted_with_their_first_lines(cli, server):
    cli.write(
        "history.jsonl",
        lines(
            line("ann", "bob", "a"),
            line("ann", "bob", "b", sendTime=1_700_000_000),
            line("ann", "bob", "c", sendTime=1_700_000_001, foo=1),
            line("ann", "bob", "d", 5, createTime=1_700_000_000),
        ),
    )
    ran = await cli.on(server, "import", "messages", "history.jsonl")
    assert ran.code == 0, ran.err
    note = (
        "  note: sendTime is before the year 2000: it counts milliseconds, not seconds: 2 messages, the first on line 2"
    )
    assert note in ran.out
    assert "  note: unknown field, which is left out: foo: 1 message, the first on line 3" in ran.out
    assert "  note: createTime is before the year 2000: it counts milliseconds, not seconds: 1 message" in ran.out


async def test_notes_of_many_kinds_are_bounded(cli, server):
    cli.write("history.jsonl", lines(*(line("ann", "bob", "a", at, **{f"x{at}": 1}) for at in range(30))))
    ran = await cli.on(server, "import", "messages", "history.jsonl", "--dry-run", "--json")
    assert len(ran.json["notes"]) == 21
    assert ran.json["notes"][-1] == {"note": "further notes of other kinds", "messages": 10, "line": 21}


@pytest.mark.parametrize(
    ("command", "content", "words"),
    [
        ((), line("ann", "bob", "a"), "the messages of another system: use 'amity import messages file'"),
        (("messages",), '{"kind": "user", "userID": "ann"}', "what 'amity export' wrote: use 'amity import file'"),
        (("messages",), "ownerUserID,friendUserID\nann,bob", "CSV of pairs: use 'amity import file'"),
        (("messages",), '{"ownerUserID": "a", "friendUserID": "b"}', "pairs of friends: use 'amity import file'"),
    ],
)
async def test_a_file_for_another_command_is_refused_with_that_command(cli, server, command, content, words):
    cli.write("file", lines(content))
    for option in ((), ("--skip-bad-lines",)):
        ran = await cli.on(server, "import", *command, "file", *option)
        assert ran.code == 2
        assert f"file looks like {words}" in ran.err


@pytest.mark.parametrize(
    ("content", "words"),
    [(b"", "history: the file is empty"), (b"\x1f\x8bx", "history: the gzip data is damaged")],
)
async def test_a_file_that_cannot_be_read_is_named(cli, server, content, words):
    cli.write("history", content)
    for command in ((), ("messages",)):
        ran = await cli.on(server, "import", *command, "history")
        assert ran.code == 2
        assert words in ran.err


async def test_who_is_unknown_is_named_with_the_option_that_registers(cli, server):
    cli.write("history.jsonl", lines(line("ann", "eve", "a")))
    ran = await cli.on(server, "import", "messages", "history.jsonl")
    assert "unknown to the server: 1 person; their messages are skipped (--register registers them first)" in ran.err
    cli.write("pairs.csv", "ann,eve\n")
    ran = await cli.on(server, "import", "pairs.csv")
    assert "unknown to the server: 1 person; their pairs are skipped (--register registers them first)" in ran.err


async def test_an_interrupted_import_goes_on_where_it_was(cli, server, monkeypatch):
    many = [line("ann", "bob", f"n{at}", at) for at in range(50)]
    cli.write("history.jsonl", lines(*many))
    whole = planning.HistoryPlan.batches

    def some(plan):
        for batch in whole(plan):
            if batch.number == 3:
                raise OSError(5, "the disk is gone", "history.jsonl")
            yield batch

    monkeypatch.setattr(planning.HistoryPlan, "batches", some)
    ran = await cli.on(server, "import", "messages", "history.jsonl", "--batch-size", "10")
    assert ran.code == 2
    assert "--resume goes on" in ran.err
    monkeypatch.setattr(planning.HistoryPlan, "batches", whole)
    ran = await cli.on(server, "import", "messages", "history.jsonl", "--batch-size", "10")
    assert ran.code == 2  # it says that there is one to go on with
    ran = await cli.on(server, "import", "messages", "history.jsonl", "--batch-size", "10", "--resume", "--json")
    assert (ran.code, ran.json["resumed"], ran.json["imported"] + ran.json["existing"]) == (0, True, 50)
    assert await times(server) == list(range(50))


async def test_a_server_that_refuses_the_caller_ends_the_import(cli, server):
    cli.write("history.jsonl", lines(line("ann", "bob", "a")))
    ran = await cli("import", "messages", "history.jsonl", "--url", server.url, AMITY_SECRET="wrong" * 8)
    assert ran.code == 2
    assert "refuses" in ran.err


async def test_a_file_of_bad_lines_alone_is_told_so_and_not_sent_to_the_same_command(cli, server):
    cli.write("file", '{"sendID":"ann","recvID":"bob","sendtime":1700000000000,"contentType":101,"content":{}}\n')
    ran = await cli.on(server, "import", "messages", "file")
    assert ran.code == 2
    assert "line 1 has no sendTime in milliseconds since 1970" in ran.err
    assert "looks like" not in ran.err
    ran = await cli.on(server, "import", "messages", "file", "--skip-bad-lines", "--json")
    assert (ran.code, ran.json["imported"], ran.json["badLines"]) == (1, 0, 1)


async def test_a_message_of_a_group_is_a_bad_line_that_says_so(cli, server):
    of_group = '{"sendID":"ann","recvID":"%s","groupID":"g","sendTime":1700000000000,"contentType":101,"content":{}}'
    of_chat = line("ann", "bob", "a")[:-1] + ',"groupID":""}'
    cli.write("file", lines(of_group % "", of_group % "g", of_chat))
    ran = await cli.on(server, "import", "messages", "file")
    assert ran.code == 2
    for number in (1, 2):
        reason = "is a message of a group: messages of groups cannot be imported here"
        assert f"line {number} {reason}" in ran.err
    assert "line 3" not in ran.err
