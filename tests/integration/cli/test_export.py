"""``amity export``, and ``amity import`` of what it wrote: on either database, and back."""

import gzip
import json
import stat
from pathlib import Path

import pytest

from tests.integration.cli.moving import LISTS, another, everything, fill
from tests.integration.moving.chat_records import chat, group_chat, group_message, marks, message
from tests.integration.moving.group_records import application, group, member
from tests.support.rest import SECRET

USERS = 60


def people():
    """Users with friendships of every form, and requests and blacklists in every state."""
    users = [
        {
            "userID": f"u{number}",
            "nickname": f"Ü {number}",
            "ex": '{"n": "\\n"}' if number % 7 == 0 else "",
            "createTime": 1_600_000_000_000 + number,
        }
        for number in range(USERS)
    ]
    friends, applications, blacks = [], [], []
    for number in range(USERS):
        for step in (1, 2, 3):
            other = (number + step) % USERS
            both = [(number, other), (other, number)]
            for owner, friend in both if (number + step) % 3 else both[:1]:
                friends.append(
                    {
                        "ownerUserID": f"u{owner}",
                        "friendUserID": f"u{friend}",
                        "remark": f"of {owner}" if friend % 4 == 0 else "",
                        "isPinned": friend % 5 == 0,
                        "ex": "x" if friend % 6 == 0 else "",
                        "addSource": 1 + friend % 2,
                        "operatorUserID": f"u{number}" if friend % 2 else "imAdmin",
                        "createTime": 1_600_000_000_000 + 997 * owner + friend,
                    }
                )
        to = (number + 10) % USERS
        result = (0, 1, -1)[number % 3]
        applications.append(
            {
                "fromUserID": f"u{number}",
                "toUserID": f"u{to}",
                "handleResult": result,
                "reqMsg": f"I am {number}",
                "ex": "e" if number % 2 else "",
                "createTime": 1_600_000_500_123 + number,
                "handlerUserID": f"u{to}" if result else "",
                "handleMsg": "so be it" if result else "",
                "handleTime": 1_600_000_600_000 if result else 0,
            }
        )
        if number % 4 == 0:
            blacks.append(
                {
                    "ownerUserID": f"u{number}",
                    "blackUserID": f"u{(number + 20) % USERS}",
                    "operatorUserID": f"u{number}",
                    "ex": "b",
                    "createTime": 1_600_000_700_321,
                }
            )
    messages = [message("u1", "u2", 1, "a"), message("u2", "u1", 2, "b"), message("u3", "u3", 1, "c")]
    messages[0]["marks"] = marks(hiddenFrom=["u2"], burnSeconds=60)
    chats = [
        chat("u1", "u2", 2, hasReadSeq=2, isPinned=True, ex="e"),
        chat("u2", "u1", 2, hasReadSeq=1, deleted=True),
        chat("u3", "u3", 1, hasReadSeq=1),
    ]
    messages += [group_message("u1", "g", 1, "d"), group_message("u2", "g", 2, "e")]
    messages[-1]["marks"] = marks(hiddenFrom=["u1", "u9"])
    chats += [group_chat("u1", "g", 2, hasReadSeq=2, minSeq=2, isPinned=True), group_chat("u9", "g", 2, maxSeq=1)]
    chats += [group_chat("u2", "g", 2)]
    return {
        "users": users,
        "friends": friends,
        "applications": applications,
        "blacks": blacks,
        "groups": [group("g", "u1", status=3), group("gone", "", status=2)],
        "groupMembers": [member("g", "u1", 100), member("g", "u2", 60, nickname="Two")],
        "groupApplications": [application("g", "u3", 0), application("gone", "u3", -1)],
        "messages": messages,
        "chats": chats,
    }


@pytest.fixture
async def full(rest):
    lists = people()
    await fill(rest, **lists)
    return rest


@pytest.fixture(params=["sqlite", "postgres"])
async def two_engines(request, tmp_path, sqlite_url, postgres_url, start_server):
    """A server on one engine, and one on the other."""
    urls = {"sqlite": sqlite_url, "postgres": postgres_url}
    first = another(tmp_path, urls.pop(request.param))
    (tmp_path / "second").mkdir()
    second = another(tmp_path / "second", *urls.values())
    yield await first(), await second()
    await second.stop()
    await first.stop()


def read(name):
    return Path(name).read_bytes()


def mode(name):
    return stat.S_IMODE(Path(name).stat().st_mode)


def records(path):
    """A file's records, by kind, in an order of their own."""
    text = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    return sorted(text.splitlines())


