"""An import that is broken off, by a crash of either end or by hand, goes on without repeating or skipping."""

import asyncio
import signal

import pytest

from tests.support.behaviour import Silence
from tests.support.importer import amity_import, journal_lines, journal_of, outcome_of, start_import
from tests.support.openim import OpenIm

OWNERS = 30
PEOPLE = {f"o{number}" for number in range(OWNERS)} | {f"f{number}" for number in range(3)}
PAIRS = {(f"o{owner}", f"f{friend}") for owner in range(OWNERS) for friend in range(3)}


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "friends.csv"
    path.write_text("".join(f"{owner},{friend}\n" for owner, friend in sorted(PAIRS)))
    return path


def silent_after(server, count):
    """Have the server answer ``count`` imports and leave the others without an answer."""
    known = server._react

    def react(request):
        if request.path == "/friend/import_friend" and server.calls[request.path] >= count:
            server.calls[request.path] += 1
            return Silence()
        return known(request)

    server.reaction = react


def everything_is_there(server):
    return {pair for pair in server.pairs if pair[0] in {owner for owner, _ in PAIRS}} == PAIRS


def keys_of(server):
    """The idempotency keys with which each owner's import was sent."""
    keys: dict[str, list[str]] = {}
    for request in server.requests:
        if request.path == "/friend/import_friend":
            keys.setdefault(request.json["ownerUserID"], []).append(request.headers["idempotency-key"])
    return keys


async def test_an_importer_that_was_killed_goes_on_where_it_was(file):
    async with OpenIm(PEOPLE) as server:
        silent_after(server, 10)
        importer = await start_import(server.url, file, "--concurrency", "4")
        await journal_lines(file, 11)
        await server.wait_for(16)  # login, check, ten imports answered, four under way
        importer.kill()
        await importer.wait()
        server.reaction = server._react
        answered = {owner for owner, _ in server.imports}
        assert len(answered) == 10

        outcome = await amity_import(server.url, file, "--resume")
        assert outcome.code == 0, outcome.err
        assert everything_is_there(server)
        owners = [owner for owner, _ in server.imports]
        assert len(owners) == len(set(owners)) == OWNERS
        assert all(len(set(keys)) == 1 for keys in keys_of(server).values())
        assert sum(len(keys) for keys in keys_of(server).values()) == OWNERS + 4
    assert (outcome.facts["resumed"], outcome.facts["imported"]) == (True, len(PAIRS))
    assert not journal_of(file).exists()


async def test_a_batch_whose_line_was_cut_short_is_sent_again_with_the_same_key(file):
    async with OpenIm(PEOPLE) as server:
        silent_after(server, 5)
        importer = await start_import(server.url, file, "--concurrency", "1")
        lines = await journal_lines(file, 6)
        importer.kill()
        await importer.wait()
        journal_of(file).write_bytes(b"".join(lines[:6])[:-4])
        server.reaction = server._react
        outcome = await amity_import(server.url, file, "--resume")
        assert outcome.code == 0, outcome.err
        assert everything_is_there(server)
        assert len(server.imports) == OWNERS + 1
        assert all(len(set(keys)) == 1 for keys in keys_of(server).values())


async def test_an_interrupted_importer_notes_what_was_finished(file):
    async with OpenIm(PEOPLE) as server:
        silent_after(server, 10)
        importer = await start_import(server.url, file, "--concurrency", "4")
        await server.wait_for(16)
        importer.send_signal(signal.SIGINT)
        outcome = await outcome_of(importer)
        assert outcome.code == 130
        assert "--resume" in outcome.err
        assert "Traceback" not in outcome.err
        assert len(await journal_lines(file, 11)) == 11


async def test_a_server_that_restarts_on_the_way_is_waited_for(file):
    server = OpenIm(PEOPLE)
    async with server:
        silent_after(server, 10)
        importer = await start_import(server.url, file, "--retry-for", "30")
        await server.wait_for(20)
    assert importer.stderr is not None
    async with asyncio.timeout(20):
        while b"trying again" not in await importer.stderr.readline():
            pass
    again = OpenIm(PEOPLE, port=server.port)
    async with again:
        outcome = await outcome_of(importer)
        assert outcome.code == 0, outcome.err
        assert "the server answers again" in outcome.err
        again.pairs |= server.pairs
        assert everything_is_there(again)


async def test_a_server_that_stays_away_ends_the_import_which_then_goes_on(file):
    server = OpenIm(PEOPLE)
    async with server:
        silent_after(server, 10)
        importer = await start_import(server.url, file, "--retry-for", "0.5")
        await server.wait_for(20)
        await journal_lines(file, 11)
    outcome = await outcome_of(importer)
    assert outcome.code == 3
    again = OpenIm(PEOPLE, port=server.port)
    async with again:
        outcome = await amity_import(again.url, file, "--resume")
        assert outcome.code == 0, outcome.err
        assert len(again.imports) == OWNERS - 10
        again.pairs |= server.pairs
        assert everything_is_there(again)


