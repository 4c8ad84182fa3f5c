"""Friend requests: who may ask whom, what the answers do, and how requests are listed."""

import time

import pytest

from tests.integration.relations.conftest import PAGE, PEOPLE
from tests.support.databases import ON_SQLITE_ALONE

ASK = "/friend/add_friend"
ANSWER = "/friend/add_friend_response"
RECEIVED = "/friend/get_friend_apply_list"
SENT = "/friend/get_self_friend_apply_list"
BETWEEN = "/friend/get_designated_friend_apply"
COUNT = "/friend/get_self_unhandled_apply_count"


async def counted(relations, user, since=0):
    return (await relations.rest.data(COUNT, {"userID": user, "time": since}, user=user))["count"]


async def friend(relations, owner, friend):
    asked = {"ownerUserID": owner, "friendUserIDs": [friend]}
    (found,) = (await relations.rest.data("/friend/get_designated_friends", asked))["friendsInfo"]
    return found


def applicants(requests):
    return [request["fromUserID"] for request in requests]


async def test_a_waiting_request_is_listed_to_both_users_with_all_fields(relations):
    await relations.rest.data(
        "/user/update_user_info", {"userInfo": {"userID": "ann", "nickname": "Ann", "faceURL": "http://a/a.png"}}
    )
    assert await relations.apply("ann", "bob", reqMsg="hi", ex="x") == {"errCode": 0, "errMsg": "", "errDlt": ""}
    (received,) = await relations.received("bob")
    assert abs(received["createTime"] - time.time() * 1000) < 60_000
    assert received == {
        "fromUserID": "ann",
        "fromNickname": "Ann",
        "fromFaceURL": "http://a/a.png",
        "toUserID": "bob",
        "toNickname": "bob",
        "toFaceURL": "",
        "handleResult": 0,
        "reqMsg": "hi",
        "createTime": received["createTime"],
        "handlerUserID": "",
        "handleMsg": "",
        "handleTime": 0,
        "ex": "x",
    }
    assert await relations.sent("ann") == [received]
    assert (await relations.received("ann"), await relations.sent("bob")) == ([], [])
    for user in ("ann", "bob", "imAdmin"):
        found = await relations.rest.data(BETWEEN, {"fromUserID": "bob", "toUserID": "ann"}, user=user)
        assert found["friendRequests"] == [received]
    assert (await relations.friends("ann"), await relations.friends("bob")) == ([], [])


async def test_agreement_makes_both_users_friends(relations):
    await relations.apply("ann", "bob")
    assert (await relations.agree("bob", "ann", handleMsg="gladly"))["errCode"] == 0
    for owner, other in (("ann", "bob"), ("bob", "ann")):
        found = await friend(relations, owner, other)
        assert (found["addSource"], found["operatorUserID"]) == (2, "ann")
    (answered,) = await relations.sent("ann")
    assert (answered["handleResult"], answered["handlerUserID"], answered["handleMsg"]) == (1, "bob", "gladly")
    assert abs(answered["handleTime"] - time.time() * 1000) < 60_000


async def test_a_refusal_makes_no_friends_and_the_applicant_may_ask_again(relations):
    await relations.apply("ann", "bob", reqMsg="please")
    assert (await relations.refuse("bob", "ann", by="imAdmin", handleMsg="no"))["errCode"] == 0
    (refused,) = await relations.sent("ann")
    assert (refused["handleResult"], refused["handlerUserID"], refused["handleMsg"]) == (-1, "imAdmin", "no")
    assert await relations.friends("ann") == []
    assert (await relations.apply("ann", "bob", reqMsg="pretty please"))["errCode"] == 0
    (again,) = await relations.sent("ann")
    assert (again["handleResult"], again["reqMsg"]) == (0, "pretty please")
    assert (again["handlerUserID"], again["handleMsg"], again["handleTime"]) == ("", "", 0)


async def test_asking_again_resets_the_request(relations):
    await relations.apply("ann", "bob", reqMsg="one", ex="1")
    (first,) = await relations.sent("ann")
    await relations.apply("ann", "bob", reqMsg="two")
    (second,) = await relations.sent("ann")
    assert (second["reqMsg"], second["ex"]) == ("two", "")
    assert second["createTime"] >= first["createTime"]


@pytest.mark.parametrize("first", [1, -1])
@pytest.mark.parametrize("second", [1, -1])
async def test_a_request_is_answered_once(relations, first, second):
    await relations.apply("ann", "bob")
    await relations.answer("bob", "ann", first)
    refused = await relations.answer("bob", "ann", second)
    assert (refused["errCode"], refused["errMsg"]) == (1305, "FriendRequestHandled")
    assert "ann to bob" in refused["errDlt"]
    assert await relations.result("ann", "bob") == first


