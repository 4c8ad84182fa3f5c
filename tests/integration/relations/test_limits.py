"""The limits per user: what is refused, with which code, what counts, and until when."""

import asyncio
from functools import partial

import pytest

from amity import metrics
from amity.clock import DAY_MS, HOUR_MS
from amity.relations.limits.limits import Limits
from amity.relations.limits.store import SWEPT
from amity.settings import Limits as LimitSettings
from amity.storage import open_database
from tests.integration.relations.conftest import PEOPLE, Relations
from tests.support.fake_clock import FakeClock


@pytest.fixture
def limited(start_server):
    """Return a function that starts a server with limits, on which users may import for themselves."""

    async def start(**limits):
        rest = await start_server(clientImport="open", limits=limits)
        await rest.register(*PEOPLE)
        return Relations(rest)

    return start


def counted(limit):
    return metrics.limits_total.labels(limit)._value.get()


def refused(envelope, code, name, *named):
    assert (envelope["errCode"], envelope["errMsg"]) == (code, name)
    for each in named:
        assert each in envelope["errDlt"]


async def test_an_import_that_exceeds_the_owners_limit_is_refused_as_a_whole(limited):
    relations = await limited(friendsPerUser=3)
    await relations.imports("ann", "bob")
    before = counted("friendsPerUser")
    answer = await relations.imports("ann", "cy", "dee", "eve")
    refused(
        answer, 1351, "FriendsLimitError", "ownerUserID: limits.friendsPerUser: more than 3 friends would have", "ann"
    )
    assert (await relations.friends("ann"), await relations.friends("cy")) == (["bob"], [])
    assert counted("friendsPerUser") == before + 1
    assert (await relations.imports("ann", "cy", "dee"))["errCode"] == 0


async def test_an_import_of_a_friend_at_the_limit_is_refused_or_if_partial_leaves_it_out(limited):
    relations = await limited(friendsPerUser=2)
    await relations.imports("bob", "cy", "dee")
    refused(await relations.imports("ann", "eve", "bob"), 1351, "FriendsLimitError", "friendUserIDs", "have: bob")
    assert await relations.friends("ann") == []
    partial = (await relations.imports("ann", "eve", "bob", partial=True))["data"]
    assert partial["imported"] == ["eve"]
    assert partial["skipped"] == [{"userID": "bob", "errCode": 1351, "errMsg": "FriendsLimitError"}]
    assert (await relations.friends("ann"), await relations.friends("bob")) == (["eve"], ["cy", "dee"])


async def test_a_full_list_takes_another_friend_after_a_deletion(limited):
    relations = await limited(friendsPerUser=2)
    await relations.imports("ann", "bob", "cy")
    assert (await relations.imports("ann", "dee"))["errCode"] == 1351
    await relations.delete("ann", "bob")
    assert (await relations.imports("ann", "dee"))["errCode"] == 0
    assert await relations.friends("ann") == ["cy", "dee"]


async def test_friends_from_before_a_lower_limit_stay_and_may_be_imported_again(limited, start_server):
    relations = await limited()
    await relations.imports("ann", "bob", "cy", "dee")
    await start_server.stop()
    relations = Relations(await start_server(limits={"friendsPerUser": 2}))
    assert (await relations.imports("ann", "bob"))["data"]["existing"] == ["bob"]
    refused(await relations.imports("ann", "bob", "eve"), 1351, "FriendsLimitError")
    assert len(await relations.friends("ann")) == 3


@pytest.mark.parametrize("full", ["ann", "bob"])
async def test_a_user_at_the_limit_can_neither_ask_nor_be_asked_nor_agree(limited, full):
    relations = await limited(friendsPerUser=1)
    await relations.apply("ann", "bob")
    await relations.imports(full, "cy")
    for answer in (
        await relations.agree("bob", "ann"),
        await relations.apply("bob", "ann"),
        await relations.apply("ann", "bob"),
    ):
        refused(answer, 1351, "FriendsLimitError", "limits.friendsPerUser: more than 1 friend would have", full)
    assert await relations.result("ann", "bob") == 0
    assert (await relations.refuse("bob", "ann"))["errCode"] == 0


async def test_a_request_for_a_missing_side_checks_the_limit_of_that_list_only(limited):
    relations = await limited(friendsPerUser=1)
    await relations.imports("ann", "bob")
    await relations.delete("ann", "bob")
    assert (await relations.apply("ann", "bob"))["errCode"] == 0
    assert (await relations.agree("bob", "ann"))["errCode"] == 0


async def test_concurrent_imports_and_agreements_never_exceed_the_limit(limited):
    relations = await limited(friendsPerUser=2)
    for applicant in PEOPLE[1:]:
        await relations.apply(applicant, "ann")
    await relations.rest.token("ann")
    await asyncio.gather(
        *(relations.agree("ann", applicant) for applicant in PEOPLE[1:]),
        *(relations.imports("ann", friend) for friend in PEOPLE[1:]),
    )
    assert len(await relations.friends("ann")) == 2


