"""The Python client against a real server, and against answers as OpenIM's server and strangers give them."""

import asyncio

import pytest

from amity.client import AmityClient, UnexpectedAnswer
from amity.client.types.users import NewUser, ProfileChange
from amity.errors import Code, ImError
from amity.http.client import HttpFailure
from tests.integration.conftest import import_callbacks
from tests.support.behaviour import Answer, HangUp, html
from tests.support.business_server import BusinessServer
from tests.support.openim import SECRET as OPENIM_SECRET
from tests.support.openim import OpenIm
from tests.support.rest import ADMIN, SECRET


async def until_there(read):
    """Read a page again and again until something is on it."""
    async with asyncio.timeout(10):
        while True:
            page = await read()
            if page.entries:
                return page
            await asyncio.sleep(0.02)


@pytest.fixture
async def client(rest):
    async with AmityClient(rest.url, secret=SECRET, admin=ADMIN) as client:
        await client.register_users([NewUser(user_id=user, nickname=user.title()) for user in ("ann", "bob", "eve")])
        yield client


async def test_users_are_registered_read_and_changed(client):
    assert await client.registered(["ann", "nobody"]) == {"ann"}
    assert [user.nickname for user in await client.get_users_info(["bob", "nobody"])] == ["Bob"]
    page = await client.get_users(1, 2)
    assert (page.total, len(page.entries)) == (3, 2)
    assert [user.user_id for user in (await client.get_users(nickname="Eve")).entries] == ["eve"]
    ids = await client.get_all_user_ids()
    assert set(ids.entries) == {"ann", "bob", "eve", ADMIN}
    await client.update_user_info(NewUser(user_id="ann", nickname="Anna", ex="x"))
    await client.update_user_info_ex(ProfileChange(user_id="ann", ex=""))
    (ann,) = await client.get_users_info(["ann"])
    assert (ann.nickname, ann.ex) == ("Anna", "")


async def test_tokens_are_fetched_read_and_revoked(client):
    answer = await client.get_user_token("ann", 1)
    assert answer.expire_time_seconds == 90 * 86400
    content = await client.parse_token(answer.token)
    assert (content.user_id, content.platform_id) == ("ann", 1)
    async with AmityClient(client.url, token=answer.token) as ann:
        assert await ann.get_friend_ids("ann") == []
        with pytest.raises(ImError) as refused:
            await ann.get_friend_ids("bob")
        assert refused.value.code == Code.NO_PERMISSION
        await client.force_logout("ann", 1)
        with pytest.raises(ImError) as refused:
            await ann.get_friend_ids("ann")
        assert refused.value.code == Code.TOKEN_KICKED


async def test_friends_are_imported_read_changed_and_deleted(client):
    answer = await client.import_friends("ann", ["bob", "nobody"], partial=True, notify=False)
    assert answer.imported == ["bob"]
    assert [(skip.user_id, skip.err_code) for skip in answer.skipped] == [("nobody", 1004)]
    answer = await client.import_friends("ann", ["bob", "eve"])
    assert (answer.imported, answer.existing) == (["eve"], ["bob"])

    await client.set_friend_remark("ann", "bob", "Bobby")
    await client.update_friends("ann", ["eve"], pinned=True, ex="x")
    page = await client.get_friend_list("ann")
    assert page.total == 2
    eve, bob = page.entries
    assert (eve.friend_user.user_id, eve.is_pinned, eve.ex, eve.add_source) == ("eve", True, "x", 1)
    assert (bob.friend_user.nickname, bob.remark) == ("Bob", "Bobby")
    assert [friend.remark for friend in await client.get_designated_friends("ann", ["bob"])] == ["Bobby"]
    assert [friend.friend_user.user_id async for friend in client.friends("ann")] == ["eve", "bob"]
    assert await client.get_friend_ids("ann") == ["eve", "bob"]
    (relation,) = await client.get_specified_friends_info("ann", ["bob"])
    assert (relation.user_info.nickname, relation.friend_info.remark) == ("Bob", "Bobby")

    full = await client.get_full_friend_user_ids("ann")
    assert (full.user_ids, full.equal) == (["eve", "bob"], False)
    await client.delete_friend("ann", "bob")
    changes = await client.get_incremental_friends("ann", full.version_id, full.version)
    assert (changes.full, changes.delete, changes.version) == (False, ["bob"], full.version + 1)
    both = await client.is_friend("ann", "bob")
    assert (both.in_user1_friends, both.in_user2_friends) == (False, True)


async def test_a_list_longer_than_a_page_is_gone_through_whole(client):
    crowd = [f"f{number}" for number in range(1500)]
    await client.register_users([NewUser(user_id=user, nickname=user) for user in crowd])
    await client.import_friends("ann", crowd[:1000])
    await client.import_friends("ann", crowd[1000:])
    assert [friend.friend_user.user_id async for friend in client.friends("ann")] == crowd


async def test_an_idempotency_key_makes_a_repeated_import_answer_the_same(client):
    first = await client.import_friends("ann", ["bob"], idempotency_key="once")
    again = await client.import_friends("ann", ["bob"], idempotency_key="once")
    assert first == again
    assert again.imported == ["bob"]
    with pytest.raises(ImError) as refused:
        await client.import_friends("ann", ["eve"], idempotency_key="once")
    assert refused.value.code == Code.ARGS


async def test_an_error_of_the_server_is_raised_with_its_code_and_detail(client):
    with pytest.raises(ImError) as refused:
        await client.import_friends("ann", ["nobody"])
    assert refused.value.code == Code.RECORD_NOT_FOUND
    assert refused.value.message == "RecordNotFoundError"
    assert "nobody" in refused.value.detail


