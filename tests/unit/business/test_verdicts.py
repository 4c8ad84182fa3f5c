import json

import msgspec
import pytest

from amity.business import (
    Allow,
    BeforeAddBlack,
    BeforeImportFriends,
    BeforeUpdateUserInfoEx,
    BeforeUserRegister,
    Reject,
    ReplaceFriends,
    ReplaceProfile,
    ReplaceRemark,
    ReplaceUsers,
    UserProfile,
)
from amity.business.verdicts import decode_verdict, encode_verdict

APPROVED = {"actionCode": 0, "errCode": 0, "errMsg": "", "errDlt": "", "nextCode": 0}


def encoded(event, verdict):
    return json.loads(encode_verdict(event, verdict))


def test_allow_and_none_approve_with_integers():
    assert encoded(BeforeImportFriends, Allow()) == APPROVED
    assert encoded(BeforeImportFriends, None) == APPROVED


def test_a_rejection_has_next_code_1_and_action_code_0():
    answer = encoded(BeforeImportFriends, Reject(5001, "not allowed", "too young"))
    assert answer == {"actionCode": 0, "errCode": 5001, "errMsg": "not allowed", "errDlt": "too young", "nextCode": 1}


@pytest.mark.parametrize("rejection", [Reject(), Reject(0), Reject(0, "", "")])
def test_a_rejection_without_a_code_says_80000_itself(rejection):
    # OpenIM would take code 0 for success.
    answer = encoded(BeforeImportFriends, rejection)
    assert (answer["errCode"], answer["errMsg"], answer["nextCode"]) == (80000, "rejected by the app", 1)


@pytest.mark.parametrize("code", [-1, 2**31])
def test_a_code_that_does_not_fit_is_refused_at_once(code):
    with pytest.raises(ValueError, match="code"):
        Reject(code)


def test_a_replaced_list_is_sent_and_an_empty_one_too():
    assert encoded(BeforeImportFriends, ReplaceFriends(["a"])) == APPROVED | {"friendUserIDs": ["a"]}
    assert encoded(BeforeImportFriends, ReplaceFriends([])) == APPROVED | {"friendUserIDs": []}


def test_fields_that_stay_are_not_sent():
    assert encoded(BeforeImportFriends, ReplaceFriends()) == APPROVED
    assert encoded(BeforeUpdateUserInfoEx, ReplaceProfile(nick_name="N")) == APPROVED | {"nickName": "N"}


def test_replaced_users_carry_every_field():
    user = {
        "userID": "u",
        "nickname": "N",
        "faceURL": "",
        "ex": "",
        "createTime": 0,
        "appMangerLevel": 0,
        "globalRecvMsgOpt": 0,
    }
    answer = encoded(BeforeUserRegister, ReplaceUsers([UserProfile(user_id="u", nickname="N")]))
    assert answer == APPROVED | {"users": [user]}


@pytest.mark.parametrize("verdict", [True, False, {}, ["a"], "allow", Reject, ReplaceRemark("x"), 0])
def test_what_is_no_verdict_of_the_event_is_an_error_not_an_approval(verdict):
    with pytest.raises(TypeError, match="BeforeImportFriends returns Allow, Reject, ReplaceFriends or None"):
        encode_verdict(BeforeImportFriends, verdict)


@pytest.mark.parametrize("verdict", [True, {}, ReplaceRemark("x"), ReplaceFriends(["a"])])
def test_of_an_event_with_nothing_to_change_a_change_is_an_error(verdict):
    with pytest.raises(TypeError, match="BeforeAddBlack returns Allow, Reject or None"):
        encode_verdict(BeforeAddBlack, verdict)


@pytest.mark.parametrize("verdict", [Allow(), Reject(5001, "m", "d")])
def test_of_an_event_with_nothing_to_change_the_verdict_survives_the_wire(verdict):
    assert decode_verdict(BeforeAddBlack, encode_verdict(BeforeAddBlack, verdict)) == verdict


@pytest.mark.parametrize("friends", [[1], "ab", [None], {"a": 1}])
def test_a_replacement_of_the_wrong_type_is_an_error(friends):
    with pytest.raises(msgspec.ValidationError):
        encode_verdict(BeforeImportFriends, ReplaceFriends(friends))


@pytest.mark.parametrize(
    "verdict", [Allow(), Reject(5001, "m", "d"), Reject(), ReplaceFriends([]), ReplaceFriends(["a", "b"])]
)
def test_a_verdict_survives_the_wire(verdict):
    assert decode_verdict(BeforeImportFriends, encode_verdict(BeforeImportFriends, verdict)) == verdict