async def test_what_one_server_exports_makes_another_on_the_other_database_the_same(two_engines, cli):
    first, second = two_engines
    await fill(first, **people())
    ran = await cli.on(first, "export", "--output", "first.jsonl.gz", "--json")
    assert ran.code == 0, ran.err
    lists = people()
    assert {name: ran.json[name] for name in LISTS} == {
        "users": USERS + 1,
        **{name: len(lists[name]) for name in LISTS[1:]},
    }
    ran = await cli.on(second, "import", "first.jsonl.gz", "--json")
    assert ran.code == 0, ran.out
    assert (ran.json["skipped"], ran.json["friends"]) == (0, len(lists["friends"]))
    assert (await cli.on(second, "export", "-o", "second.jsonl")).code == 0
    # The order of the lines may differ: users stand in that of their registration.
    assert records(Path("second.jsonl")) == records(Path("first.jsonl.gz"))
    assert cli.files() == ["first.jsonl.gz", "second.jsonl"]


async def test_an_export_of_before_there_were_groups_comes_in(rest, cli):
    lists = people()
    lines = [json.dumps(record) for record in lists["users"]]
    lines += [json.dumps({"kind": "friend"} | record) for record in lists["friends"]]
    lines = [line if '"kind"' in line else line.replace("{", '{"kind": "user", ', 1) for line in lines]
    end = {"kind": "end", "users": USERS, "friends": len(lists["friends"]), "applications": 0, "blacks": 0}
    cli.write("old.jsonl", "\n".join([*lines, json.dumps(end | {"messages": 0, "chats": 0})]) + "\n")
    ran = await cli.on(rest, "import", "old.jsonl", "--json")
    assert (ran.code, ran.json["users"], ran.json["groups"]) == (0, USERS, 0)


async def test_every_list_looks_the_same_to_its_owner_afterwards(two_engines, cli):
    first, second = two_engines
    await fill(first, **people())
    await cli.on(first, "export", "-o", "all.jsonl")
    await cli.on(second, "import", "all.jsonl")
    page = {"pageNumber": 1, "showNumber": 1000}
    for number in range(0, USERS, 7):
        body = {"userID": f"u{number}", "pagination": page}
        for path in ("get_friend_list", "get_friend_apply_list", "get_self_friend_apply_list", "get_black_list"):
            before, after = await first.data(f"/friend/{path}", body), await second.data(f"/friend/{path}", body)
            assert after == before, path


async def test_the_lines_are_records_users_first_and_the_last_counts_them(full, cli):
    ran = await cli.on(full, "export")
    assert ran.code == 0
    *lines, end = [json.loads(line) for line in ran.out.splitlines()]
    kinds = [line["kind"] for line in lines]
    order = ["user", "friend", "application", "black", "group", "member", "groupApplication", "message", "chat"]
    assert kinds == sorted(kinds, key=order.index)
    assert end == {"kind": "end", **{name: kinds.count(kind) for name, kind in zip(LISTS, order, strict=True)}}
    assert lines[0]["userID"] == "imAdmin"


async def test_a_file_is_readable_by_its_owner_alone_and_not_written_over_by_mistake(full, cli):
    cli.write("all.jsonl", "mine")
    ran = await cli.on(full, "export", "-o", "all.jsonl")
    assert ran.code == 2
    assert "--force writes over it" in ran.err
    assert read("all.jsonl") == b"mine"
    assert (await cli.on(full, "export", "-o", "all.jsonl", "--force")).code == 0
    assert mode("all.jsonl") == 0o600
    assert cli.files() == ["all.jsonl"]


async def test_an_export_that_fails_leaves_no_file(full, cli):
    ran = await cli("export", "-o", "all.jsonl", "--url", full.url, AMITY_SECRET="a wrong secret, long enough")
    assert ran.code == 2
    assert "refuses: 1002" in ran.err
    ran = await cli("export", "-o", "all.jsonl", "--url", "http://127.0.0.1:1", "--retry-for", "0", AMITY_SECRET=SECRET)
    assert ran.code == 3
    assert cli.files() == []


async def test_a_summary_needs_a_place_of_its_own(full, cli):
    ran = await cli.on(full, "export", "--json")
    assert ran.code == 2
    assert "--output" in ran.err


async def test_what_is_there_already_stays_and_becomes_what_the_file_says(full, cli):
    await cli.on(full, "export", "-o", "all.jsonl")
    before = await everything(full.url)
    await full.register("zoe")
    await full.import_friends("zoe", ["u0"])
    await full.data("/friend/delete_friend", {"ownerUserID": "u0", "friendUserID": "u1"})
    await full.data("/user/update_user_info", {"userInfo": {"userID": "u2", "nickname": "Changed"}})
    assert (await cli.on(full, "import", "all.jsonl")).code == 0
    after = await everything(full.url)
    assert [user["userID"] for user in after["users"] if user not in before["users"]] == ["zoe"]
    assert {
        (each["ownerUserID"], each["friendUserID"]) for each in after["friends"] if each not in before["friends"]
    } == {
        ("zoe", "u0"),
        ("u0", "zoe"),
    }