async def test_a_server_with_database_trouble_is_waited_for(file):
    async with OpenIm(PEOPLE) as server:
        await amity_import(server.url, file, "--dry-run")
        trouble = {"errCode": 90002, "errMsg": "DatabaseError", "errDlt": "disk full"}
        server.refusals["o0"] = trouble
        importer = await start_import(server.url, file)
        async with asyncio.timeout(20):
            while len([owner for owner, _ in server.imports if owner == "o0"]) < 2:
                await server.wait_for(len(server.requests) + 1)
        server.refusals.clear()
        outcome = await outcome_of(importer)
        assert outcome.code == 0, outcome.err
        assert everything_is_there(server)


@pytest.fixture
async def begun(file):
    """A server and a file whose import was begun and broken off."""
    async with OpenIm(PEOPLE) as server:
        silent_after(server, 10)
        importer = await start_import(server.url, file, "--concurrency", "2")
        await journal_lines(file, 11)
        importer.kill()
        await importer.wait()
        server.reaction = server._react
        yield server


async def test_an_import_that_was_begun_is_not_begun_again_by_mistake(begun, file):
    before = journal_of(file).read_bytes()
    outcome = await amity_import(begun.url, file)
    assert outcome.code == 2
    assert "--resume goes on with it, --restart begins anew" in outcome.err
    assert journal_of(file).read_bytes() == before


async def test_restart_sends_everything_with_new_keys(begun, file):
    old = {key for keys in keys_of(begun).values() for key in keys}
    begun.requests.clear()
    outcome = await amity_import(begun.url, file, "--restart")
    assert outcome.code == 0
    new = keys_of(begun)
    assert len(new) == OWNERS
    assert old.isdisjoint(key for keys in new.values() for key in keys)


async def test_a_file_that_changed_is_not_resumed(begun, file):
    file.write_text(file.read_text() + "o0,o1\n")
    outcome = await amity_import(begun.url, file, "--resume")
    assert outcome.code == 2
    assert "the file has changed" in outcome.err


async def test_another_server_is_not_resumed_into(begun, file):
    async with OpenIm(PEOPLE) as other:
        outcome = await amity_import(other.url, file, "--resume")
        assert outcome.code == 2
        assert f"the import was begun with the server {begun.url}" in outcome.err
        assert not other.requests


async def test_another_batch_size_is_not_resumed_with(begun, file):
    outcome = await amity_import(begun.url, file, "--resume", "--batch-size", "2")
    assert outcome.code == 2
    assert "--batch-size 1000" in outcome.err


async def test_a_damaged_journal_is_not_resumed(begun, file):
    lines = journal_of(file).read_bytes().splitlines(keepends=True)
    lines[3] = b"\x00" * len(lines[3])
    journal_of(file).write_bytes(b"".join(lines))
    outcome = await amity_import(begun.url, file, "--resume")
    assert outcome.code == 2
    assert "is damaged" in outcome.err


async def test_a_file_that_is_no_journal_is_left_alone(begun, file):
    for text in ("dear diary\n", "dear diary", "{}\n"):
        journal_of(file).write_text(text)
        for option in ("--resume", "--restart"):
            outcome = await amity_import(begun.url, file, option)
            assert outcome.code == 2
            assert "is no journal" in outcome.err
            assert journal_of(file).read_text() == text


@pytest.mark.parametrize("option", ["--journal", "--report"])
async def test_the_input_is_never_written_over(begun, file, option):
    before = file.read_bytes()
    outcome = await amity_import(begun.url, file, "--restart", option, str(file))
    assert outcome.code == 2
    assert file.read_bytes() == before


async def test_resume_with_nothing_to_resume_begins(file):
    async with OpenIm(PEOPLE) as server:
        outcome = await amity_import(server.url, file, "--resume")
        assert outcome.code == 0
        assert outcome.facts["resumed"] is False
        assert everything_is_there(server)


async def test_two_importers_of_one_file_do_not_run_at_once(file):
    async with OpenIm(PEOPLE) as server:
        silent_after(server, 10)
        importer = await start_import(server.url, file)
        await journal_lines(file, 11)
        outcome = await amity_import(server.url, file, "--resume")
        assert outcome.code == 2
        assert "is in use" in outcome.err
        importer.kill()
        await importer.wait()


async def test_a_journal_that_cannot_be_written_is_named_before_anything_is_sent(file, tmp_path):
    async with OpenIm(PEOPLE) as server:
        outcome = await amity_import(server.url, file, "--journal", str(tmp_path / "absent" / "journal"))
        assert outcome.code == 2
        assert "--journal" in outcome.err
        assert not server.imports
