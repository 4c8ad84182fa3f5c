"""Shadow mode: the old business server's answers count, the new one is asked beside, and differences are logged."""

import asyncio
import base64
import logging
import time

import pytest

from amity.business.signature import TOLERANCE, keys_of, verify
from amity.relay import shadow
from tests.integration.relay.conftest import SIGNING, Between, Relayed
from tests.support.behaviour import Answer, HangUp, Silence
from tests.support.business_server import ALLOW, BusinessServer, Reaction
from tests.support.openim_answers import GoesOn, Refuses
from tests.support.recorded_callbacks import is_after, recorded_requests, sent

BEFORE_IMPORT = "callbackBeforeImportFriendsCommand"
AFTER_IMPORT = "callbackAfterImportFriendsCommand"
IMPORT = {"callbackCommand": BEFORE_IMPORT, "ownerUserID": "ann", "friendUserIDs": ["bob", "cid"]}
REJECT = {"actionCode": 0, "errCode": 5001, "errMsg": "no", "errDlt": "", "nextCode": 1}


async def compared(relayed: Relayed, count: int = 1) -> list[tuple[str, str]]:
    """Return the verdicts and reasons of comparisons, once there are so many."""

    async def found() -> list[tuple[str, str]]:
        entries = (await relayed.administrator.callback_log(size=1000)).entries
        return [(each.verdict, each.reason) for each in entries if each.verdict in {"agrees", "differs"}]

    async with asyncio.timeout(10):
        while len(verdicts := await found()) < count:  # noqa: ASYNC110 - it is written by a task of the relay
            await asyncio.sleep(0.02)
    return verdicts


@pytest.mark.parametrize(
    ("old", "new", "counts", "verdict", "reason"),
    [
        (ALLOW, ALLOW, GoesOn({}), "agrees", ""),
        (REJECT, REJECT, Refuses(5001, "no", ""), "agrees", ""),
        (ALLOW, {"nextCode": "0"}, GoesOn({}), "agrees", ""),
        (
            ALLOW,
            REJECT,
            GoesOn({}),
            "differs",
            "OpenIM's server goes on; by the new one it refuses with 5001 no",
        ),
        (
            REJECT | {"actionCode": 1},
            REJECT | {"actionCode": 1},
            GoesOn({}),
            "differs",
            "OpenIM's server goes on; by the new one it refuses with 5001 no",
        ),
        (
            ALLOW,
            ALLOW | {"friendUserIDs": ["bob"]},
            GoesOn({}),
            "differs",
            'OpenIM\'s server goes on; by the new one it goes on with friendUserIDs ["bob"]',
        ),
        (
            ALLOW,
            HangUp(),
            GoesOn({}),
            "differs",
            "OpenIM's server goes on; by the new one it refuses with 90004 NetworkError",
        ),
    ],
    ids=[
        "both allow",
        "both reject",
        "codes as strings",
        "one rejects",
        "actionCode 1",
        "a shorter list",
        "new is down",
    ],
)
async def test_the_old_answer_counts_and_a_difference_is_logged(
    between: Between,
    caplog: pytest.LogCaptureFixture,
    old: Reaction,
    new: Reaction,
    counts: object,
    verdict: str,
    reason: str,
):
    caplog.set_level(logging.WARNING, "amity.relay.shadow")
    async with BusinessServer(old) as before, BusinessServer(new) as after:
        trial = {"enable": True, "url": f"{before.url}/old"}
        async with between(after, shadow=trial) as relayed:
            assert await relayed.openim.ask(BEFORE_IMPORT, IMPORT) == counts
            assert await compared(relayed) == [(verdict, reason)]
    assert before.requests[0].path == f"/old/{BEFORE_IMPORT}"
    assert before.requests[0].body == after.requests[0].body == sent(IMPORT)
    assert [record.getMessage() for record in caplog.records if "shadow" in record.getMessage()] == (
        [f"{BEFORE_IMPORT}: shadow: {reason}"] if reason else []
    )


async def test_the_old_server_gets_an_id_and_a_signature_of_its_own_secret(between: Between):
    own = "whsec_" + base64.b64encode(b"another secret of the tests, long enough").decode()
    async with (
        BusinessServer() as old,
        BusinessServer() as new,
        between(new, shadow={"enable": True, "url": old.url, "secret": own}) as relayed,
    ):
        await relayed.openim.ask(BEFORE_IMPORT, IMPORT)
        await new.wait_for(1)
    for business, secret in ((old, own), (new, SIGNING)):
        (received,) = business.requests
        verify(keys_of(secret), received.headers, received.body, time.time(), TOLERANCE)


async def test_the_old_answer_reaches_openim_byte_for_byte_with_its_status(between: Between):
    odd = Answer(b'{"actionCode": 0,\n "nextCode": "0"}', 418)
    async with (
        BusinessServer(odd) as old,
        BusinessServer() as new,
        between(new, shadow={"enable": True, "url": old.url}) as relayed,
    ):
        answer = await relayed.post(f"/{BEFORE_IMPORT}", sent(IMPORT))
    assert (answer.status_code, answer.content) == (418, odd.body)


