"""Random operations of five users, sequential and concurrent, checked against the model and what clients sync."""

import asyncio
import itertools
import random
from collections.abc import Sequence

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from amity.callbacks.asking.before import Before
from amity.callbacks.log import CallbackLog
from amity.callbacks.sender import Sender
from amity.callbacks.telling.outbox import Outbox
from amity.calls.call import Call
from amity.errors import ImError
from amity.relations.blacks.changing import BlackChanges
from amity.relations.blacks.models import AddBlackRequest, GetIncrementalBlacksRequest, RemoveBlackRequest
from amity.relations.blacks.reading import Blacks
from amity.relations.friends.history.log import ImportLog
from amity.relations.friends.importing import ImportFriends
from amity.relations.friends.increments import Increments
from amity.relations.friends.models import DeleteFriendRequest, GetIncrementalFriendsRequest, ImportFriendRequest
from amity.relations.friends.service import Friends
from amity.relations.limits.limits import Limits
from amity.relations.requests.answering import Answering
from amity.relations.requests.applying import Applying
from amity.relations.requests.models import AddFriendRequest, AddFriendResponseRequest
from amity.settings import Callbacks
from amity.settings import Limits as LimitSettings
from amity.storage import open_database
from amity.users.directory import Directory
from tests.integration.relations.model import ACTIONS, Model
from tests.support.databases import ON_SQLITE_ALONE
from tests.support.recording_push import RecordingPush

USERS = 5
VERSION_ID = "0123456789abcdef01234567"
CODES = {0, 1004, 1302, 1304, 1305}
pairs = st.tuples(st.integers(0, USERS - 1), st.integers(1, USERS - 1)).map(lambda p: (p[0], (p[0] + p[1]) % USERS))
actions = st.lists(st.tuples(st.sampled_from(ACTIONS), pairs), min_size=1, max_size=40)
# An example on PostgreSQL takes four times as long, and most rules do not depend on the engine, so it gets fewer.
on_postgres = pytest.mark.parametrize("database_url", ["postgres"], indirect=True)
# The database is made once, and each example has users of its own.
thorough = settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])


class World:
    """The domain on a database, without HTTP and without a business server."""

    def __init__(self, database):
        self.database = database
        self._numbers = itertools.count()
        directory = Directory(database)
        sender = Sender(Callbacks())
        before, outbox = Before(Callbacks(), sender, CallbackLog(database)), Outbox(Callbacks())
        push = RecordingPush([])
        none = LimitSettings(friends_per_user=0, applications_per_day=0, blacks_per_user=0, client_imports_per_hour=0)
        limits = Limits(none, database)
        self._applying = Applying(database, directory, before, outbox, push, limits)
        self._answering = Answering(database, directory, before, outbox, push, limits)
        self._blacks = BlackChanges(database, directory, before, outbox, push, limits)
        self._friends = Friends(database, directory, before, outbox, push)
        self._import = ImportFriends(database, directory, before, outbox, "open", push, limits, ImportLog(database))
        self._friend_changes = Increments(database, directory, VERSION_ID, push)
        self._black_changes = Blacks(database, directory, VERSION_ID)

    async def people(self) -> list[str]:
        """Register five users without relations."""
        number = next(self._numbers)
        users = [f"u{number}x{each}" for each in range(USERS)]
        sql = (
            "insert into users (user_id, nickname, face_url, ex, created_at, app_manger_level, global_recv_msg_opt)"
            " values ($1, '', '', '', 0, 0, 0)"
        )
        await self.database.write(lambda tx: tx.execute_many(sql, [(user,) for user in users]))
        return users

    async def act(self, action: str, user: str, other: str) -> int:
        """Do an action as a user; return the ``errCode``."""
        call = Call(operation_id="op", user_id=user)
        try:
            match action:
                case "asks":
                    await self._applying.add_friend(call, AddFriendRequest(from_user_id=user, to_user_id=other))
                case "agrees" | "refuses":
                    result = 1 if action == "agrees" else -1
                    answer = AddFriendResponseRequest(from_user_id=other, to_user_id=user, handle_result=result)
                    await self._answering.add_friend_response(call, answer)
                case "blocks":
                    await self._blacks.add_black(call, AddBlackRequest(owner_user_id=user, black_user_id=other))
                case "unblocks":
                    await self._blacks.remove_black(call, RemoveBlackRequest(owner_user_id=user, black_user_id=other))
                case "deletes":
                    gone = DeleteFriendRequest(owner_user_id=user, friend_user_id=other)
                    await self._friends.delete_friend(call, gone)
                case _:
                    by = call if action == "imports" else Call(operation_id="op", user_id="imAdmin", is_admin=True)
                    await self._import(by, ImportFriendRequest(owner_user_id=user, friend_user_ids=[other]))
        except ImError as error:
            return error.code
        return 0

    async def state(self, users: Sequence[str]) -> Model:
        """Read the relations of these users."""
        names = "select a.user_id, b.user_id{} from {} join users as a on a.user_seq = {} join users as b"
        names += " on b.user_seq = {} where {}a.user_id in (select value from EACH_TEXT($1))"
        tables = (
            ("", "friends", "owner_seq", "friend_seq", "deleted = 0 and "),
            ("", "blacks", "owner_seq", "black_seq", "deleted = 0 and "),
            (", handle_result", "friend_requests", "from_seq", "to_seq", ""),
        )
        lists, blocks, requests = [await self.database.fetch(names.format(*columns), list(users)) for columns in tables]
        return Model(
            {(row[0], row[1]) for row in lists},
            {(row[0], row[1]) for row in blocks},
            {(row[0], row[1]): row[2] for row in requests},
        )

    async def sync(self, user: str, device: "Device") -> None:
        """Fetch the changes since the client's version, as a client does."""
        call = Call(operation_id="op", user_id=user)
        asked = GetIncrementalFriendsRequest(user_id=user, version_id=VERSION_ID, version=device.friends_version)
        friends = await self._friend_changes.get_incremental_friends(call, asked)
        device.take_friends(friends)
        wanted = GetIncrementalBlacksRequest(user_id=user, version_id=VERSION_ID, version=device.blacks_version)
        device.take_blacks(await self._black_changes.get_incremental_blacks(call, wanted))


