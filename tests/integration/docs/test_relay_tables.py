"""What the tables of docs/relay.md say of OpenIM's server, alone and behind a relay, is what it and a relay do."""

import contextlib
import json
from collections.abc import AsyncIterator, Mapping
from typing import Any, NamedTuple

import pytest

from tests.integration.relay.conftest import Between, between
from tests.support.behaviour import Answer, Behaviour, HangUp
from tests.support.business_server import ALLOW, BusinessServer
from tests.support.openim_answers import Crashes, GoesOn, Outcome, Refuses
from tests.support.openim_server import OpenImServer
from tests.support.recorded_callbacks import recorded_requests, sent
from tests.unit.docs.pages import rows, text

__all__ = ["between"]

PAGE = text("docs/relay.md")
REQUESTS = {request.command: dict(request.fields) for request in recorded_requests()}
IMPORT = "callbackBeforeImportFriendsCommand"
AFTER_IMPORT = "callbackAfterImportFriendsCommand"
OWNER = REQUESTS[IMPORT]["ownerUserID"]
REJECTION = {"actionCode": 1, "errCode": 5001, "errMsg": "no", "errDlt": "", "nextCode": 1}


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """Nothing here depends on the engine."""
    return sqlite_url


@contextlib.asynccontextmanager
async def without_relay(business: BusinessServer) -> AsyncIterator[OpenImServer]:
    async with OpenImServer(f"{business.url}/callbackExample") as openim:
        yield openim


def with_friends(*friends: str) -> dict[str, Any]:
    return ALLOW | {"friendUserIDs": list(friends)}


CHANGES: Mapping[str, list[tuple[str, Behaviour | dict[str, Any]]]] = {
    'the documentation\'s own sample, `"nextCode": "0"`': [(IMPORT, ALLOW | {"nextCode": "0"})],
    'the documentation\'s own rejection, `"actionCode": 1, "nextCode": "1"`': [
        (IMPORT, REJECTION | {"nextCode": "1"}),
        (IMPORT, REJECTION),
    ],
    '`"actionCode": 1, "nextCode": 0`: its own handling failed': [(IMPORT, {"actionCode": 1, "nextCode": 0})],
    "a rejection with `errCode` 0": [(IMPORT, {"actionCode": 0, "nextCode": 1, "errCode": 0})],
    "status 500 or 404 with `{}`": [(IMPORT, Answer({}, 500)), (IMPORT, Answer({}, 404))],
    "nothing, no connection, too late": [(IMPORT, HangUp())],
    '`"friendUserIDs": []`: nobody': [(IMPORT, with_friends())],
    "a list with the owner, with repeats, of 5,000": [
        (IMPORT, with_friends(OWNER)),
        (IMPORT, with_friends("u", "u")),
        (IMPORT, with_friends(*(f"u{number}" for number in range(5000)))),
    ],
    'to `beforeSetGroupInfo`: `{"nextCode": 0}`': [("callbackBeforeSetGroupInfoCommand", {"nextCode": 0})],
}
"""By the first cell of a row: what is asked, and what the business server answers."""


class Found(NamedTuple):
    """What OpenIM's server did: alone, through a relay, and through one with ``failedContinue: true``."""

    alone: Outcome
    relayed: Outcome
    continued: Outcome


def words(found: Found) -> tuple[str, str]:
    """Return what has to stand in the second and in the third cell."""
    alone = found.alone
    match alone:
        case Refuses(code=90007):
            said = "refused as malformed"
        case Refuses(code=0):
            said = "not done, and the caller is told 0"
        case Refuses(code=500):
            said = "not changed: 500"
        case Refuses():
            said = "refused"
        case GoesOn(replaced) if replaced:
            said = "written as it is"
        case _:
            said = "imported"
    match found.relayed, found.continued:
        case GoesOn(), GoesOn():
            return said, "approved"
        case Refuses(), GoesOn():
            return said, "refused, or imported with `failedContinue`"
        case Refuses(code=90007), Refuses(code=90007):
            return said, "malformed, 90007"
        case Refuses(detail=detail), Refuses() if "OpenIM would" in detail:
            return said, "rejected with a code and text of your settings"
        case Refuses(code=80000), Refuses(code=80000):
            return said, "rejected with 80000"
    return said, "rejected with your code and texts"


async def test_each_answer_does_what_the_first_table_says(between: Between):
    alone: list[Outcome] = []
    relayed: list[Outcome] = []
    asked = [(command, reaction) for cases in CHANGES.values() for command, reaction in cases]
    async with BusinessServer() as business:
        async with without_relay(business) as openim:
            for command, business.reaction in asked:
                alone.append(await openim.ask(command, REQUESTS[command]))
        for continues in (False, True):
            async with between(business, others={"failedContinue": continues}) as each:
                for command, business.reaction in asked:
                    relayed.append(await each.openim.ask(command, REQUESTS[command]))
    found = iter(map(Found, alone, relayed[: len(asked)], relayed[len(asked) :]))
    *of_answers, of_events = rows(PAGE, "What changes")
    assert [row[0] for row in of_answers] == list(CHANGES)
    for answer, said_alone, said_relayed in of_answers:
        for case in CHANGES[answer]:
            on_alone, on_relayed = words(next(found))
            assert on_alone in said_alone, case
            assert on_relayed in said_relayed, case
    assert of_events == ["after-callbacks, while it is down", "**lost**", "delivered when it is back, in order"]


