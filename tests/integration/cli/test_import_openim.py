"""``amity import`` into a server that answers as OpenIM's own: no partial imports, no word of who was imported."""

import pytest

from tests.support.behaviour import html
from tests.support.importer import amity_import, report_of
from tests.support.openim import OpenIm


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "friends.csv"
    path.write_text("ownerUserID,friendUserID\nann,bob\nann,eve\nbob,eve\nbob,ann\n")
    return path


async def test_every_pair_is_imported_once_and_the_files_of_the_run_are_gone(file):
    async with OpenIm({"ann", "bob", "eve"}) as server:
        outcome = await amity_import(server.url, file)
        assert outcome.code == 0, outcome.err
        assert sorted(server.imports) == [("ann", ["bob", "eve"]), ("bob", ["eve"])]
        assert len(server.pairs) == 6
    facts = outcome.facts
    assert (facts["people"], facts["pairs"], facts["duplicates"], facts["reverseDuplicates"]) == (3, 3, 1, 1)
    assert (facts["imported"], facts["skipped"], facts["report"]) == (3, 0, None)
    assert [path.name for path in file.parent.iterdir()] == ["friends.csv"]


async def test_a_summary_for_people_says_what_was_done(file):
    async with OpenIm({"ann", "bob", "eve"}) as server:
        outcome = await amity_import(server.url, file, as_json=False)
    assert "pairs imported: 3" in outcome.out
    assert "importing: 0 of 3" in outcome.err


async def test_unknown_people_are_skipped_and_reported_and_the_others_imported(file):
    async with OpenIm({"ann", "bob"}) as server:
        outcome = await amity_import(server.url, file)
        assert server.imports == [("ann", ["bob"])]
    assert outcome.code == 1
    assert outcome.facts["skippedBy"] == [{"errCode": 1004, "reason": "RecordNotFoundError", "pairs": 2}]
    assert sorted(report_of(file)) == [
        ("ann", "eve", "1004", "RecordNotFoundError", "not registered"),
        ("bob", "eve", "1004", "RecordNotFoundError", "not registered"),
    ]


async def test_an_unknown_owner_skips_its_whole_list(file):
    async with OpenIm({"bob", "eve"}) as server:
        outcome = await amity_import(server.url, file)
        assert server.imports == [("bob", ["eve"])]
    assert outcome.code == 1
    assert [row[:2] + row[4:] for row in report_of(file)] == [
        ("ann", "bob", "the owner is not registered"),
        ("ann", "eve", "the owner is not registered"),
    ]


async def test_register_makes_the_unknown_people_first_and_reports_whom_the_server_refuses(tmp_path):
    file = tmp_path / "friends.csv"
    file.write_text("ann,bob\nann,e-ve\nbob,x_1\n")
    async with OpenIm({"ann"}) as server:
        outcome = await amity_import(server.url, file, "--register")
        assert server.users == {"ann", "bob", "x_1"}
        assert sorted(server.imports) == [("ann", ["bob"]), ("bob", ["x_1"])]
    assert outcome.code == 1
    assert outcome.facts["registered"] == 2
    assert report_of(file) == [("ann", "e-ve", "1001", "ArgsError", "could not be registered: userID is legal")]


async def test_a_refused_batch_is_reported_row_by_row_and_the_import_goes_on(file):
    async with OpenIm({"ann", "bob", "eve"}) as server:
        server.refusals["ann"] = {"errCode": 5001, "errMsg": "Suspended", "errDlt": "ann is suspended"}
        outcome = await amity_import(server.url, file)
        assert ("bob", ["eve"]) in server.imports
    assert outcome.code == 1
    assert report_of(file) == [
        ("ann", "bob", "5001", "Suspended", "ann is suspended"),
        ("ann", "eve", "5001", "Suspended", "ann is suspended"),
    ]


@pytest.mark.parametrize("code", [1002, 1502])
async def test_a_refusal_of_one_owner_with_a_code_about_the_caller_skips_that_owner_alone(file, code):
    async with OpenIm({"ann", "bob", "eve"}) as server:
        server.refusals["ann"] = {"errCode": code, "errMsg": "No", "errDlt": "not ann"}
        outcome = await amity_import(server.url, file)
        assert ("bob", ["eve"]) in server.imports
    assert outcome.code == 1
    assert report_of(file) == [("ann", "bob", str(code), "No", "not ann"), ("ann", "eve", str(code), "No", "not ann")]