async def test_a_server_that_hangs_does_not_pile_up_long_questions(between: Between, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(shadow, "MOST_BESIDE_BYTES", 10_000)
    long = sent(IMPORT | {"friendUserIDs": ["x" * 6000]})
    async with (
        BusinessServer() as old,
        BusinessServer(Silence()) as new,
        between(new, shadow={"enable": True, "url": old.url}) as relayed,
    ):
        for _ in range(3):
            assert (await relayed.post(f"/{BEFORE_IMPORT}", long)).status_code == 200
        await relayed.post(f"/{BEFORE_IMPORT}", sent(IMPORT))
        await new.wait_for(2)
    assert [each.body for each in new.requests] == [long, sent(IMPORT)]
    assert len(old.requests) == 4


def hangs(path: str) -> Reaction:
    return lambda request: Silence() if request.path.startswith(path) else ALLOW


async def test_a_new_server_that_hangs_delays_no_old_one_at_the_same_host(between: Between):
    async with (
        BusinessServer(hangs("/callbackExample")) as both,
        between(both, shadow={"enable": True, "url": f"{both.url}/old"}) as relayed,
    ):
        async with asyncio.timeout(4):
            for _ in range(28):
                await asyncio.gather(*(relayed.post(f"/{BEFORE_IMPORT}", sent(IMPORT)) for _ in range(10)))


async def test_openim_refuses_while_the_old_server_is_down_as_it_would_without_a_relay(between: Between):
    async with (
        BusinessServer(HangUp()) as old,
        BusinessServer() as new,
        between(new, shadow={"enable": True, "url": old.url}) as relayed,
    ):
        assert isinstance(await relayed.openim.ask(BEFORE_IMPORT, IMPORT), Refuses)


async def test_everything_is_allowed_at_once_where_there_is_no_old_server(between: Between):
    async with BusinessServer(Silence()) as new, between(new, shadow={"enable": True}) as relayed:
        for request in recorded_requests():
            if not is_after(request.command):
                async with asyncio.timeout(2):
                    outcome = await relayed.openim.replay(request)
                assert isinstance(outcome, GoesOn), request.command
                assert all(request.fields.get(name) == value for name, value in outcome.replaced.items())


async def test_after_events_reach_both_servers_and_each_at_its_own_pace(between: Between):
    def body(number: int) -> bytes:
        return sent({"callbackCommand": AFTER_IMPORT, "ownerUserID": "ann", "friendUserIDs": [str(number)]})

    async with (
        BusinessServer() as old,
        BusinessServer(Answer({}, 503)) as new,
        between(new, shadow={"enable": True, "url": f"{old.url}/old"}) as relayed,
    ):
        for number in range(3):
            await relayed.post(f"/{AFTER_IMPORT}", body(number))
        await old.wait_for(3)
        await new.wait_for(1)
    assert [each.body for each in old.requests] == [body(number) for number in range(3)]
    assert {each.path for each in old.requests} == {f"/old/{AFTER_IMPORT}"}


async def test_events_for_the_old_server_wait_while_shadow_mode_is_off_and_go_when_its_url_is_back(between: Between):
    event = sent({"callbackCommand": AFTER_IMPORT, "ownerUserID": "ann", "friendUserIDs": ["bob"]})
    async with BusinessServer(Answer({}, 503)) as old, BusinessServer() as new:
        url = f"http://127.0.0.1:{old.port}"
        async with between(new, shadow={"enable": True, "url": url}) as relayed:
            await relayed.post(f"/{AFTER_IMPORT}", event)
            await old.wait_for(1)
        async with between(new) as relayed:
            commands = (await relayed.administrator.callback_statistics()).commands
            assert [(each.callback_command, each.has_url) for each in commands] == [(f"old:{AFTER_IMPORT}", False)]
        old.reaction = ALLOW
        async with between(new, shadow={"enable": False, "url": url}) as relayed:
            await relayed.administrator.replay_callbacks(everything=True)
            await old.wait_for(2)
    assert len({each.headers["webhook-id"] for each in old.requests}) == 1


async def test_a_callback_that_is_switched_off_goes_to_the_old_server_alone(between: Between):
    off = {"beforeImportFriends": {"enable": False}, "afterImportFriends": {"enable": False}}
    async with (
        BusinessServer() as old,
        BusinessServer() as new,
        between(new, callbacks=off, shadow={"enable": True, "url": old.url}) as relayed,
    ):
        assert await relayed.openim.ask(BEFORE_IMPORT, IMPORT) == GoesOn({})
        await relayed.post(f"/{AFTER_IMPORT}", sent(IMPORT))
        await old.wait_for(2)
    assert [each.path.rpartition("/")[2] for each in old.requests] == [BEFORE_IMPORT, AFTER_IMPORT]
    assert new.requests == []