async def test_callbacks_are_listed_shown_replayed_and_discarded(start_server, business):
    business.reaction = lambda request: Answer({}, status=500 if "After" in request.path else 200)
    business.then(Answer({"nextCode": 0}))
    rest = await start_server(callbacks=import_callbacks(business) | {"retries": [3600]})
    async with AmityClient(rest.url, secret=SECRET) as client:
        await client.register_users([NewUser(user_id=user, nickname=user) for user in ("ann", "bob")])
        await client.import_friends("ann", ["bob"])
        await business.wait_for(2)
        page = await until_there(lambda: client.list_callbacks(state="retrying", owner="ann"))
        (event,) = page.entries
        assert (page.total, event.callback_command, event.attempts) == (1, "callbackAfterImportFriendsCommand", 1)
        shown = await client.show_callback(event.event_id)
        assert shown.body["friendUserIDs"] == ["bob"]
        assert (await client.callback_statistics()).retrying == 1
        assert await client.replay_callbacks(event.event_id) == 1
        await business.wait_for(3)
        assert await client.discard_callbacks(event.event_id) == 1
        assert (await client.list_callbacks()).total == 0
        log = await until_there(lambda: client.callback_log(verdict="approved"))
        assert [entry.owner_user_id for entry in log.entries] == ["ann"]


async def test_the_log_of_imports_is_read(start_server):
    rest = await start_server()
    async with AmityClient(rest.url, secret=SECRET) as client:
        await client.register_users([NewUser(user_id=user, nickname=user) for user in ("ann", "bob")])
        await client.import_friends("ann", ["bob"])
        page = await client.get_import_log(owner="ann", verdict="allowed")
        assert (page.total, [(entry.caller, entry.imported) for entry in page.entries]) == (1, [(ADMIN, 1)])
        assert (await client.get_import_log(owner="bob")).total == 0


# Other servers ----------------------------------------------------------------------------------------------------


async def test_openim_s_nulls_and_missing_data_are_empty(tmp_path):
    async with OpenIm({"ann", "bob"}) as server, AmityClient(server.url, secret=OPENIM_SECRET) as client:
        assert await client.get_friend_ids("ann") == []
        page = await client.get_friend_list("ann")
        assert (page.total, page.entries) == (0, [])
        answer = await client.import_friends("ann", ["bob"])
        assert (answer.imported, answer.existing, answer.skipped) == (None, [], [])


async def test_every_call_has_an_operation_id_of_its_own_and_is_json():
    async with OpenIm({"ann"}) as server, AmityClient(server.url, secret=OPENIM_SECRET) as client:
        await client.registered(["ann"])
        await client.registered(["ann"])
        assert len({request.headers["operationid"] for request in server.requests}) == 3
        assert {request.headers["content-type"] for request in server.requests} == {"application/json"}


async def test_many_calls_at_once_log_in_once_and_again_once_after_a_revocation():
    async with OpenIm({"ann"}) as server, AmityClient(server.url, secret=OPENIM_SECRET) as client:
        server.tokens.add("somebody else's")
        await asyncio.gather(*(client.registered(["ann"]) for _ in range(20)))
        assert server.calls["/auth/get_admin_token"] == 1
        server.tokens = {"another", "and another"}
        await asyncio.gather(*(client.registered(["ann"]) for _ in range(20)))
        assert server.calls["/auth/get_admin_token"] == 2


async def test_a_token_that_is_refused_twice_is_an_error():
    async with BusinessServer({"errCode": 1501, "errMsg": "TokenExpiredError", "errDlt": ""}) as server:
        async with AmityClient(server.url, secret="s", token="old") as client:
            server.then({"errCode": 1501}, {"errCode": 0, "data": {"token": "new"}})
            with pytest.raises(ImError) as refused:
                await client.registered(["ann"])
        assert refused.value.code == 1501
        assert [request.headers.get("token") for request in server.requests] == ["old", None, "new"]


async def test_without_a_secret_a_token_is_not_renewed():
    async with BusinessServer({"errCode": 1501}) as server, AmityClient(server.url, token="old") as client:
        with pytest.raises(ImError):
            await client.registered(["ann"])
        assert len(server.requests) == 1


@pytest.mark.parametrize(
    ("behaviour", "status"),
    [
        (html(), 200),
        (html(502), 502),
        (Answer(b"", 404), 404),
        (Answer(b"\xff\xfe"), 200),
        (Answer([]), 200),
        (Answer({"errCode": "zero"}), 200),
        (Answer({"errCode": 0, "data": {"results": "none"}}), 200),
        (Answer(b'{"errCode": 0, "data": ' + b"[" * 100_000), 200),
    ],
)
async def test_what_no_openim_server_answers_is_named(behaviour, status):
    async with BusinessServer(behaviour) as server, AmityClient(server.url, token="t") as client:
        with pytest.raises(UnexpectedAnswer) as unexpected:
            await client.registered(["ann"])
        assert unexpected.value.status == status
        assert "/user/account_check" in unexpected.value.reason


async def test_no_answer_is_a_failure():
    async with BusinessServer(HangUp()) as server, AmityClient(server.url, token="t") as client:
        with pytest.raises(HttpFailure):
            await client.registered(["ann"])


@pytest.mark.parametrize("url", ["", "127.0.0.1:10002", "ftp://127.0.0.1", "http://", "http://a b"])
def test_a_url_that_cannot_be_called_is_refused_at_once(url):
    with pytest.raises(ValueError, match="URL"):
        AmityClient(url, token="t")
