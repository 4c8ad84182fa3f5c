"""The answers that OpenIM's pure JavaScript client makes events from. It fetches what a notification names, and takes
the first."""

BETWEEN = "/friend/get_designated_friend_apply"
SPECIFIED = "/friend/get_specified_blacks"


async def test_the_request_in_the_direction_asked_comes_first(relations):
    await relations.apply("ann", "bob", reqMsg="ann's")
    await relations.refuse("bob", "ann")
    await relations.apply("bob", "ann", reqMsg="bob's")
    for applicant, to in (("ann", "bob"), ("bob", "ann")):
        body = {"fromUserID": applicant, "toUserID": to}
        found = (await relations.rest.data(BETWEEN, body, user="bob"))["friendRequests"]
        assert [(each["fromUserID"], each["reqMsg"]) for each in found] == [
            (applicant, f"{applicant}'s"),
            (to, f"{to}'s"),
        ]


async def test_blacks_are_null_if_none_of_the_users_is_on_the_list(relations):
    body = {"ownerUserID": "ann", "userIDList": ["bob"]}
    await relations.block("ann", "bob")
    await relations.unblock("ann", "bob")
    assert await relations.rest.data(SPECIFIED, body, user="ann") == {"blacks": None, "total": 0}
