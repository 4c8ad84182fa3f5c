"""What the logs of callbacks and of imports have of an erased user goes, and what they have of others stays."""

import asyncio

import pytest

from amity.erasing import logs
from tests.integration.erasing.conftest import PAGE, Town
from tests.support.stored_rows import change_stored_rows, stored_rows

BODIES = "select request, answer from callback_log order by log_seq"
IMPORTS = "select owner, caller, reason from import_log order by log_seq"


async def callbacks(database_url, *bodies, owner="lena"):
    """Put entries into the log of callbacks that are about another user, or a conversation, and have these bodies."""
    for body in bodies:
        await change_stored_rows(
            database_url,
            "insert into callback_log (at, command, owner, operation_id, event_id, verdict, err_code, reason,"
            " http_status, duration_ms, request, answer)"
            f" values (4102444800000, 'c', '{owner}', 'o', 'e', 'approved', 0, '', 200, 1, '{body}', '{{}}')",
        )


async def imports(database_url, *entries):
    """Put entries into the log of imports: owner, caller, reason."""
    for owner, caller, reason in entries:
        await change_stored_rows(
            database_url,
            "insert into import_log (at, owner, caller, job, operation_id, asked, imported, existing, skipped,"
            " verdict, err_code, reason)"
            f" values (1, '{owner}', '{caller}', 0, 'o', 1, 0, 0, 0, 'refused', 1, '{reason}')",
        )


@pytest.fixture(autouse=True)
async def k(town: Town) -> None:
    """A user whose id is one letter."""
    await town.rest.register("K")


async def erase_k(town: Town) -> None:
    """Erase ``K``, and wait until that is finished."""
    await town.rest.data("/user/erase_user", {"userID": "K"})
    body = {"userIDs": ["K"], "pagination": PAGE}
    async with asyncio.timeout(30):
        while (await town.rest.data("/user/get_erasures", body))["erasures"][0]["state"] != "finished":  # noqa: ASYNC110
            await asyncio.sleep(0.05)


async def test_an_erased_user_with_a_short_id_takes_no_bodies_of_others(town, database_url):
    kept = ['{"operationID":"OK","userID":"Karl"}', '{"userID":"k"}', '{"conversationID":"si_Karl_Kim"}']
    await callbacks(database_url, *kept)
    await erase_k(town)
    assert [row[0] for row in await stored_rows(database_url, BODIES)] == kept


async def test_bodies_go_that_have_the_id_as_a_text_or_in_that_of_a_conversation(town, database_url):
    named = ['{"userID":"K"}', '{"detail":"{\\"userID\\":\\"K\\"}"}', '{"conversationID":"si_K_bob"}']
    await callbacks(database_url, *named)
    await erase_k(town)
    assert await stored_rows(database_url, BODIES) == [("", "")] * 3


async def test_what_is_about_a_chat_of_the_user_goes_and_what_is_about_those_of_others_stays(town, database_url):
    for owner in ("si_K_bob", "si_A_K", "si_Karl_Kim", "sg_K"):
        await callbacks(database_url, '{"text":"hello"}', owner=owner)
    await erase_k(town)
    found = await stored_rows(database_url, "select owner, request from callback_log order by log_seq")
    kept = '{"text":"hello"}'
    assert found == [("", ""), ("", ""), ("si_Karl_Kim", kept), ("sg_K", kept)]


async def test_all_parts_of_the_logs_are_looked_through(town, database_url, monkeypatch):
    monkeypatch.setattr(logs, "PART", 2)
    await callbacks(database_url, *['{"userID":"K"}', '{"userID":"Karl"}'] * 3)
    await erase_k(town)
    found = [row[0] for row in await stored_rows(database_url, BODIES)]
    assert found == ["", '{"userID":"Karl"}'] * 3


async def test_the_logs_are_looked_through_once_in_each_round(town, monkeypatch):
    times = []
    clear = logs.clear

    async def counted(database, user_id):
        times.append(user_id)
        await clear(database, user_id)

    monkeypatch.setattr(logs, "clear", counted)
    for number in range(3):
        command = {"userID": "K", "type": 1, "uuid": str(number), "value": "v"}
        await town.rest.data("/user/process_user_command_add", command, user="K")
    monkeypatch.setattr("amity.erasing.traces.PART", 1)
    await erase_k(town)
    assert times == ["K", "K"]


@pytest.mark.parametrize("reason", ["ImportFriends: more than 1 friend: K", "full: bob, K", "full: K, bob"])
async def test_reasons_of_others_imports_go_that_name_the_user(town, database_url, reason):
    await imports(database_url, ("lena", "imAdmin", reason))
    await erase_k(town)
    assert await stored_rows(database_url, IMPORTS) == [("lena", "imAdmin", "")]


async def test_reasons_of_others_imports_stay_that_do_not(town, database_url):
    kept = [("lena", "imAdmin", "user not found: Karl, OK, k"), ("k", "k", "")]
    await imports(database_url, *kept)
    await erase_k(town)
    assert await stored_rows(database_url, IMPORTS) == kept


async def test_an_erased_users_own_imports_name_nobody(town, database_url):
    await imports(database_url, ("K", "K", "too many"), ("K", "imAdmin", "too many"), ("lena", "K", "too many"))
    await erase_k(town)
    assert await stored_rows(database_url, IMPORTS) == [("", "", ""), ("", "imAdmin", ""), ("lena", "", "too many")]
