"""What OpenIM's server does where a relay stands between it and the business server: what the contract says."""

import asyncio
import json

import pytest

from tests.integration.relay.conftest import Between
from tests.support.behaviour import Answer, HangUp
from tests.support.business_server import ALLOW, BusinessServer, Reaction
from tests.support.openim_answers import GoesOn, Outcome, Refuses
from tests.support.recorded_callbacks import answered_callbacks, is_after, recorded_requests

QUESTIONS = {request.command: request for request in recorded_requests() if not is_after(request.command)}
REJECTION = {"actionCode": 1, "errCode": 5001, "errMsg": "no", "errDlt": "of course not", "nextCode": "1"}
GOES_ON = "goes on"

ANSWERS: dict[str, tuple[Reaction, object]] = {
    "integers": (ALLOW, GOES_ON),
    "numbers in strings": ({"actionCode": "0", "errCode": "0", "nextCode": "0"}, GOES_ON),
    "an empty object": ({}, GOES_ON),
    "errCode without nextCode 1": ({"errCode": 5001, "nextCode": 0}, GOES_ON),
    "rejection": (REJECTION | {"actionCode": 0, "nextCode": 1}, Refuses(5001, "no", "of course not")),
    "rejection with actionCode 1 and strings": (REJECTION, Refuses(5001, "no", "of course not")),
    "rejection without a code": ({"nextCode": 1, "errMsg": "no"}, Refuses(80000, "no", "")),
    "rejection without a text": ({"nextCode": 1, "errCode": 5001}, Refuses(5001, "rejected by the app", "")),
    "actionCode 1": ({"actionCode": 1, "nextCode": 0}, 90007),
    "nextCode 2": ({"nextCode": 2}, 90007),
    "no JSON": (Answer(b"hello"), 90007),
    "nothing": (Answer(b""), 90007),
    "status 500": (Answer(ALLOW, 500), 90004),
    "status 404": (Answer(ALLOW, 404), 90004),
    "status 302": (Answer(ALLOW, 302), 90004),
    "a closed connection": (HangUp(), 90004),
}


def went_on_unchanged(outcome: Outcome, request: dict[str, object]) -> bool:
    return isinstance(outcome, GoesOn) and all(request.get(name) == value for name, value in outcome.replaced.items())


@pytest.mark.parametrize("kind", ANSWERS)
async def test_every_question_is_decided_as_the_contract_says(between: Between, kind: str):
    reaction, expected = ANSWERS[kind]
    async with BusinessServer(reaction) as business, between(business) as relayed:
        for command, request in QUESTIONS.items():
            outcome = await relayed.openim.replay(request)
            if isinstance(expected, int):
                assert isinstance(outcome, Refuses), command
                assert outcome.code == expected, command
                assert "127.0.0.1" not in outcome.detail, command
            elif expected == GOES_ON:
                assert outcome is not None, command
                assert went_on_unchanged(outcome, dict(request.fields)), command
            else:
                assert outcome == expected, command
    assert [received.path for received in business.requests] == [f"/callbackExample/{name}" for name in QUESTIONS]


@pytest.mark.parametrize("kind", [kind for kind, (_, expected) in ANSWERS.items() if isinstance(expected, int)])
async def test_a_question_that_fails_goes_on_with_failed_continue(between: Between, kind: str):
    others = {"failedContinue": True}
    async with BusinessServer(ANSWERS[kind][0]) as business, between(business, others=others) as relayed:
        for command, request in QUESTIONS.items():
            outcome = await relayed.openim.replay(request)
            assert outcome is not None
            assert went_on_unchanged(outcome, dict(request.fields)), command


