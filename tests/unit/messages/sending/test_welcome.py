import pytest

from amity.errors import Code, ImError
from amity.messages.sending.store import Standing
from amity.messages.sending.welcome import FROM_SYSTEM, FROM_USER, require_welcome
from amity.wire.proto.sdkws_pb2 import MsgData

STRANGER = Standing(
    *("Ann", "face", 0, 0, 0),
    is_blacklisted=False,
    sender_has=False,
    receiver_has=False,
    is_friend=False,
    sender_read=0,
    has_private=False,
)


def message(**fields):
    return MsgData(**{"sendID": "ann", "recvID": "bob", "msgFrom": FROM_USER, **fields})


def refusal(standing, *, is_admin=False, **fields):
    with pytest.raises(ImError) as caught:
        require_welcome(message(**fields), standing, is_admin=is_admin)
    return caught.value.code


def test_a_clients_message_gets_the_name_and_the_face_that_are_stored():
    given = message(senderNickname="forged", senderFaceURL="forged")
    require_welcome(given, STRANGER, is_admin=False)
    assert (given.senderNickname, given.senderFaceURL) == ("Ann", "face")


def test_an_administrators_message_keeps_the_name_that_it_was_given():
    given = message(msgFrom=FROM_SYSTEM, senderNickname="The App")
    require_welcome(given, STRANGER, is_admin=False)
    assert given.senderNickname == "The App"


def test_who_is_blacklisted_is_refused():
    assert refusal(STRANGER._replace(is_blacklisted=True)) == Code.BLOCKED_BY_PEER


@pytest.mark.parametrize(
    ("standing", "is_admin", "fields"),
    [
        (STRANGER, True, {}),
        (STRANGER._replace(sender_level=2), False, {}),
        (STRANGER, False, {"recvID": "ann"}),
    ],
    ids=["an administrator", "a system account", "one who writes to itself"],
)
def test_the_blacklist_does_not_hold_for(standing, is_admin, fields):
    require_welcome(message(**fields), standing._replace(is_blacklisted=True), is_admin=is_admin)


def test_who_receives_nothing_gets_nothing():
    assert refusal(STRANGER._replace(global_opt=1)) == Code.ARGS
    assert refusal(STRANGER._replace(conversation_opt=1), is_admin=True) == Code.ARGS


def test_the_option_of_the_conversation_is_not_asked_where_the_global_one_is_set():
    require_welcome(message(), STRANGER._replace(global_opt=2, conversation_opt=1), is_admin=False)


@pytest.mark.parametrize("option", [{"global_opt": 2}, {"conversation_opt": 2}])
def test_who_wants_to_hear_nothing_gets_no_offline_push(option):
    given = message()
    require_welcome(given, STRANGER._replace(**option), is_admin=False)
    assert given.options["offlinePush"] is False


def test_only_friends_are_taken_where_the_settings_say_so():
    with pytest.raises(ImError) as caught:
        require_welcome(message(), STRANGER, is_admin=False, friend_verify=True)
    assert caught.value.code == Code.NOT_PEERS_FRIEND
    require_welcome(message(), STRANGER._replace(is_friend=True), is_admin=False, friend_verify=True)


def test_only_notification_accounts_tell_what_they_alone_tell():
    assert refusal(STRANGER, sessionType=4) == Code.NO_PERMISSION
    require_welcome(message(sessionType=4), STRANGER._replace(sender_level=3, global_opt=1), is_admin=False)