async def test_a_request_in_the_other_direction_agrees(relations):
    await relations.apply("ann", "bob", reqMsg="hi")
    assert (await relations.apply("bob", "ann", reqMsg="hi yourself"))["errCode"] == 0
    assert (await relations.friends("ann"), await relations.friends("bob")) == (["bob"], ["ann"])
    assert (await relations.result("ann", "bob"), await relations.result("bob", "ann")) == (1, 1)
    assert (await friend(relations, "bob", "ann"))["operatorUserID"] == "ann"
    (first,), (second,) = await relations.sent("ann"), await relations.sent("bob")
    assert (first["handlerUserID"], second["handlerUserID"], second["reqMsg"]) == ("bob", "bob", "hi yourself")


async def test_a_request_restores_the_missing_side_of_a_friendship(relations):
    await relations.imports("ann", "bob")
    await relations.rest.data("/friend/set_friend_remark", {"ownerUserID": "bob", "friendUserID": "ann", "remark": "A"})
    await relations.delete("ann", "bob")
    assert (await relations.apply("ann", "bob"))["errCode"] == 0
    await relations.agree("bob", "ann")
    assert (await friend(relations, "ann", "bob"))["addSource"] == 2
    kept = await friend(relations, "bob", "ann")
    assert (kept["addSource"], kept["remark"]) == (1, "A")


async def test_an_import_agrees_to_waiting_requests_between_the_owner_and_the_friends(relations):
    await relations.apply("ann", "bob")
    await relations.apply("cy", "ann")
    await relations.apply("dee", "ann")
    await relations.apply("bob", "cy")
    await relations.imports("ann", "bob", "cy")
    (sent,) = await relations.sent("ann")
    assert (sent["handleResult"], sent["handlerUserID"]) == (1, "imAdmin")
    assert await relations.result("cy", "ann") == 1
    assert (await relations.result("dee", "ann"), await relations.result("bob", "cy")) == (0, 0)


async def test_a_refused_import_agrees_to_no_request(relations):
    await relations.apply("ann", "bob")
    await relations.imports("ann", "bob", "nobody")
    assert await relations.result("ann", "bob") == 0


@pytest.mark.parametrize("owner", ["ann", "bob"])
async def test_a_block_refuses_waiting_requests_and_notifies_nobody(relations, devices, owner):
    await relations.apply("ann", "bob")
    other = {"ann": "bob", "bob": "ann"}[owner]
    device = await devices.connect(relations.rest, other)
    await relations.block(owner, other)
    assert await device.received() == []
    assert await relations.result("ann", "bob") == -1
    assert await counted(relations, "bob") == 0
    assert (await relations.agree("bob", "ann"))["errCode"] == 1305


@pytest.mark.parametrize("owner", ["ann", "bob"])
async def test_neither_user_can_ask_while_either_blocks_the_other(relations, owner):
    other = {"ann": "bob", "bob": "ann"}[owner]
    await relations.block(owner, other)
    for applicant, to in (("ann", "bob"), ("bob", "ann")):
        for by in ("", "imAdmin"):
            refused = await relations.apply(applicant, to, by)
            assert (refused["errCode"], refused["errMsg"]) == (1302, "BlockedByPeer")
            assert f"{owner} has blacklisted {other}" in refused["errDlt"]
    await relations.unblock(owner, other)
    assert (await relations.apply("ann", "bob"))["errCode"] == 0


async def test_a_request_between_friends_is_refused(relations):
    await relations.imports("ann", "bob")
    refused = await relations.apply("bob", "ann")
    assert (refused["errCode"], refused["errMsg"]) == (1304, "RelationshipAlreadyError")
    assert "bob and ann are friends already" in refused["errDlt"]


async def test_lists_are_newest_first_and_pages_cover_them_once(relations):
    for user in ("bob", "cy", "dee"):
        await relations.apply(user, "ann")
        await relations.apply("eve", user)
    await relations.apply("bob", "ann")
    assert applicants(await relations.received("ann")) == ["bob", "dee", "cy"]
    assert [request["toUserID"] for request in await relations.sent("eve")] == ["dee", "cy", "bob"]
    pages = [await relations.received("ann", pageNumber=page, showNumber=2) for page in (1, 2, 3)]
    assert [applicants(page) for page in pages] == [["bob", "dee"], ["cy"], []]
    nothing = {"pageNumber": 1, "showNumber": 0}
    assert await relations.rest.data(RECEIVED, {"userID": "ann", "pagination": nothing}) == {
        "FriendRequests": [],
        "total": 3,
    }
    assert (await relations.rest.data(SENT, {"userID": "eve", "pagination": nothing}))["total"] == 3