REFUSED_REPLACEMENTS = {
    "callbackBeforeCreateGroupCommand": ['modify {"ownerUserID": "k37439c"}'],
    "callbackBeforeGroupOnlinePushCommand": ['modify {"userIDList": []}'],
    "callbackBeforeOnlinePushCommand": ['modify {"userIDList": ["k37439c"]}', 'modify {"userIDList": []}'],
    "callbackBeforeImportFriendsCommand": ['modify {"friendUserIDs": []}'],
    "callbackBeforeInviteJoinGroupCommand": [
        'modify {"refusedMembersAccount": ["$first"]}',
        "invite two; beforeInvite refuses the first",
    ],
    "callbackBeforeMsgModifyCommand": ['modify {"offlinePushInfo": {"title": "tt"}}'],
    "callbackBeforeSetGroupInfoCommand": [
        'modify {"groupName": "modname", "notification": "modnote", "ex": "modex"}',
        "set_group_info; beforeSetGroupInfo answers with the groupID and changes",
    ],
    "callbackBeforeSetGroupInfoExCommand": [
        'modify {"groupName": "modname", "notification": "modnote"}',
        "set_group_info_ex; beforeSetGroupInfoEx answers with the groupID and changes",
    ],
    "callbackBeforeUpdateUserInfoExCommand": ['modify {"nickName": "modnick2", "faceURL": "modface2", "ex": "modex2"}'],
    "callbackBeforeUserRegisterCommand": ['modify {"users": []}'],
}
MALFORMED_REPLACEMENTS = {
    "callbackBeforeMsgModifyCommand": ['modify {"content": "no json"}'],
    "callbackBeforeSetGroupInfoExCommand": ['modify {"groupName": {"value": "wrapped"}}'],
    "callbackBeforeUpdateUserInfoExCommand": ['modify {"nickName": {"value": "wrapped"}}'],
}
REPLACEMENTS = [
    each for each in answered_callbacks() if each.request is not None and b'"nextCode": 1' not in each.answer.body
]


@pytest.mark.parametrize("recorded", REPLACEMENTS, ids=str)
async def test_a_replacement_is_done_or_refused_and_never_something_else(between: Between, recorded, database_url: str):
    request = dict(recorded.request)
    answer = Answer(recorded.answer.body, recorded.answer.status)
    async with BusinessServer(answer) as business, between(business) as relayed:
        outcome = await relayed.openim.ask(recorded.command, request)
    if recorded.case in REFUSED_REPLACEMENTS.get(recorded.command, []):
        assert isinstance(outcome, Refuses)
        assert (outcome.code, outcome.message) == (80000, "rejected by the app")
        assert "OpenIM" in outcome.detail
    elif recorded.case in MALFORMED_REPLACEMENTS.get(recorded.command, []):
        assert isinstance(outcome, Refuses)
        assert outcome.code == 90007
    else:
        assert isinstance(outcome, GoesOn)
        said = json.loads(recorded.answer.body)
        common = {"actionCode", "errCode", "errMsg", "errDlt", "nextCode"}
        wanted = {name: value for name, value in said.items() if name not in common}
        assert wanted.items() <= outcome.replaced.items() or wanted == _without_defaults(outcome.replaced, wanted)


async def test_a_refused_replacement_is_one_entry_of_the_log(between: Between):
    answer = ALLOW | {"friendUserIDs": []}
    async with BusinessServer(answer) as business, between(business) as relayed:
        await relayed.openim.replay(QUESTIONS["callbackBeforeImportFriendsCommand"])
        async with asyncio.timeout(10):
            while not (entries := (await relayed.administrator.callback_log()).entries):  # noqa: ASYNC110 - only asking tells
                await asyncio.sleep(0.02)
    (entry,) = entries
    assert (entry.verdict, entry.err_code, entry.http_status) == ("rejected", 80000, 200)
    assert entry.reason.startswith("the app's answer leaves nobody to import")


async def test_the_query_of_a_question_is_passed_on(between: Between):
    async with BusinessServer() as business, between(business) as relayed:
        await relayed.post("/callbackBeforeSendSingleMsgCommand?key=a%3D", b"{}")
    assert business.requests[0].query == {"contenttype": ["json"], "key": ["a="]}


def _without_defaults(replaced, wanted):
    """Return what was replaced with the members of objects that the answer named."""
    found = {}
    for name, value in wanted.items():
        done = replaced[name]
        if isinstance(value, dict):
            done = {member: done[member] for member in value}
        elif value and isinstance(value, list) and isinstance(value[0], dict):
            done = [{member: each[member] for member in asked} for each, asked in zip(done, value, strict=True)]
        found[name] = done
    return found


@pytest.mark.parametrize(
    ("friends", "outcome"),
    [(["cid"], GoesOn({"friendUserIDs": ["cid"]})), ([], 80000), (["cid", "cid"], 90007)],
    ids=["a list", "nobody", "repeats"],
)
async def test_an_answer_about_a_request_of_another_form_is_judged_as_any(
    between: Between, friends: list[str], outcome: object
):
    command = "callbackBeforeImportFriendsCommand"
    fields = {"callbackCommand": command, "ownerUserID": 5, "friendUserIDs": ["bob"]}
    async with BusinessServer(ALLOW | {"friendUserIDs": friends}) as business, between(business) as relayed:
        answer = await relayed.openim.ask(command, fields)
    assert answer == outcome or (isinstance(answer, Refuses) and answer.code == outcome)
