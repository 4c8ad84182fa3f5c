"""Who of a file is registered, and who is refused."""

import pytest

from amity.client.types.users import UserRegisterResponse
from amity.errors import Code, ImError
from amity.importing.people import People
from amity.importing.retrying import Retrying


class Server:
    """A business server refuses to register ``refused``, as if the caller had no permission."""

    def __init__(self, refused, may_ask=100):
        self.refused = refused
        self.may_ask = may_ask

    async def registered(self, user_ids):
        self.may_ask -= 1
        if self.may_ask < 0:
            raise ImError(Code.NO_PERMISSION, "not you")
        return set()

    async def register_users(self, new):
        if any(user.user_id == self.refused for user in new):
            raise ImError(Code.NO_PERMISSION, "no more of them")
        return UserRegisterResponse()


def people_of(server):
    return People(server, Retrying(1, lambda reason: None), lambda steps: None)


async def test_whom_the_business_server_refuses_to_register_is_left_out_alone():
    people = people_of(Server("eve"))
    await people.classify(["ann", "bob", "eve"], register=True)
    assert people.registered == 2
    assert {user: skip.reason for user, skip in people.refused.items()} == {
        "eve": "could not be registered: no more of them"
    }


async def test_a_caller_who_may_not_register_anybody_ends_the_import():
    with pytest.raises(ImError, match="not you"):
        await people_of(Server("eve", may_ask=1)).classify(["ann", "eve"], register=True)
