"""Applications to join groups, as who manages a group and who applies read them."""

import pytest

ALL = {"pageNumber": 1, "showNumber": 100}
RECEIVED = "get_recv_group_applicationList"
OWN = "get_user_req_group_applicationList"
OF_USERS = "get_group_users_req_application_list"
OF_USER = "get_specified_user_group_request_info"
COUNT = "get_group_application_unhandled_count"


def pairs(answer):
    return [(each["groupInfo"]["groupID"], each["userInfo"]["userID"]) for each in answer["groupRequests"]]


@pytest.fixture
async def applied(lists):
    """Cid and dan have applied to ann's group, cid to bob's as well; eve was refused."""
    await lists.make("a", "ann", admins=["bob"], notification="secret")
    await lists.make("b", "bob")
    await lists.apply("a", "eve")
    await lists.answer("a", "eve", -1)
    await lists.apply("a", "cid")
    await lists.apply("a", "dan")
    await lists.apply("b", "cid")
    # Applications within a millisecond have no order.
    for at, (group, user) in enumerate((("a", "eve"), ("a", "cid"), ("a", "dan"), ("b", "cid")), start=1000):
        await lists.store(
            f"update group_requests set created_at = {at}"
            f" where group_seq = (select group_seq from chat_groups where group_id = '{group}')"
            f" and user_seq = (select user_seq from users where user_id = '{user}')"
        )
    return lists


async def test_who_manages_groups_reads_what_they_receive_the_newest_first(applied):
    answer = await applied.ask(RECEIVED, user="bob", fromUserID="bob", pagination=ALL)
    assert (answer["total"], pairs(answer)) == (4, [("b", "cid"), ("a", "dan"), ("a", "cid"), ("a", "eve")])
    page = await applied.ask(RECEIVED, user="bob", fromUserID="bob", pagination={"pageNumber": 2, "showNumber": 3})
    assert (page["total"], pairs(page)) == (4, [("a", "eve")])
    assert pairs(await applied.ask(RECEIVED, user="ann", fromUserID="ann", pagination=ALL)) == pairs(answer)[1:]
    assert pairs(await applied.ask(RECEIVED, fromUserID="ann", pagination=ALL)) == pairs(answer)[1:]


async def test_who_manages_nothing_receives_nothing(applied):
    answer = await applied.ask(RECEIVED, user="cid", fromUserID="cid", pagination=ALL)
    assert answer == {"total": 0, "groupRequests": []}


async def test_what_is_received_is_chosen_by_group_and_result(applied):
    async def received(**chosen):
        return pairs(await applied.ask(RECEIVED, user="bob", fromUserID="bob", pagination=ALL, **chosen))

    assert await received(groupIDs=["b"]) == [("b", "cid")]
    assert await received(handleResults=[-1]) == [("a", "eve")]
    assert await received(groupIDs=["a"], handleResults=[0, 1]) == [("a", "dan"), ("a", "cid")]


async def test_an_application_is_shown_as_it_is(applied):
    answer = await applied.ask(RECEIVED, user="ann", fromUserID="ann", pagination=ALL, handleResults=[-1])
    (shown,) = answer["groupRequests"]
    assert shown["userInfo"] == {"userID": "eve", "nickname": "eve", "faceURL": "", "ex": ""}
    assert shown["groupInfo"]["notification"] == "secret"
    assert (shown["handleResult"], shown["reqMsg"], shown["handleMsg"], shown["handleUserID"]) == (
        -1,
        "eve",
        "so be it",
        "imAdmin",
    )
    assert shown["handleTime"] > 0


async def test_only_who_manages_each_of_the_groups_reads_what_they_receive(applied):
    asked = {"fromUserID": "ann", "pagination": ALL}
    assert await applied.refused(RECEIVED, user="ann", groupIDs=["a", "b"], **asked) == 1002
    assert await applied.refused(RECEIVED, user="ann", groupIDs=["a", "unknown"], **asked) == 1002
    assert await applied.refused(RECEIVED, groupIDs=["a", "unknown"], **asked) == 1004
    assert await applied.refused(RECEIVED, user="bob", **asked) == 1002
    await applied.answer("a", "cid", 1)
    assert await applied.refused(RECEIVED, user="cid", groupIDs=["a"], fromUserID="cid", pagination=ALL) == 1002


