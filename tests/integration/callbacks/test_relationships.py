"""What a business server gets when users ask each other to be friends, agree, and blacklist each other."""

from typing import Any

import pytest

from amity import business as kit
from tests.support.business_server import BusinessServer
from tests.support.rest import Rest

SECRET = "whsec_dGhlIHNlY3JldCBvZiB0aGUgZG9jdW1lbnRhdGlvbg=="
RAISED = (
    kit.BeforeAddFriend,
    kit.AfterAddFriend,
    kit.BeforeAddFriendAgree,
    kit.AfterAddFriendAgree,
    kit.BeforeAddBlack,
    kit.AfterAddBlack,
    kit.AfterRemoveBlack,
)
ACCEPTED = '"fromUserID":"ann","blackUserID":"bob","HandleResult":1,"HandleMsg":"welcome"'
DOCUMENTED = '"toUserID":"bob","handleResult":1,"handleMsg":"welcome"'
REFUSAL = {"nextCode": 1, "errCode": 5001, "errMsg": "NotAllowed", "errDlt": "the app says so"}


def callbacks(business: BusinessServer, **parts: Any) -> dict[str, Any]:
    """The ``callbacks:`` part with all of these on."""
    return {"url": business.url, "secret": SECRET, **parts} | {
        event.setting: {"enable": True, "timeout": 5} for event in RAISED
    }


@pytest.fixture
async def make_people(start_server, business):
    """Starts a server on which ann, bob and cy are registered."""

    async def make(**parts):
        rest = await start_server(callbacks=callbacks(business, **parts))
        await rest.register("ann", "bob", "cy")
        return rest

    return make


async def ask(rest: Rest, applicant: str, to: str, **fields: str) -> dict[str, Any]:
    body = {"fromUserID": applicant, "toUserID": to, **fields}
    return await rest.post("/friend/add_friend", body, user=applicant)


async def accept(rest: Rest, applicant: str, to: str, result: int = 1, message: str = "welcome") -> dict[str, Any]:
    body = {"fromUserID": applicant, "toUserID": to, "handleResult": result, "handleMsg": message}
    return await rest.post("/friend/add_friend_response", body, user=to)


async def black(rest: Rest, what: str, owner: str, blacked: str) -> dict[str, Any]:
    return await rest.post(f"/friend/{what}", {"ownerUserID": owner, "blackUserID": blacked}, user=owner)


def commands(business: BusinessServer) -> list[str]:
    """Which callbacks came, in no order."""
    return sorted(request.path.removeprefix("/callback").removesuffix("Command") for request in business.requests)


@pytest.mark.parametrize("documented_names", [False, True], ids=["as sent", "documented, too"])
async def test_each_step_raises_its_callbacks_as_openim_sends_them(make_people, business, documented_names):
    people = await make_people(documentedNames=documented_names)
    assert (await ask(people, "ann", "bob", reqMsg="hi", ex="x"))["errCode"] == 0
    assert (await accept(people, "ann", "bob"))["errCode"] == 0
    assert (await black(people, "add_black", "ann", "cy"))["errCode"] == 0
    assert (await black(people, "remove_black", "ann", "cy"))["errCode"] == 0
    accepted = f"{ACCEPTED},{DOCUMENTED}" if documented_names else ACCEPTED
    sent = {request.body.decode() for request in await business.wait_for(len(RAISED))}
    assert sent == {
        '{"callbackCommand":"callbackBeforeAddFriendCommand","fromUserID":"ann","toUserID":"bob","reqMsg":"hi","ex":"x"}',
        '{"callbackCommand":"callbackAfterAddFriendCommand","fromUserID":"ann","toUserID":"bob","reqMsg":"hi"}',
        f'{{"callbackCommand":"callbackBeforeAddFriendAgreeCommand",{accepted}}}',
        f'{{"callbackCommand":"callbackAfterAddFriendAgreeCommand",{accepted}}}',
        '{"callbackCommand":"callbackBeforeAddBlackCommand","ownerUserID":"ann","blackUserID":"cy"}',
        '{"callbackCommand":"callbackAfterAddBlackCommand","ownerUserID":"ann","blackUserID":"cy"}',
        '{"callbackCommand":"callbackAfterRemoveBlackCommand","ownerUserID":"ann","blackUserID":"cy"}',
    }