async def test_records_may_stand_in_any_order_and_need_no_last_line(rest, cli):
    cli.write(
        "mine.jsonl",
        '\n{"kind": "friend", "ownerUserID": "a", "friendUserID": "b", "more": 1}\n'
        '{"kind": "user", "userID": "a"}\n\n{"kind": "user", "userID": "b", "nickname": "B"}\n',
    )
    ran = await cli.on(rest, "import", "mine.jsonl")
    assert ran.code == 0, ran.out
    assert "if it was cut short, nobody can tell" in ran.out
    found = await everything(rest.url)
    assert (len(found["users"]), len(found["friends"])) == (2, 1)


async def test_a_file_that_was_cut_short_is_refused_before_anything_is_sent(full, cli):
    await cli.on(full, "export", "-o", "all.jsonl")
    lines = read("all.jsonl").splitlines(keepends=True)
    del lines[100]
    cli.write("cut.jsonl", b"".join(lines))
    calls = await cli.on(full, "import", "cut.jsonl", "--json")
    assert calls.code == 2
    assert "it was cut short or changed" in calls.json["error"]


async def test_bad_lines_are_named_and_can_be_left_out(rest, cli):
    cli.write(
        "mine.jsonl",
        '{"kind":"user","userID":"a"}\n{"kind":"nonsense"}\n{"kind":"friend","ownerUserID":"a"}\n'
        '{"kind":"friend","ownerUserID":"a","friendUserID":"b","createTime":"x"}\n{"kind":"user"\n[]\n',
    )
    ran = await cli.on(rest, "import", "mine.jsonl", "--json")
    assert ran.code == 2
    assert [each["line"] for each in ran.json["badLines"]] == [2, 3, 4, 5, 6]
    assert ran.json["badLines"][2]["reason"] == "is no record: Expected int, got str - at $.createTime"
    assert (await everything(rest.url))["users"] == []
    ran = await cli.on(rest, "import", "mine.jsonl", "--json", "--skip-bad-lines")
    assert (ran.code, ran.json["users"], ran.json["badLines"]) == (1, 1, 5)
    assert len(read("mine.jsonl.skipped.csv").decode().splitlines()) == 6


async def test_who_is_unknown_and_not_in_the_file_is_skipped_and_reported(rest, cli):
    cli.write(
        "mine.jsonl",
        '{"kind":"user","userID":"a"}\n{"kind":"friend","ownerUserID":"a","friendUserID":"ghost"}\n'
        '{"kind":"application","fromUserID":"a","toUserID":"a"}\n',
    )
    ran = await cli.on(rest, "import", "mine.jsonl", "--json")
    assert ran.code == 1
    assert {each["errCode"] for each in ran.json["skippedBy"]} == {1004, 1301}
    assert (
        "friend,a,ghost,1004,RecordNotFoundError,friendUserID: user not found: ghost"
        in read("mine.jsonl.skipped.csv").decode()
    )


async def test_one_record_that_the_server_cannot_read_costs_only_itself(rest, cli):
    lines = [
        f'{{"kind":"user","userID":"u{number}","createTime":{-5 if number == 333 else 5}}}\n' for number in range(700)
    ]
    cli.write("mine.jsonl", "".join(lines))
    ran = await cli.on(rest, "import", "mine.jsonl", "--json")
    assert (ran.code, ran.json["users"], ran.json["skipped"]) == (1, 699, 1)
    assert "user,u333,,1001" in read("mine.jsonl.skipped.csv").decode()


async def test_a_dry_run_says_what_is_in_the_file(rest, cli):
    cli.write("mine.jsonl", '{"kind":"user","userID":"a"}\n')
    ran = await cli("import", "mine.jsonl", "--dry-run", "--json")
    assert (ran.code, ran.json["inFile"]["users"], ran.json["dryRun"]) == (0, 1, True)


async def test_registering_is_for_pairs(rest, cli):
    cli.write("mine.jsonl", '{"kind":"user","userID":"a"}\n')
    ran = await cli.on(rest, "import", "mine.jsonl", "--register")
    assert ran.code == 2
    assert "--register is for files of pairs" in ran.err


async def test_pairs_as_json_lines_are_still_pairs(rest, cli):
    await rest.register("a", "b", "kind")
    cli.write("pairs.jsonl", '{"ownerUserID": "a", "friendUserIDs": ["b", "kind"]}\n')
    ran = await cli.on(rest, "import", "pairs.jsonl", "--json")
    assert (ran.code, ran.json["imported"]) == (0, 2)
    assert await rest.friends("b") == ["a"]