async def test_events_that_are_lost_without_a_relay_arrive_through_one_in_order(between: Between):
    async with BusinessServer() as business:
        business.then(HangUp(), HangUp())
        async with without_relay(business) as openim:
            for number in range(2):
                await openim.tell(AFTER_IMPORT, REQUESTS[AFTER_IMPORT] | {"friendUserIDs": [str(number)]})
            await openim.settle()
            assert openim.failed == 2
        business.then(HangUp(), HangUp())
        async with between(business, callbacks={"retries": [0.01] * 5}) as relayed:
            for number in range(2):
                await relayed.openim.tell(AFTER_IMPORT, REQUESTS[AFTER_IMPORT] | {"friendUserIDs": [str(number)]})
                await relayed.openim.settle()
            received = (await business.wait_for(6))[4:]
    assert [each.json["friendUserIDs"] for each in received] == [["0"], ["1"]]


VERDICTS: Mapping[str, tuple[Behaviour | dict[str, Any], bool, dict[str, Any]]] = {
    "approved": (with_friends("u"), False, {"nextCode": 0, "errCode": 0, "friendUserIDs": ["u"]}),
    "rejected": (REJECTION | {"errCode": 0, "errDlt": "d"}, False, {"nextCode": 1, "errCode": 80000, "errDlt": "d"}),
    "failed, `failedContinue: false`": (Answer({}, 500), False, {"nextCode": 1, "errCode": 90004}),
    "failed, `failedContinue: true`": (Answer({}, 500), True, {"nextCode": 0, "errCode": 0}),
    "approved with what OpenIM's server cannot do": (
        with_friends(),
        False,
        {"nextCode": 1, "errCode": 80000, "errMsg": "rejected by the app"},
    ),
}


async def test_openim_is_told_of_each_verdict_what_the_page_says(between: Between):
    assert [row[0] for row in rows(PAGE, "How answers are judged")] == list(VERDICTS)
    for verdict, (reaction, continues, expected) in VERDICTS.items():
        others = {"failedContinue": continues}
        async with BusinessServer(reaction) as business, between(business, others=others) as relayed:
            answer = await relayed.post(f"/{IMPORT}", sent(REQUESTS[IMPORT]))
        said = json.loads(answer.content)
        assert answer.status_code == 200
        assert said["actionCode"] == 0
        assert expected.items() <= said.items(), verdict
        assert all(isinstance(said[name], int) for name in ("actionCode", "errCode", "nextCode"))


CANNOT: Mapping[str, list[tuple[str, dict[str, Any]]]] = {
    "`beforeImportFriends`": [(IMPORT, {"friendUserIDs": []})],
    "`beforeUserRegister`": [("callbackBeforeUserRegisterCommand", {"users": []})],
    "`beforeSetFriendRemark`": [("callbackBeforeSetFriendRemarkCommand", {"remark": ""})],
    "`beforeUpdateUserInfo`": [
        ("callbackBeforeUpdateUserInfoCommand", {name: ""}) for name in ("nickName", "faceURL", "ex")
    ],
    "`beforeUpdateUserInfoEx`": [
        ("callbackBeforeUpdateUserInfoExCommand", {"faceURL": "f"}),
        ("callbackBeforeUpdateUserInfoExCommand", {"ex": "e"}),
    ],
    "`beforeMsgModify`": [("callbackBeforeMsgModifyCommand", {"offlinePushInfo": {"title": "t"}})],
    "`beforeInviteUserToGroup`": [
        ("callbackBeforeInviteJoinGroupCommand", {"refusedMembersAccount": ["k37439d"]}),
        ("callbackBeforeInviteJoinGroupCommand", {"invitedUserIDs": []}),
    ],
    "`beforeOnlinePush`": [("callbackBeforeOnlinePushCommand", {"userIDList": ["k37439a"]})],
    "`beforeGroupOnlinePush`, `beforeOfflinePush`": [
        ("callbackBeforeGroupOnlinePushCommand", {"userIDList": []}),
        ("callbackBeforeOfflinePushCommand", {"userIDList": []}),
    ],
    "`beforeCreateGroup`": [
        ("callbackBeforeCreateGroupCommand", {"ownerUserID": "k37439b"}),
        ("callbackBeforeCreateGroupCommand", {"applyMemberFriend": 1}),
        ("callbackBeforeCreateGroupCommand", {"initMemberList": [{"userID": "k37439a", "roleLevel": 100}]}),
    ],
    "`beforeSetGroupInfo`, `beforeSetGroupInfoEx`": [
        (f"callbackBeforeSetGroupInfo{kind}Command", change)
        for kind, changes in {
            "": [{"groupID": "g"}, {"notification": "other"}, {"groupName": ""}],
            "Ex": [{"groupID": "g"}, {"notification": "other"}, {"groupName": ""}],
        }.items()
        for change in changes
    ],
}
"""By the first cell of a row: answers to its callbacks."""


async def test_what_openim_cannot_do_is_refused_by_the_relay_and_something_else_without_it(between: Between):
    table = rows(PAGE, "What OpenIM's server cannot do")
    assert [row[0] for row in table] == list(CANNOT)
    async with BusinessServer() as business, between(business) as relayed, without_relay(business) as openim:
        for callbacks, answers, alone in table:
            for command, change in CANNOT[callbacks]:
                request = REQUESTS[command]
                named = {"groupID": request["groupID"]} if "SetGroupInfo" in command else {}
                business.reaction = ALLOW | named | change
                outcome = await relayed.openim.ask(command, request)
                assert isinstance(outcome, Refuses), (command, change)
                assert (outcome.code, outcome.message) == (80000, "rejected by the app"), (command, change)
                ((name, wanted),) = change.items()
                assert name in answers or "a field that the caller does not set" in answers, (command, change)
                done = await openim.ask(command, request)
                assert isinstance(done, Crashes) == alone.startswith("crashes"), (command, change, done)
                # What is emptied there is left as it was.
                if isinstance(done, GoesOn) and wanted and name != "groupID":
                    assert done.replaced.get(name) != wanted, (command, change, done)
