"""The option of a user to receive messages."""

import pytest

from tests.support.databases import ON_SQLITE_ALONE

PATH = "/user/set_global_msg_recv_opt"


@pytest.fixture
async def people(rest):
    await rest.register("ann", "bob")
    return rest


async def option(rest):
    (user,) = (await rest.data("/user/get_users_info", {"userIDs": ["ann"]}))["usersInfo"]
    return user["globalRecvMsgOpt"]


async def test_the_option_is_set_and_is_part_of_the_profile(people):
    for wanted, user in ((2, "ann"), (1, "imAdmin"), (0, "ann")):
        await people.data(PATH, {"userID": "ann", "globalRecvMsgOpt": wanted}, user=user)
        assert await option(people) == wanted


@ON_SQLITE_ALONE
async def test_nobody_sets_the_option_of_another_user(people):
    assert (await people.post(PATH, {"userID": "ann", "globalRecvMsgOpt": 1}, user="bob"))["errCode"] == 1002
    assert await option(people) == 0


@ON_SQLITE_ALONE
@pytest.mark.parametrize(
    ("body", "code", "named"),
    [
        ({"globalRecvMsgOpt": 1}, 1001, "userID is empty"),
        ({"userID": "ann", "globalRecvMsgOpt": 3}, 1001, "globalRecvMsgOpt: is 0, 1 or 2, not 3"),
        ({"userID": "ann", "globalRecvMsgOpt": -1}, 1001, "globalRecvMsgOpt: is 0, 1 or 2, not -1"),
        ({"userID": "nobody", "globalRecvMsgOpt": 1}, 1004, "userID: user not found: nobody"),
    ],
)
async def test_a_bad_option_is_refused_by_name(people, body, code, named):
    refused = await people.post(PATH, body)
    assert (refused["errCode"], refused["errDlt"]) == (code, named)
