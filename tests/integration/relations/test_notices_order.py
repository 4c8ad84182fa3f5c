"""When clients are told: after the commit, and after the answer to whoever changed something is on its way."""

import asyncio

import pytest

from amity.api.operation import Call
from amity.callbacks.before import Before
from amity.callbacks.log import CallbackLog
from amity.callbacks.outbox import Outbox
from amity.callbacks.sender import Sender
from amity.relations.import_friends import ImportFriends
from amity.relations.models import (
    DeleteFriendRequest,
    ImportFriendRequest,
    SetFriendRemarkRequest,
    UpdateFriendsRequest,
)
from amity.relations.service import Friends
from amity.settings.model import Callbacks
from amity.storage import open_database
from amity.users.directory import Directory
from amity.users.models import NewUser, ProfileChange, UpdateUserInfoExRequest, UserRegisterRequest
from amity.users.service import Users
from tests.support.recording_push import RecordingPush

ADMIN = Call(operation_id="op-1", user_id="imAdmin", platform_id=10, is_admin=True)


@pytest.fixture
def push():
    return RecordingPush()


@pytest.fixture
async def handlers(database_url, push):
    """What the operations call, with ann and bob registered, and friends."""
    database, settings = await open_database(database_url), Callbacks()
    sender = Sender(settings)
    parts = database, Directory(database), Before(settings, sender, CallbackLog(database)), Outbox(settings)
    friends, import_friends = Friends(*parts, push), ImportFriends(*parts, "off", push)
    users = Users(*parts, friends.profile_shown, push)
    people: list[NewUser | None] = [NewUser(user_id=user, nickname=user) for user in ("ann", "bob", "cy")]
    await users.register(ADMIN, UserRegisterRequest(users=people))
    await import_friends(ADMIN, ImportFriendRequest(owner_user_id="ann", friend_user_ids=["bob"], notify=False))
    yield {
        ImportFriendRequest: import_friends,
        DeleteFriendRequest: friends.delete_friend,
        SetFriendRemarkRequest: friends.set_friend_remark,
        UpdateFriendsRequest: friends.update_friends,
        UpdateUserInfoExRequest: users.update_user_info_ex,
    }
    await sender.close()
    await database.close()


@pytest.mark.parametrize(
    ("request_", "types"),
    [
        (ImportFriendRequest(owner_user_id="ann", friend_user_ids=["cy"]), [1201]),
        (DeleteFriendRequest(owner_user_id="ann", friend_user_id="bob"), [1205]),
        (SetFriendRemarkRequest(owner_user_id="ann", friend_user_id="bob", remark="x"), [1206]),
        (UpdateFriendsRequest(owner_user_id="ann", friend_user_ids=["bob"], remark="x"), [1210]),
        (UpdateUserInfoExRequest(user_info=ProfileChange(user_id="ann", nickname="Ann")), [1303, 1209]),
    ],
)
async def test_the_answer_goes_first_and_clients_are_told_in_the_next_turn(handlers, push, request_, types):
    await handlers[type(request_)](ADMIN, request_)
    assert push.told == []
    await asyncio.sleep(0)
    assert [each.notification.content_type for each in push.told] == types
