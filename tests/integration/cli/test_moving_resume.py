"""A move that was killed goes on: what is finished is not read or sent again, and nothing is missing."""

import httpx
import pytest

from tests.integration.cli.moving import everything
from tests.support.behaviour import Answer, Silence
from tests.support.business_server import BusinessServer
from tests.support.importer import amity_import, journal_of, outcome_of, start_amity, start_import, whole_lines
from tests.support.openim import SECRET as OPENIM_SECRET
from tests.support.openim import OpenIm
from tests.support.rest import SECRET

USERS = 400


@pytest.fixture
async def openim():
    """Four hundred users of whom each has the next three on the list, one-sided."""
    async with OpenIm(set()) as server:
        for number in range(USERS):
            server.add_user(f"u{number}")
            for other in range(1, 4):
                server.add_friend(f"u{number}", f"u{(number + other) % USERS}", remark=f"{other} on")
            server.add_request(f"u{number}", f"u{(number + 5) % USERS}", -1)
        yield server


def silent_after(server, path, count):
    """Have the server answer a path so often, and then leave it without an answer."""
    known = server._react

    def react(request):
        if request.path == path and server.calls[path] >= count:
            return Silence()
        return known(request)

    server.reaction = react


class Gate(BusinessServer):
    """Hands requests on to a server, those that bring something in only so often."""

    def __init__(self, url):
        super().__init__(self._hand_on)
        self.restored = 0
        self._most = None
        self._to = url

    def open_for(self, most):
        self._most = most

    def _hand_on(self, request):
        if request.path == "/relation/restore":
            if self._most is not None and self.restored >= self._most:
                return Silence()
            self.restored += 1
        return HandOn(self._to + request.path, request)


class HandOn:
    """The answer of another server."""

    def __init__(self, url, request):
        self._url = url
        self._request = request

    async def respond(self, exchange):
        headers = {
            name: self._request.headers[name] for name in ("token", "operationid") if name in self._request.headers
        }
        async with httpx.AsyncClient(verify=False, trust_env=False, timeout=30) as client:
            answer = await client.post(self._url, content=self._request.body, headers=headers)
        return await Answer(answer.content).respond(exchange)


def words(openim, rest, *options):
    return [
        *("import", "openim", "--from", openim.url, "--from-secret", OPENIM_SECRET, "--url", rest.url),
        *("--secret", SECRET, "--json", "--concurrency", "2", "--page-size", "100", *options),
    ]


def complete(found):
    counts = {name: len(records) for name, records in found.items() if records}
    return counts == {"users": USERS, "friends": 3 * USERS, "applications": USERS}


@pytest.mark.parametrize(
    ("path", "answered", "finished"),
    [("/user/get_users_info", 2, 2), ("/friend/get_friend_list", 200, 6), ("/friend/get_black_list", 333, 9)],
)
async def test_an_import_from_openim_that_was_killed_goes_on_where_it_was(
    openim, rest, tmp_path, path, answered, finished
):
    silent_after(openim, path, answered)
    importer = await start_amity(tmp_path, *words(openim, rest))
    journal = tmp_path / f"openim-127.0.0.1-{openim.port}.journal"
    await whole_lines(journal, 1 + finished)
    importer.kill()
    await importer.wait()
    # After the header there are four pages of users; then each line is fifty users' lists.
    parts = max(0, len(await whole_lines(journal, 1)) - 1 - 4)
    assert not complete(await everything(rest.url))
    openim.reaction = openim._react
    openim.requests.clear()
    outcome = await outcome_of(await start_amity(tmp_path, *words(openim, rest, "--resume", "--sample", "5")))
    assert outcome.code == 0, outcome.out
    assert outcome.facts["resumed"] is True
    assert {name: outcome.facts[name] for name in ("users", "friends", "applications", "skipped")} == {
        "users": USERS,
        "friends": 3 * USERS,
        "applications": USERS,
        "skipped": 0,
    }
    assert complete(await everything(rest.url))
    read = [request for request in openim.requests if request.path == "/friend/get_black_list"]
    assert len(read) == USERS - 50 * parts + 5  # and those of the sample
    assert not journal.exists()


async def test_two_imports_from_one_server_do_not_run_at_once(openim, rest, tmp_path):
    silent_after(openim, "/friend/get_friend_list", 100)
    importer = await start_amity(tmp_path, *words(openim, rest))
    await whole_lines(tmp_path / f"openim-127.0.0.1-{openim.port}.journal", 5)
    outcome = await outcome_of(await start_amity(tmp_path, *words(openim, rest, "--resume")))
    importer.kill()
    await importer.wait()
    assert outcome.code == 2
    assert "is in use" in outcome.err


async def test_another_page_size_is_not_resumed_with(openim, rest, tmp_path):
    silent_after(openim, "/friend/get_friend_list", 100)
    importer = await start_amity(tmp_path, *words(openim, rest))
    await whole_lines(tmp_path / f"openim-127.0.0.1-{openim.port}.journal", 5)
    importer.kill()
    await importer.wait()
    openim.reaction = openim._react
    outcome = await outcome_of(await start_amity(tmp_path, *words(openim, rest, "--resume", "--page-size", "50")))
    assert outcome.code == 2
    assert "parts of 100" in outcome.err
    outcome = await outcome_of(await start_amity(tmp_path, *words(openim, rest, "--restart", "--page-size", "50")))
    assert outcome.code == 0, outcome.err


async def test_the_import_of_an_exported_file_that_was_killed_goes_on_where_it_was(rest, tmp_path):
    lines = [f'{{"kind":"user","userID":"u{number}"}}\n' for number in range(USERS)]
    lines += [f'{{"kind":"friend","ownerUserID":"u0","friendUserID":"u{number}"}}\n' for number in range(1, USERS)]
    file = tmp_path / "all.jsonl"
    file.write_text("".join(lines))
    async with Gate(rest.url) as gate:
        gate.open_for(30)
        importer = await start_import(gate.url, file, "--batch-size", "20", "--concurrency", "2", secret=SECRET)
        await whole_lines(journal_of(file), 25)
        importer.kill()
        await importer.wait()
        assert len((await everything(rest.url))["friends"]) < USERS - 1
        gate.open_for(None)
        before = gate.restored
        outcome = await amity_import(gate.url, file, "--batch-size", "20", "--resume", secret=SECRET)
        assert outcome.code == 0, outcome.err
        assert gate.restored - before <= 2 * USERS // 20 - 24
    assert (outcome.facts["users"], outcome.facts["friends"], outcome.facts["resumed"]) == (USERS, USERS - 1, True)
    found = await everything(rest.url)
    assert (len(found["users"]), len(found["friends"])) == (USERS, USERS - 1)