async def test_somebody_who_goes_between_the_check_and_the_import_costs_only_their_own_pairs(file):
    async with OpenIm({"ann", "bob", "eve"}) as server:
        known = server._react

        def eve_goes(request):
            answer = known(request)
            if request.path == "/user/account_check":
                server.users.discard("eve")
            return answer

        server.reaction = eve_goes
        outcome = await amity_import(server.url, file)
        assert server.pairs == {("ann", "bob"), ("bob", "ann")}
    assert outcome.code == 1
    assert outcome.facts["imported"] == 1
    assert {row[1] for row in report_of(file)} == {"eve"}


async def test_a_token_that_is_revoked_on_the_way_is_fetched_anew(file):
    async with OpenIm({"ann", "bob", "eve"}) as server:
        known = server._react

        def revoke(request):
            answer = known(request)
            if request.path == "/user/account_check":
                server.tokens.clear()
            return answer

        server.reaction = revoke
        # A new server numbers its tokens anew: the fresh one must differ from the one that was revoked.
        server.tokens.add("another")
        outcome = await amity_import(server.url, file)
        assert outcome.code == 0, outcome.err
        assert len(server.pairs) == 6


async def test_a_wrong_secret_ends_at_once_with_advice(file):
    async with OpenIm({"ann"}) as server:
        outcome = await amity_import(server.url, file, "--secret", "wrong")
    assert outcome.code == 2
    assert "1002" in outcome.err
    assert "is the secret the server's" in outcome.err


async def test_a_dry_run_sends_nothing_and_needs_no_server(file):
    outcome = await amity_import("http://127.0.0.1:1", file, "--dry-run", as_json=False)
    assert outcome.code == 0
    assert "import ann: 2 friends: bob, eve" in outcome.out
    assert "who is registered is not known: the server could not be reached" in outcome.out
    assert "nothing was sent" in outcome.out
    assert [path.name for path in file.parent.iterdir()] == ["friends.csv"]


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ((), "not registered, and would be skipped, with their pairs: 1: eve"),
        (("--register",), "not registered, and would be registered: 1: eve"),
    ],
)
async def test_a_dry_run_asks_who_is_registered(file, options, told):
    async with OpenIm({"ann", "bob"}) as server:
        outcome = await amity_import(server.url, file, "--dry-run", *options, as_json=False)
        assert told in outcome.out
        assert not server.imports
        assert set(server.calls) == {"/auth/get_admin_token", "/user/account_check"}
        facts = (await amity_import(server.url, file, "--dry-run")).facts
    assert (facts["dryRun"], facts["unknown"]) == (True, 1)


async def test_a_bad_file_sends_nothing_and_names_its_lines(tmp_path):
    file = tmp_path / "friends.csv"
    file.write_text("ann,bob\nann,\nann,ann\n")
    async with OpenIm({"ann", "bob"}) as server:
        outcome = await amity_import(server.url, file)
        assert not server.requests
        assert outcome.code == 2
        assert [line["line"] for line in outcome.facts["badLines"]] == [2, 3]
        outcome = await amity_import(server.url, file, "--skip-bad-lines")
        assert server.imports == [("ann", ["bob"])]
    assert outcome.code == 1
    assert [row[4] for row in report_of(file)] == [
        "line 2 friendUserID is empty",
        "line 3 makes ann a friend of itself",
    ]


async def test_a_server_that_is_not_there_ends_with_code_3_and_a_hint(file):
    outcome = await amity_import("http://127.0.0.1:1", file, "--retry-for", "0.5")
    assert outcome.code == 3
    assert "--resume" in outcome.err
    assert file.with_name("friends.csv.journal").exists()


async def test_something_else_than_a_server_is_not_asked_twice(file):
    async with OpenIm(set()) as server:
        server.reaction = html(404)
        outcome = await amity_import(server.url, file)
        assert len(server.requests) == 1
    assert outcome.code == 3
    assert "HTTP status 404" in outcome.err
