"""Every request of the gateway, asked by every caller, and who is let in by which token.

A request without a row fails here.
"""

from collections.abc import Callable
from typing import NamedTuple

import pytest

from amity.wire.frames import Identifier
from amity.wire.proto.msg_pb2 import GetConversationsHasReadAndMaxSeqReq, GetLastMessageReq, GetSeqMessageReq
from amity.wire.proto.sdkws_pb2 import (
    GetMaxSeqReq,
    MsgData,
    PullMessageBySeqsReq,
    SetAppBackgroundStatusReq,
    SubUserOnlineStatus,
)
from tests.integration.access.callers import ADMINS_PLATFORM, FORMER, IOS, NO_PLATFORM, WEB
from tests.integration.access.matrix import ALICE, BOB, RISEN
from tests.support.gateway_client import ConnectionEnded, GatewayClient
from tests.support.rest import ADMIN

pytestmark = pytest.mark.asyncio(loop_scope="module")


class Row(NamedTuple):
    """A request about a user, and its outcome (``errCode``) for alice about herself, for alice about bob, for alice who
    names nobody, for an administrator about itself and about bob."""

    data: Callable[[str], bytes]
    own: int = 0
    other: int = 1002
    nobody_named: int = 1001
    admin_own: int = 0
    admin_other: int = 1002  # an administrator's connection is a user's: for others it asks over HTTP


def not_built() -> Row:
    return Row(lambda who: b"", 1002, 1002, 1002, 1002, 1002)


def of_the_connection(data: Callable[[str], bytes]) -> Row:
    """What names nobody whom it could be about, or those whom anybody may watch."""
    return Row(data, 0, 0, 0, 0, 0)


ROWS = {
    Identifier.GET_MAX_SEQ: Row(lambda who: GetMaxSeqReq(userID=who).SerializeToString(), nobody_named=1002),
    Identifier.PULL_BY_RANGES: Row(lambda who: PullMessageBySeqsReq(userID=who).SerializeToString(), nobody_named=1002),
    Identifier.SEND_MSG: Row(
        lambda who: MsgData(
            sendID=who, recvID="carol", sessionType=1, contentType=101, content=b"{}"
        ).SerializeToString(),
        nobody_named=1002,
    ),
    Identifier.SEND_SIGNAL_MSG: not_built(),
    Identifier.PULL_BY_SEQS: Row(lambda who: GetSeqMessageReq(userID=who).SerializeToString()),
    Identifier.GET_READ_AND_MAX_SEQ: Row(
        lambda who: GetConversationsHasReadAndMaxSeqReq(userID=who).SerializeToString()
    ),
    Identifier.GET_LAST_MESSAGE: Row(lambda who: GetLastMessageReq(userID=who).SerializeToString()),
    Identifier.LOGOUT: of_the_connection(lambda who: b""),
    Identifier.SET_BACKGROUND: of_the_connection(
        lambda who: SetAppBackgroundStatusReq(userID=who, isBackground=True).SerializeToString()
    ),
    Identifier.SUBSCRIBE_ONLINE: of_the_connection(
        lambda who: SubUserOnlineStatus(subscribeUserID=[who]).SerializeToString()
    ),
}


class Entry(NamedTuple):
    """With whose token a client connects (a column of the table of operations), and as whom and on which platform."""

    caller: str
    user: str
    platform: int
    code: int


ENTRIES = [
    Entry("no_token", ALICE, WEB, 1602),
    Entry("own", ALICE, WEB, 0),
    Entry("own", ALICE, IOS, 1502),
    Entry("own", ALICE, ADMINS_PLATFORM, 1502),
    Entry("own", BOB, WEB, 1502),
    Entry("own", "Alice", WEB, 1502),
    Entry("own_from_another_platform", ALICE, IOS, 0),
    Entry("own_from_another_platform", ALICE, WEB, 1502),
    Entry("own_from_no_platform", ALICE, NO_PLATFORM, 1602),
    Entry("own_from_no_platform", ALICE, WEB, 1502),
    Entry("own_by_who_has_risen", RISEN, WEB, 0),
    Entry("own_by_who_has_risen", RISEN, ADMINS_PLATFORM, 1502),
    Entry("other", BOB, WEB, 1502),
    Entry("other_from_another_platform", BOB, IOS, 1502),
    Entry("other_by_who_has_risen", BOB, WEB, 1502),
    Entry("nobody_named", "", WEB, 1602),
    Entry("admin", ADMIN, ADMINS_PLATFORM, 0),
    Entry("admin", ADMIN, WEB, 1502),
    Entry("admin", ALICE, WEB, 1502),
    Entry("ended", ALICE, 2, 1506),
    Entry("replaced", ALICE, 3, 1506),
    Entry("expired", ALICE, WEB, 1501),
    Entry("early", ALICE, WEB, 1505),
    Entry("of_a_former_admin", FORMER, ADMINS_PLATFORM, 1506),
    Entry("of_a_former_admin", FORMER, WEB, 1506),
    Entry("forged", ADMIN, ADMINS_PLATFORM, 1505),
    Entry("not_issued", ADMIN, ADMINS_PLATFORM, 1507),
    Entry("malformed", ALICE, WEB, 1503),
]


def connected(served, caller, user, platform):
    return GatewayClient(served.gateway_url, user, served.callers[caller].token, platform)


async def outcome(served, identifier, data, *, caller="own", user=ALICE, platform=WEB):
    """Return the ``errCode`` of the answer to one request over a connection of its own."""
    async with connected(served, caller, user, platform) as client:
        return (await client.request(identifier, data)).err_code


async def test_every_caller_tries_to_connect(served):
    assert list(dict.fromkeys(entry.caller for entry in ENTRIES)) == list(served.callers)


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: f"{entry.caller}-as-{entry.user}-on-{entry.platform}")
async def test_a_token_lets_in_its_user_on_its_platform_and_nobody_else(served, entry):
    token = served.callers[entry.caller].token
    client = GatewayClient(served.gateway_url, entry.user, token, entry.platform, codec="js")
    async with client:
        assert client.first is not None
        assert client.first["errCode"] == entry.code, client.first
        if entry.code:
            await client.closed()
        else:
            assert (await client.request(Identifier.SET_BACKGROUND)).err_code == 0


@pytest.mark.parametrize("identifier", Identifier, ids=lambda identifier: identifier.name)
async def test_each_caller_gets_what_the_row_says(served, identifier):
    row = ROWS.get(identifier)
    if row is None:
        with pytest.raises(ConnectionEnded) as ended:
            await outcome(served, identifier, b"")
        assert ended.value.code == 3001
        return
    admin = {"caller": "admin", "user": ADMIN, "platform": ADMINS_PLATFORM}
    assert (
        await outcome(served, identifier, row.data(ALICE)),
        await outcome(served, identifier, row.data(BOB)),
        await outcome(served, identifier, row.data("")),
        await outcome(served, identifier, row.data(ADMIN), **admin),
        await outcome(served, identifier, row.data(BOB), **admin),
    ) == row[1:]


@pytest.mark.parametrize("identifier", ROWS, ids=lambda identifier: identifier.name)
async def test_who_sends_in_anothers_name_is_cut_off_unanswered(served, identifier):
    for name in (BOB, "", "Alice", ADMIN):
        async with connected(served, "own", ALICE, WEB) as client:
            with pytest.raises(ConnectionEnded) as ended:
                await client.ask(identifier, ROWS[identifier].data(ALICE), send_id=name)
            assert ended.value.code == 3001