async def test_friend_requests_are_limited_per_day_including_repeated_ones(limited):
    relations = await limited(applicationsPerDay=3)
    await relations.apply("ann", "bob")
    await relations.apply("ann", "bob", by="imAdmin")
    await relations.apply("ann", "ann")
    await relations.apply("ann", "cy")
    before = counted("applicationsPerDay")
    answer = await relations.apply("ann", "dee")
    refused(answer, 1352, "ApplicationsLimitError", "fromUserID: limits.applicationsPerDay: limit of 3 friend requests")
    assert counted("applicationsPerDay") == before + 1
    assert await relations.result("ann", "dee") is None
    assert (await relations.apply("bob", "dee"))["errCode"] == 0


async def test_concurrent_requests_never_exceed_the_limit(limited):
    relations = await limited(applicationsPerDay=2)
    await relations.rest.token("ann")
    answers = await asyncio.gather(*(relations.apply("ann", other) for other in PEOPLE[1:]))
    assert sorted(answer["errCode"] for answer in answers) == [0, 0, 1352, 1352]


async def test_blacklists_are_limited(limited):
    relations = await limited(blacksPerUser=2)
    for black in ("bob", "cy", "cy"):
        assert (await relations.block("ann", black))["errCode"] == 0
    before = counted("blacksPerUser")
    refused(await relations.block("ann", "dee"), 1353, "BlacksLimitError", "ownerUserID: limits.blacksPerUser: ", "2")
    assert counted("blacksPerUser") == before + 1
    await relations.unblock("ann", "bob")
    answers = await asyncio.gather(*(relations.block("ann", black) for black in ("dee", "eve")))
    assert sorted(answer["errCode"] for answer in answers) == [0, 1353]


async def test_users_own_imports_are_limited_per_hour_and_administrators_are_not(limited):
    relations = await limited(clientImportsPerHour=2)
    for friend in ("bob", "cy"):
        assert (await relations.imports("ann", friend, by="ann"))["errCode"] == 0
    before = counted("clientImportsPerHour")
    answer = await relations.imports("ann", "dee", by="ann")
    refused(answer, 1354, "ImportsLimitError", "ownerUserID: limits.clientImportsPerHour: limit of 2 own imports")
    assert counted("clientImportsPerHour") == before + 1
    assert (await relations.imports("ann", "dee"))["errCode"] == 0
    assert (await relations.imports("bob", "dee", by="bob"))["errCode"] == 0


async def test_a_refused_import_does_not_count(limited):
    relations = await limited(clientImportsPerHour=1, friendsPerUser=1)
    for friends in (["nobody"], ["bob", "cy"], ["ann"]):
        assert (await relations.imports("ann", *friends, by="ann"))["errCode"] in (1004, 1351, 1301)
    assert (await relations.imports("ann", "bob", by="ann"))["errCode"] == 0


async def test_zero_is_no_limit(limited):
    relations = await limited(friendsPerUser=0, applicationsPerDay=0, blacksPerUser=0, clientImportsPerHour=0)
    assert (await relations.imports("ann", "bob", "cy", by="ann"))["errCode"] == 0
    assert (await relations.apply("ann", "dee"))["errCode"] == 0
    assert (await relations.block("ann", "eve"))["errCode"] == 0


@pytest.fixture
async def database(database_url):
    """A database with one user, ann."""
    opened = await open_database(database_url)
    await opened.write(
        lambda tx: tx.fetch(
            "insert into users (user_id, nickname, face_url, ex, created_at, app_manger_level, global_recv_msg_opt)"
            " values ('ann', '', '', '', 0, 0, 0)"
        )
    )
    yield opened
    await opened.close()


async def test_uses_recorded_while_the_clock_was_ahead_do_not_count_after_it_is_corrected(database):
    clock = FakeClock()
    limits = Limits(LimitSettings(applications_per_day=1, client_imports_per_hour=1), database, clock)
    ann: int = (await database.fetch("select user_seq from users"))[0][0]
    uses = ((limits.use_application, limits.require_application), (limits.use_import, limits.require_import))
    for use, require in uses:
        clock.step(365 * 86400)
        await database.write(partial(use, user=ann))
        clock.step(-365 * 86400)
        await require(ann)
        await database.write(partial(use, user=ann))
        with pytest.raises(Exception, match=r"limits\."):
            await require(ann)
        clock.step(-30)  # as far as the clocks of two processes may be apart
        with pytest.raises(Exception, match=r"limits\."):
            await require(ann)
        clock.step(30)


async def test_uses_older_than_the_window_do_not_count_and_are_deleted(database):
    clock = FakeClock()
    limits = Limits(LimitSettings(applications_per_day=1, client_imports_per_hour=1), database, clock)
    ann: int = (await database.fetch("select user_seq from users"))[0][0]
    for kind, window in ((limits.use_application, DAY_MS), (limits.use_import, HOUR_MS)):
        use = partial(kind, user=ann)
        await database.write(use)
        clock.advance(window / 1000 - 1)
        with pytest.raises(Exception, match=r"limits\."):
            await database.write(use)
        clock.advance(1)
        await database.write(use)
    rows = [(1, 1, 1)] * (SWEPT + 1)
    sql = "insert into limited_uses (user_seq, kind, used_at) values ($1, $2, $3)"
    await database.write(lambda tx: tx.execute_many(sql, rows))
    await limits.sweep()
    assert [row[0] for row in await database.fetch("select count(*) from limited_uses where used_at = 1")] == [0]
    assert (await database.fetch("select count(*) from limited_uses"))[0][0] > 0