async def test_the_kit_believes_and_reads_every_one_of_them(make_people, business):
    people = await make_people(documentedNames=True)
    await ask(people, "ann", "bob")
    await accept(people, "ann", "bob", message="")
    await black(people, "add_black", "ann", "cy")
    await black(people, "remove_black", "ann", "cy")
    told: list[kit.Event] = []
    app = kit.BusinessServer(secret=SECRET)
    app.before_add_friend(told.append)
    app.after_add_friend(told.append)
    app.before_add_friend_agree(told.append)
    app.after_add_friend_agree(told.append)
    app.before_add_black(told.append)
    app.after_add_black(told.append)
    app.after_remove_black(told.append)
    for request in await business.wait_for(len(RAISED)):
        assert (await app.handle(request.headers, request.path, request.body)).status == 200
    assert {type(event) for event in told} == set(RAISED)
    (agreed,) = [event for event in told if isinstance(event, kit.AfterAddFriendAgree)]
    assert agreed == kit.AfterAddFriendAgree(from_user_id="ann", to_user_id="bob", handle_result=1, handle_msg="")


async def test_the_app_refuses_a_friend_request_in_its_own_words(make_people, business):
    people = await make_people()
    business.reaction = REFUSAL
    refused = await ask(people, "ann", "bob")
    assert (refused["errCode"], refused["errMsg"]) == (5001, "NotAllowed")
    assert "the app says so" in refused["errDlt"]
    assert commands(business) == ["BeforeAddFriend"]
    business.reaction = {}
    assert (await accept(people, "ann", "bob"))["errCode"] == 1004


async def test_what_the_app_does_not_let_be_accepted_waits_on(make_people, business):
    people = await make_people()
    await ask(people, "ann", "bob")
    await business.wait_for(2)
    business.then(REFUSAL)
    assert (await accept(people, "ann", "bob"))["errCode"] == 5001
    assert (await accept(people, "ann", "bob"))["errCode"] == 0
    await business.wait_for(5)
    assert commands(business) == [
        "AfterAddFriend",
        "AfterAddFriendAgree",
        "BeforeAddFriend",
        "BeforeAddFriendAgree",
        "BeforeAddFriendAgree",
    ]


async def test_refusing_a_friend_request_raises_no_callback(make_people, business):
    people = await make_people()
    await ask(people, "ann", "bob")
    assert (await accept(people, "ann", "bob", result=-1))["errCode"] == 0
    await ask(people, "ann", "cy")  # told after whatever else is about ann
    await business.wait_for(4)
    assert commands(business) == ["AfterAddFriend", "AfterAddFriend", "BeforeAddFriend", "BeforeAddFriend"]


async def test_a_request_that_accepts_the_other_s_asks_and_tells_of_both(make_people, business):
    people = await make_people()
    await ask(people, "ann", "bob", reqMsg="hi")
    await ask(people, "bob", "ann", reqMsg="hi too")
    await business.wait_for(6)
    accepted = [request.json for request in business.requests if "Agree" in request.path]
    assert [(each["fromUserID"], each["blackUserID"], each["HandleMsg"]) for each in accepted] == [
        ("ann", "bob", ""),
        ("ann", "bob", ""),
    ]
    applied = [request.json for request in business.requests if request.path == "/callbackAfterAddFriendCommand"]
    assert [(each["fromUserID"], each["reqMsg"]) for each in applied] == [("ann", "hi"), ("bob", "hi too")]


async def test_an_agreement_is_told_of_after_the_request_that_it_answers(make_people, business):
    people = await make_people()
    await ask(people, "ann", "bob")
    await accept(people, "ann", "bob")
    told = [request.path for request in await business.wait_for(4) if "After" in request.path]
    assert told == ["/callbackAfterAddFriendCommand", "/callbackAfterAddFriendAgreeCommand"]


async def test_the_app_keeps_a_user_off_a_blacklist(make_people, business):
    people = await make_people()
    business.reaction = REFUSAL
    assert (await black(people, "add_black", "ann", "bob"))["errCode"] == 5001
    business.reaction = {}
    listed = await people.data(
        "/friend/get_black_list", {"userID": "ann", "pagination": {"pageNumber": 1, "showNumber": 10}}, user="ann"
    )
    assert listed["total"] == 0
    assert commands(business) == ["BeforeAddBlack"]


async def test_a_blacklist_that_does_not_change_raises_nothing(make_people, business):
    people = await make_people()
    await black(people, "remove_black", "ann", "bob")
    await black(people, "add_black", "ann", "bob")
    await business.wait_for(2)
    await black(people, "add_black", "ann", "bob")
    await black(people, "remove_black", "ann", "bob")
    await business.wait_for(3)
    assert commands(business) == ["AfterAddBlack", "AfterRemoveBlack", "BeforeAddBlack"]
