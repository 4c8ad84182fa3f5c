"""How long messages may be, how many a user sends, and who must be a friend."""

import pytest

from amity.wire.proto.sdkws_pb2 import OfflinePushInfo
from tests.integration.messages.conftest import Connect, Refusal, Talk
from tests.support.rest import Rest


@pytest.fixture
def settings() -> dict[str, object]:
    """The part ``messages:`` of the settings."""
    return {}


@pytest.fixture
async def rest(start_server, settings) -> Rest:
    server: Rest = await start_server(messages=settings)
    return server


@pytest.mark.parametrize(
    ("settings", "fields", "text"),
    [
        ({"contentBytes": 1024}, {"content": b"x" * 1025}, "content: too long (limit 1024, got 1025)"),
        ({"exCharacters": 2}, {"ex": "abc"}, "ex: too long (limit 2, got 3)"),
        ({"attachedInfoCharacters": 2}, {"attachedInfo": "abc"}, "attachedInfo: too long (limit 2, got 3)"),
        ({"atUsers": 1}, {"atUserIDList": ["a", "b"]}, "atUserIDList: too long (limit 1, got 2)"),
    ],
    ids=str,
)
async def test_a_part_that_is_longer_than_the_setting_is_refused(talk: Talk, settings, fields, text):
    with pytest.raises(Refusal) as refused:
        await talk.ann.send("bob", "long", **fields)
    assert refused.value.text == f"ArgsError: {text}"
    cut = {name: value[:-1] for name, value in fields.items()}
    await talk.ann.send("bob", "fits", **cut)
    assert await talk.bob.max_seqs() == {"si_ann_bob": 1}


@pytest.mark.parametrize("settings", [{}], ids=str)
async def test_what_phones_would_show_of_a_message_is_refused_where_it_is_too_long(talk: Talk):
    await talk.ann.send("bob", "fits", offlinePushInfo=OfflinePushInfo(title="t", desc="x" * 16_000))
    with pytest.raises(Refusal, match=r"offlinePushInfo: too long .limit 16384, got 16"):
        await talk.ann.send("bob", "long", offlinePushInfo=OfflinePushInfo(title="t", desc="x" * 16_384))


@pytest.mark.parametrize("settings", [{"perSecond": 0, "perMinute": 3}, {"perSecond": 3, "perMinute": 0}], ids=str)
async def test_a_user_who_sends_too_much_is_refused_and_others_are_not(talk: Talk, settings):
    refused = []
    for number in range(30):
        try:
            await talk.ann.send("bob", str(number), contentType=113)
        except Refusal as refusal:
            refused.append(refusal)
            break
    assert len(refused) == 1
    assert refused[0].code == 1358
    key = "messages.perSecond" if settings["perSecond"] else "messages.perMinute"
    assert refused[0].text.startswith(f"MessagesLimitError: {key}: too many in ")
    await talk.bob.send("ann", "not I")


@pytest.mark.parametrize("settings", [{"perSecond": 0, "perMinute": 1}])
async def test_a_repeat_gets_the_first_answer_also_from_who_has_sent_too_much(talk: Talk):
    first = await talk.ann.send("bob", "hello")
    with pytest.raises(Refusal, match="1358"):
        await talk.ann.send("bob", "more")
    assert await talk.ann.send("bob", "hello") == first


@pytest.mark.parametrize("settings", [{"perSecond": 1, "perMinute": 1}])
async def test_administrators_send_any_number(talk: Talk):
    message = {"sendID": "ann", "recvID": "bob", "contentType": 101, "sessionType": 1, "content": {"content": "hi"}}
    for _ in range(3):
        await talk.rest.data("/msg/send_msg", message)
    assert await talk.bob.max_seqs() == {"si_ann_bob": 3}


@pytest.mark.parametrize("settings", [{"friendVerify": True}])
async def test_who_is_not_on_the_receivers_friend_list_cannot_write(talk: Talk):
    with pytest.raises(Refusal) as refused:
        await talk.ann.send("bob", "hello")
    assert (refused.value.code, refused.value.text) == (
        1303,
        "NotPeersFriend: recvID: ann is no friend of bob",
    )
    await talk.rest.import_friends("bob", ["ann"])
    await talk.ann.send("bob", "hello")
    # The sender's own list does not count.
    await talk.rest.data("/friend/delete_friend", {"ownerUserID": "ann", "friendUserID": "bob"})
    await talk.ann.send("bob", "still")
    await talk.rest.data("/friend/delete_friend", {"ownerUserID": "bob", "friendUserID": "ann"})
    with pytest.raises(Refusal, match="1303"):
        await talk.ann.send("bob", "no more")


@pytest.mark.parametrize("settings", [{"friendVerify": True}])
async def test_administrators_accounts_and_oneself_need_be_no_friend(talk: Talk, connect: Connect):
    account = {"userID": "shop", "nickName": "Shop", "appMangerLevel": 3}
    await talk.rest.data("/user/add_notification_account", account)
    message = {"recvID": "bob", "contentType": 101, "sessionType": 1, "content": {"content": "hi"}}
    for sender in ("imAdmin", "shop"):
        await talk.rest.data("/msg/send_msg", {"sendID": sender, **message})
    await talk.ann.send("ann", "note")
    assert (await talk.rest.post("/msg/send_msg", {"sendID": "ann", **message}))["errCode"] == 1303


@pytest.mark.parametrize("settings", [{"friendVerify": True}])
async def test_a_blacklist_comes_before_the_friend_list(talk: Talk):
    await talk.rest.data("/friend/add_black", {"ownerUserID": "bob", "blackUserID": "ann", "ex": ""})
    with pytest.raises(Refusal, match="1302"):
        await talk.ann.send("bob", "hello")
