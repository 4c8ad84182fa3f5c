"""Fields under two names: what the settings ask for is what goes out, signed, stored and read."""

import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from amity import business as kit
from amity.callbacks.asking.before import Before
from amity.callbacks.log import CallbackLog
from amity.callbacks.sender import Sender
from amity.settings import Callback, Callbacks
from amity.wire.events.blacks import BeforeAddBlack
from amity.wire.events.catalogue import payload
from amity.wire.events.requests import AfterAddFriendAgree, BeforeAddFriendAgree
from tests.integration.callbacks.post_office import PostOffice
from tests.support.behaviour import Answer
from tests.support.fake_clock import FakeClock

SECRET = "whsec_dGhlIHNlY3JldCBvZiB0aGUgZG9jdW1lbnRhdGlvbg=="
ASKED = BeforeAddFriendAgree(from_user_id="ann", to_user_id="bob", handle_result=1, handle_msg="welcome")
AGREED = AfterAddFriendAgree(from_user_id="ann", to_user_id="bob", handle_result=1, handle_msg="welcome")
SENT = {"fromUserID": "ann", "blackUserID": "bob", "HandleResult": 1, "HandleMsg": "welcome"}
DOCUMENTED = {"toUserID": "bob", "handleResult": 1, "handleMsg": "welcome"}
both_ways = pytest.mark.parametrize("documented_names", [False, True], ids=["as sent", "documented, too"])


def settings_for(url, documented_names):
    keys = ("beforeAddFriendAgree", "afterAddFriendAgree", "beforeAddBlack")
    return Callbacks(
        url=url,
        secret=SECRET,
        documented_names=documented_names,
        events={key: Callback(enable=True, timeout=5.0) for key in keys},
    )


def fields(event, documented_names):
    return {"callbackCommand": event.command} | SENT | (DOCUMENTED if documented_names else {})


class Unwritten(CallbackLog):
    def __init__(self):
        pass

    def note(self, **note):
        pass


@pytest.fixture
async def make_before(business):
    senders = []

    def make(documented_names):
        settings = settings_for(business.url, documented_names)
        senders.append(Sender(settings))
        return Before(settings, senders[-1], Unwritten())

    yield make
    for sender in senders:
        await sender.close()


def app():
    """The app's server, made with the kit: what answers a request, if its signature is right, and what it was told."""
    told: list[object] = []
    made = kit.BusinessServer(secret=SECRET)
    made.before_add_friend_agree(told.append)
    made.after_add_friend_agree(told.append)

    def react(request):
        with ThreadPoolExecutor(1) as pool:  # where no event loop runs
            reply = pool.submit(made.handle_sync, request.headers, request.path, request.body).result()
        return Answer(reply.body, reply.status)

    return react, told


@both_ways
async def test_a_question_has_the_names_that_the_settings_ask_for(make_before, business, documented_names):
    await make_before(documented_names).ask(ASKED, "op")
    (request,) = business.requests
    assert request.json == fields(ASKED, documented_names)
    assert request.body == payload(ASKED, documented_names=documented_names)


@both_ways
async def test_what_is_told_afterwards_has_them_too(database, business, documented_names):
    async with PostOffice(database, settings_for(business.url, documented_names)) as office:
        await office.record(AGREED)
        (request,) = await business.wait_for(1)
        assert request.json == fields(AGREED, documented_names)
        await office.emptied()


async def test_an_event_keeps_the_names_under_which_it_was_stored(database, business):
    earlier = PostOffice(database, settings_for(business.url, documented_names=False))
    await earlier.record(AGREED)
    await earlier.stop()
    async with PostOffice(database, settings_for(business.url, documented_names=True)) as office:
        await office.record(AGREED)
        first, second = await business.wait_for(2)
        await office.emptied()
    assert first.json == fields(AGREED, documented_names=False)
    assert second.json == fields(AGREED, documented_names=True)


@both_ways
async def test_a_callback_with_one_name_for_every_field_does_not_change(make_before, business, documented_names):
    event = BeforeAddBlack(owner_user_id="ann", black_user_id="bob")
    await make_before(documented_names).ask(event, "op")
    (request,) = business.requests
    assert request.body == payload(event)


@both_ways
async def test_the_kit_reads_and_judges_it_either_way(make_before, business, documented_names):
    business.reaction, told = app()
    answer = await make_before(documented_names).ask(ASKED, "op")
    assert (answer.answered, answer.change) == (True, None)
    assert told == [ASKED]


@both_ways
async def test_the_kit_takes_what_is_told_afterwards_either_way(database, business, documented_names):
    business.reaction, told = app()
    async with PostOffice(database, settings_for(business.url, documented_names), FakeClock(time.time())) as office:
        await office.record(AGREED)
        await office.emptied()
    assert told == [AGREED]