async def test_lists_show_only_the_results_asked_for(relations):
    for user in ("bob", "cy", "dee"):
        await relations.apply(user, "ann")
    await relations.agree("ann", "bob")
    await relations.refuse("ann", "cy")
    for results, expected in (
        ([], ["dee", "cy", "bob"]),
        ([0], ["dee"]),
        ([1], ["bob"]),
        ([-1], ["cy"]),
        ([1, -1, 1], ["cy", "bob"]),
        ([7], []),
    ):
        body = {"userID": "ann", "pagination": PAGE, "handleResults": results}
        found = await relations.rest.data(RECEIVED, body)
        assert (applicants(found["FriendRequests"]), found["total"]) == (expected, len(expected))
    assert await relations.sent("bob", 0) == []
    assert applicants(await relations.sent("bob", 1)) == ["bob"]


async def test_waiting_requests_are_counted_from_a_time_on(relations):
    for user in ("bob", "cy"):
        await relations.apply(user, "ann")
    newest = (await relations.received("ann"))[0]["createTime"]
    assert await counted(relations, "ann") == 2
    assert await counted(relations, "ann", newest) == 0
    assert await counted(relations, "ann", newest - 60_000) == 2
    await relations.refuse("ann", "cy")
    assert (await counted(relations, "ann"), await counted(relations, "bob")) == (1, 0)


async def test_an_unknown_user_has_no_requests(relations):
    rest = relations.rest
    assert await rest.data(RECEIVED, {"userID": "zed", "pagination": PAGE}) == {"FriendRequests": [], "total": 0}
    assert await rest.data(SENT, {"userID": "zed", "pagination": PAGE}) == {"friendRequests": [], "total": 0}
    assert await rest.data(BETWEEN, {"fromUserID": "zed", "toUserID": "ann"}) == {"friendRequests": None}
    assert await rest.data(COUNT, {"userID": "zed", "time": 0}) == {"count": 0}


ASKED = {"fromUserID": "bob", "toUserID": "cy", "reqMsg": "hi"}
ANSWERED = {"fromUserID": "cy", "toUserID": "bob", "handleResult": 1}
LISTED = {"userID": "bob", "pagination": PAGE}


WRONG = [
    (ASK, {**ASKED, "toUserID": ""}, 1001, "toUserID is empty"),
    (ASK, {**ASKED, "fromUserID": ""}, 1001, "fromUserID is empty"),
    (ASK, {**ASKED, "reqMsg": "x" * 1025}, 1001, "reqMsg: 1025 characters"),
    (ASK, {**ASKED, "ex": "x" * 65_537}, 1001, "ex: 65537 characters"),
    (ASK, {**ASKED, "fromUserID": "ann"}, 1002, "user bob may not act for user ann"),
    (ASK, {**ASKED, "toUserID": "bob"}, 1301, "toUserID: bob"),
    (ASK, {**ASKED, "toUserID": "zed"}, 1004, "toUserID: user not found: zed"),
    (ANSWER, {**ANSWERED, "toUserID": ""}, 1001, "toUserID is empty"),
    (ANSWER, {**ANSWERED, "fromUserID": ""}, 1001, "fromUserID is empty"),
    (ANSWER, {**ANSWERED, "handleResult": 0}, 1001, "handleResult: 1 agrees and -1 refuses, not 0"),
    (ANSWER, {**ANSWERED, "handleResult": 2}, 1001, "handleResult"),
    (ANSWER, {"fromUserID": "cy", "toUserID": "bob"}, 1001, "handleResult"),
    (ANSWER, {**ANSWERED, "handleMsg": "x" * 1025}, 1001, "handleMsg: 1025 characters"),
    (ANSWER, {**ANSWERED, "toUserID": "ann"}, 1002, "user bob may not act for user ann"),
    (ANSWER, ANSWERED, 1004, "fromUserID: cy has not asked bob"),
    (ANSWER, {**ANSWERED, "fromUserID": "zed"}, 1004, "fromUserID: zed has not asked bob"),
    (RECEIVED, {**LISTED, "userID": "ann"}, 1002, "ann"),
    (RECEIVED, {**LISTED, "userID": ""}, 1001, "userID is empty"),
    (RECEIVED, {"userID": "bob"}, 1001, "pagination is empty"),
    (RECEIVED, {**LISTED, "pagination": {"pageNumber": 0, "showNumber": 1}}, 1001, "pageNumber is invalid"),
    (RECEIVED, {**LISTED, "handleResults": ["x"]}, 1001, "handleResults"),
    (SENT, {**LISTED, "userID": "ann"}, 1002, "ann"),
    (SENT, {**LISTED, "userID": ""}, 1001, "userID is empty"),
    (SENT, {"userID": "bob"}, 1001, "pagination is empty"),
    (SENT, {**LISTED, "pagination": {"pageNumber": 0, "showNumber": 1}}, 1001, "pageNumber is invalid"),
    (BETWEEN, {"fromUserID": "ann", "toUserID": "cy"}, 1002, "bob is neither fromUserID nor toUserID"),
    (BETWEEN, {"toUserID": "cy"}, 1001, "fromUserID is empty"),
    (BETWEEN, {"fromUserID": "bob"}, 1001, "toUserID is empty"),
    (COUNT, {"userID": "ann"}, 1002, "ann"),
    (COUNT, {}, 1002, "userID is empty"),
]


