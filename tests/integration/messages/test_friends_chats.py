"""An accepted friend request opens a chat, and an import does not, unless the settings say otherwise."""

import pytest

from amity.settings import Settings, SettingsError, load, notes
from tests.integration.messages.conftest import Talk, detail_of
from tests.support.rest import Rest

CHAT = "si_ann_bob"


async def befriend(rest: Rest) -> None:
    """Ann asks Bob, and he agrees."""
    await rest.data("/friend/add_friend", {"fromUserID": "ann", "toUserID": "bob", "reqMsg": "hi"}, user="ann")
    answer = {"fromUserID": "ann", "toUserID": "bob", "handleResult": 1, "handleMsg": "ok"}
    await rest.data("/friend/add_friend_response", answer, user="bob")


async def chats(rest: Rest, user: str) -> list[tuple[str, int]]:
    """Return a user's conversations with how many messages are unread in each."""
    page = {"pageNumber": 1, "showNumber": 100}
    answer = await rest.data("/conversation/get_sorted_conversation_list", {"userID": user, "pagination": page})
    return sorted((each["conversationID"], each["unreadCount"]) for each in answer["conversationElems"])


async def test_an_accepted_request_is_an_unread_message_of_who_accepts(talk: Talk):
    await befriend(talk.rest)
    for person in (talk.ann, talk.bob):
        conversation, message = await person.pushed()
        assert (conversation, message.contentType, message.seq, message.sendID) == (CHAT, 1201, 1, "bob")
        assert detail_of(message)["handleMsg"] == "ok"
    assert (await chats(talk.rest, "ann"), await chats(talk.rest, "bob")) == ([(CHAT, 1)], [(CHAT, 0)])


async def test_a_refused_request_opens_no_chat(talk: Talk):
    await talk.rest.data("/friend/add_friend", {"fromUserID": "ann", "toUserID": "bob", "reqMsg": ""}, user="ann")
    answer = {"fromUserID": "ann", "toUserID": "bob", "handleResult": -1, "handleMsg": ""}
    await talk.rest.data("/friend/add_friend_response", answer, user="bob")
    assert await chats(talk.rest, "ann") == []


async def test_an_import_opens_no_chat(rest: Rest):
    await rest.register("ann", "bob")
    await rest.data("/friend/import_friend", {"ownerUserID": "ann", "friendUserIDs": ["bob"]})
    assert await chats(rest, "ann") == await chats(rest, "bob") == []


async def test_the_settings_turn_both_round(start_server):
    told = {"friendApplicationApproved": {"isSendMsg": False}, "friendsImported": {"isSendMsg": True}}
    rest = await start_server(notifications=told)
    await rest.register("ann", "bob", *[f"u{number}" for number in range(50)])
    await befriend(rest)
    assert await chats(rest, "ann") == []
    await rest.data("/friend/import_friend", {"ownerUserID": "ann", "friendUserIDs": [f"u{n}" for n in range(50)]})
    assert await chats(rest, "ann") == sorted((f"si_ann_u{number}", 1) for number in range(50))
    assert await chats(rest, "u7") == [("si_ann_u7", 0)]


def write(tmp_path, notifications: str):
    file = tmp_path / "amity.yml"
    file.write_text(f"secret: at least sixteen characters\n{notifications}\n", encoding="utf-8")
    return file


FILE = """
groupCancelMuted:
  isSendMsg: true
  reliabilityLevel: 1
  unreadCount: false
  offlinePush: {enable: false, title: t, desc: d, ext: e}
  defaultTips: {tips: t}
friendApplicationApproved:
  isSendMsg: false
joinGroupApplication:
  isSendMsg: true
"""


def test_the_settings_take_a_file_in_the_form_of_openim_s(tmp_path):
    (tmp_path / "notification.yml").write_text(FILE, encoding="utf-8")
    settings = load(write(tmp_path, "notifications: notification.yml"), {})
    assert not settings.notifications.is_message("friendApplicationApproved")
    assert settings.notifications.is_message("memberQuit")
    assert settings.notifications.is_message("groupCancelMuted")
    (note,) = [note for note in notes(settings) if "joinGroupApplication" in note]
    assert "groupCancelMuted" not in note
    assert not Settings().notifications.is_message("friendsImported")


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("notifications: {friendsImportd: {isSendMsg: true}}", "notifications.friendsImportd"),
        ("notifications: {friendsImported: {isSendMsg: 3}}", "notifications.friendsImported.isSendMsg"),
        ("notifications: {friendsImported: {reliabilityLevel: 2}}", "notifications.friendsImported.reliabilityLevel"),
    ],
)
def test_what_the_settings_cannot_say_is_named(tmp_path, text, named):
    with pytest.raises(SettingsError, match=named):
        load(write(tmp_path, text), {})


def test_the_environment_says_it_too(tmp_path):
    variable = "AMITY_NOTIFICATIONS__FRIENDS_IMPORTED__IS_SEND_MSG"
    assert load(write(tmp_path, ""), {variable: "true"}).notifications.is_message("friendsImported")