class Device:
    """The state of a client: two lists and their versions."""

    def __init__(self):
        self.friends, self.blacks = set(), set()
        self.friends_version = self.blacks_version = 1

    def copy(self):
        copy = Device()
        copy.friends, copy.blacks = set(self.friends), set(self.blacks)
        copy.friends_version, copy.blacks_version = self.friends_version, self.blacks_version
        return copy

    def take_friends(self, answer):
        assert not answer.full
        assert answer.version >= self.friends_version
        self.friends_version = answer.version
        self.friends -= set(answer.delete)
        self.friends |= {friend.friend_user.user_id for friend in (*answer.insert, *answer.update)}

    def take_blacks(self, answer):
        assert not answer.full
        assert answer.version >= self.blacks_version
        self.blacks_version = answer.version
        self.blacks -= set(answer.delete)
        self.blacks |= {black.black_user_info.user_id for black in (*answer.insert, *answer.update)}

    def has(self, user, state):
        friends = {friend for owner, friend in state.lists if owner == user}
        blacks = {black for owner, black in state.blocks if owner == user}
        return (self.friends, self.blacks) == (friends, blacks)


@pytest.fixture
async def world(database_url):
    database = await open_database(database_url)
    yield World(database)
    await database.close()


@ON_SQLITE_ALONE
@settings(thorough, max_examples=60)
@given(steps=actions)
async def test_every_sequence_ends_in_the_state_of_the_model_and_clients_of_any_version_sync_it(world, steps):
    await check_sequence(world, steps)


@on_postgres
@settings(thorough, max_examples=20)
@given(steps=actions)
async def test_every_sequence_does_so_on_postgresql_too(world, steps):
    await check_sequence(world, steps)


async def check_sequence(world, steps):
    users = await world.people()
    model = Model()
    devices = {user: Device() for user in users}
    older = [(user, device.copy()) for user, device in devices.items()]
    for action, (one, other) in steps:
        user, peer = users[one], users[other]
        expected = model.act(action, user, peer)
        assert await world.act(action, user, peer) == expected, (action, user, peer)
        await world.sync(user, devices[user])
        older.append((user, devices[user].copy()))
    state = await world.state(users)
    assert state == model
    for user, device in older:
        await world.sync(user, device)
        assert device.has(user, state), user


@ON_SQLITE_ALONE
@settings(thorough, max_examples=40)
@given(seed=st.integers(0, 2**32), deletes=st.booleans())
async def test_concurrent_operations_keep_the_rules_and_no_client_misses_a_change(world, seed, deletes):
    await check_concurrent_operations(world, seed, deletes)


@on_postgres
@settings(thorough, max_examples=20)
@given(seed=st.integers(0, 2**32), deletes=st.booleans())
async def test_concurrent_operations_do_so_on_postgresql_too(world, seed, deletes):
    await check_concurrent_operations(world, seed, deletes)


async def check_concurrent_operations(world, seed, deletes):
    users = await world.people()
    dice = random.Random(seed)
    devices = [(user, Device()) for user in (*users, *users)]
    possible = [action for action in ACTIONS if deletes or action != "deletes"]

    async def live(user, device):
        for _ in range(6):
            action, peer = dice.choice(possible), dice.choice([each for each in users if each != user])
            assert await world.act(action, user, peer) in CODES
            await world.sync(user, device)

    await asyncio.gather(*(live(*each) for each in devices))
    state = await world.state(users)
    for one, other in state.waiting():
        assert not {(one, other), (other, one)} & state.blocks, "nothing waits where somebody blocks"
        assert not {(one, other), (other, one)} <= state.lists, "nothing waits between friends"
        assert (other, one) not in state.waiting(), "nobody waits for somebody who waits"
    if not deletes:
        assert {(friend, owner) for owner, friend in state.lists} == state.lists, "friends are friends both ways"
    for user, device in devices:
        await world.sync(user, device)
        assert device.has(user, state), "a client that synced meanwhile has missed nothing"


async def test_two_users_who_ask_each_other_concurrently_become_friends_once(world):
    for _ in range(25):
        ann, bob, *_ = await world.people()
        codes = await asyncio.gather(world.act("asks", ann, bob), world.act("asks", bob, ann))
        assert list(codes) == [0, 0]
        state = await world.state([ann, bob])
        assert state.lists == {(ann, bob), (bob, ann)}
        assert state.requests == {(ann, bob): 1, (bob, ann): 1}


@pytest.mark.parametrize("action", ["asks", "is imported for", "agrees"])
async def test_a_block_concurrent_with_an_agreement_or_import_leaves_no_request_waiting(world, action):
    for _ in range(15):
        ann, bob, *_ = await world.people()
        await world.act("asks", bob, ann)
        codes = await asyncio.gather(world.act("blocks", bob, ann), world.act(action, ann, bob))
        assert codes[0] == 0
        state = await world.state([ann, bob])
        assert state.waiting() == set()
        assert (len(state.lists), state.blocks) in ((0, {(bob, ann)}), (2, {(bob, ann)}))