async def test_an_applicant_reads_its_own_without_the_announcement_until_it_is_in(applied):
    answer = await applied.ask(OWN, user="cid", userID="cid", pagination=ALL)
    assert (answer["total"], pairs(answer)) == (2, [("b", "cid"), ("a", "cid")])
    assert answer["groupRequests"][1]["groupInfo"]["notification"] == ""
    await applied.answer("a", "cid", 1)
    answer = await applied.ask(OWN, user="cid", userID="cid", pagination=ALL, handleResults=[1])
    assert answer["groupRequests"][0]["groupInfo"]["notification"] == "secret"


async def test_one_s_own_are_chosen_by_group_and_result(applied):
    async def own(**chosen):
        return pairs(await applied.ask(OWN, user="cid", userID="cid", pagination=ALL, **chosen))

    assert await own(groupIDs=["a", "unknown"]) == [("a", "cid")]
    assert await own(groupIDs=["unknown"]) == []
    assert await own(handleResults=[1]) == []


async def test_one_s_own_are_for_oneself_and_administrators(applied):
    assert await applied.refused(OWN, user="dan", userID="cid", pagination=ALL) == 1002
    assert (await applied.ask(OWN, userID="cid", pagination=ALL))["total"] == 2
    assert await applied.ask(OWN, userID="ghost", pagination=ALL) == {"total": 0, "groupRequests": []}


async def test_who_manages_a_group_reads_the_applications_of_users(applied):
    answer = await applied.ask(OF_USERS, user="bob", groupID="a", userIDs=["cid", "ann", "dan"])
    assert (answer["total"], pairs(answer)) == (2, [("a", "dan"), ("a", "cid")])
    assert await applied.ask(OF_USERS, user="bob", groupID="a", userIDs=[]) == {"total": 0, "groupRequests": []}
    assert await applied.refused(OF_USERS, user="bob", groupID="a") == 1001
    assert await applied.refused(OF_USERS, user="bob", userIDs=["cid"]) == 1001
    for user, group, code in (
        ("cid", "a", 1002),
        ("ann", "b", 1002),
        ("ann", "unknown", 1002),
        ("imAdmin", "unknown", 1004),
    ):
        assert await applied.refused(OF_USERS, user=user, groupID=group, userIDs=["cid"]) == code


async def test_an_application_is_for_its_applicant_and_who_manages_the_group(applied):
    for user, notification in (("cid", ""), ("bob", "secret"), ("imAdmin", "secret")):
        answer = await applied.ask(OF_USER, user=user, groupID="a", userID="cid")
        assert (answer["total"], pairs(answer)) == (1, [("a", "cid")])
        assert answer["groupRequests"][0]["groupInfo"]["notification"] == notification
    for user, group, code in (
        ("dan", "a", 1002),
        ("ann", "b", 1002),
        ("cid", "unknown", 1004),
        ("imAdmin", "unknown", 1004),
    ):
        assert await applied.refused(OF_USER, user=user, groupID=group, userID="cid") == code


async def test_where_there_is_no_application_there_is_no_list_either(applied):
    for user, group, applicant in (("dan", "b", "dan"), ("ann", "a", "bob"), ("dan", "", "dan")):
        answer = await applied.ask(OF_USER, user=user, groupID=group, userID=applicant)
        assert answer == {"total": 0, "groupRequests": None}


async def test_what_waits_is_counted_after_a_time(applied):
    for user, time, count in (("bob", 0, 3), ("ann", 0, 2), ("bob", 1001, 2), ("bob", 1003, 0), ("cid", 0, 0)):
        assert await applied.ask(COUNT, user=user, userID=user, time=time) == {"count": count}
    assert await applied.ask(COUNT, userID="bob") == {"count": 3}
    assert await applied.refused(COUNT, user="ann", userID="bob") == 1002


@pytest.mark.parametrize(
    ("what", "body", "field"),
    [
        (RECEIVED, {"pagination": ALL}, "fromUserID"),
        (RECEIVED, {"fromUserID": "ann"}, "pagination"),
        (OWN, {"pagination": ALL}, "userID"),
        (OWN, {"userID": "ann"}, "pagination"),
        (COUNT, {}, "userID"),
    ],
)
async def test_what_is_missing_is_named(lists, what, body, field):
    refused = await lists.rest.post(f"/group/{what}", body)
    assert (refused["errCode"], refused["errDlt"]) == (1001, f"{field} is empty")