@ON_SQLITE_ALONE
async def test_a_wrong_question_is_refused_by_name(relations):
    for path, body, code, named in WRONG:
        refused = await relations.rest.post(path, body, user="bob")
        assert (refused["errCode"], named in refused["errDlt"]) == (code, True), (path, body, refused)


async def test_an_applicant_who_is_unknown_is_named(relations):
    refused = await relations.apply("zed", "ann", by="imAdmin")
    assert (refused["errCode"], refused["errDlt"]) == (1004, "fromUserID: user not found: zed")


async def test_an_administrator_asks_and_answers_in_anybodys_name(relations):
    assert (await relations.apply("ann", "bob", by="imAdmin"))["errCode"] == 0
    assert (await relations.agree("bob", "ann", by="imAdmin"))["errCode"] == 0
    (answered,) = await relations.sent("ann")
    assert answered["handlerUserID"] == "imAdmin"
    assert (await friend(relations, "bob", "ann"))["operatorUserID"] == "ann"


def detail(request, handle_msg=None, *, agreed=False):
    """Return the detail of a notification about a request, as OpenIM writes it."""
    pair = {"fromUserID": request["fromUserID"], "toUserID": request["toUserID"]}
    message = {} if handle_msg is None else {"handleMsg": handle_msg}
    versions = {"friendVersion": 0, "friendVersionID": ""} if agreed else {}
    return {"fromToUserID": pair, **message, **versions, "request": request}


async def test_both_users_are_notified_of_a_request_and_of_its_answer(relations, devices):
    everybody = {user: await devices.connect(relations.rest, user) for user in PEOPLE[:3]}
    await relations.apply("ann", "bob", reqMsg="hi")
    (asked,) = await relations.sent("ann")
    await relations.refuse("bob", "ann", handleMsg="no")
    (refused,) = await relations.sent("ann")
    await relations.apply("ann", "bob", reqMsg="please")
    (again,) = await relations.sent("ann")
    await relations.agree("bob", "ann", handleMsg="ok")
    (agreed,) = await relations.sent("ann")
    for user in ("ann", "bob"):
        told = await everybody[user].received()
        assert [(each.type, each.detail) for each in told] == [
            (1203, detail(asked)),
            (1202, detail(refused, "no")),
            (1203, detail(again)),
            (1201, detail(agreed, "ok", agreed=True)),
        ]
        assert {each.conversation for each in told} == {"n_ann_bob"}
    assert await everybody["cy"].received() == []


async def test_both_users_are_notified_once_of_a_request_that_agrees(relations, devices):
    await relations.apply("ann", "bob")
    ann, bob = [await devices.connect(relations.rest, user) for user in ("ann", "bob")]
    await relations.apply("bob", "ann")
    (agreed,) = await relations.sent("ann")
    for device in (ann, bob):
        assert [(each.type, each.detail) for each in await device.received()] == [
            (1201, detail(agreed, "", agreed=True))
        ]


async def test_both_users_are_notified_of_a_request_that_an_import_agreed_to(relations, devices):
    await relations.apply("bob", "ann")
    ann, bob, cy = [await devices.connect(relations.rest, user) for user in ("ann", "bob", "cy")]
    await relations.imports("ann", "cy", "bob")
    (agreed,) = await relations.sent("bob")
    for device in (ann, bob):
        imported, answered = await device.received()
        assert (imported.type, imported.detail["request"]) == (1201, None)
        assert (answered.type, answered.detail) == (1201, detail(agreed, "", agreed=True))
    assert [each.detail["request"] for each in await cy.received()] == [None]


async def test_a_silent_import_agrees_silently(relations, devices):
    await relations.apply("bob", "ann")
    bob = await devices.connect(relations.rest, "bob")
    await relations.imports("ann", "bob", notify=False)
    assert await bob.received() == []
    assert await relations.result("bob", "ann") == 1


async def test_nobody_is_notified_of_a_refused_operation(relations, devices):
    ann, bob = [await devices.connect(relations.rest, user) for user in ("ann", "bob")]
    await relations.apply("ann", "ann")
    await relations.agree("bob", "ann")
    await relations.block("bob", "cy", by="imAdmin")
    await relations.apply("cy", "bob")
    assert await ann.received() == []
    assert [each.type for each in await bob.received()] == [1207]
