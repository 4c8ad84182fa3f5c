"""What is told and asked of groups: whose order an event keeps, and what of an answer is read."""

import msgspec
import pytest

from amity.business import events
from amity.wire.events.event import AfterEvent
from tests.unit.callbacks.group_bodies import GROUP_BODIES


def test_what_is_told_of_a_group_keeps_the_order_of_its_conversation():
    told = [event for event, _ in GROUP_BODIES if isinstance(event, AfterEvent)]
    told += [
        msgspec.structs.replace(events.AfterSendGroupMsg.sampled(), group_id="g1"),
        msgspec.structs.replace(events.AfterGroupMsgRead.sampled(), receive_id="g1"),
    ]
    assert len(told) == 17
    assert {event.owner() for event in told} == {"sg_g1"}


@pytest.mark.parametrize(
    ("event", "answer", "change"),
    [
        (
            events.BeforeCreateGroup,
            b'{"groupID":"g2","needVerification":2,"initMemberList":[{"userID":"ann","roleLevel":100},{"userID":"cy"}]}',
            events.ReplaceNewGroup(
                group_id="g2",
                need_verification=2,
                init_member_list=[
                    events.NewMember(user_id="ann", role_level=100),
                    events.NewMember(user_id="cy", role_level=20),
                ],
            ),
        ),
        (
            events.BeforeMembersJoinGroup,
            b'{"memberCallbackList":[{"userID":"cy","roleLevel":60,"muteEndTime":1700000000000,"nickname":null}]}',
            events.ReplaceMembers([events.MemberChange(user_id="cy", role_level=60, mute_end_time=1700000000000)]),
        ),
        (
            events.BeforeInviteJoinGroup,
            b'{"refusedMembersAccount":["cy"],"invitedUserIDs":["cy","di"]}',
            events.ReplaceInvited(refused_members_account=["cy"], invited_user_ids=["cy", "di"]),
        ),
        (
            events.BeforeSetGroupInfo,
            b'{"groupID":"g1","groupName":"G","notification":"","ex":null}',
            events.ReplaceGroupInfo(group_id="g1", group_name="G", notification=""),
        ),
        (events.BeforeSetGroupInfoEx, b'{"lookMemberInfo":1}', events.ReplaceGroupInfo(look_member_info=1)),
        (
            events.BeforeSetGroupMemberInfo,
            b'{"nickName":"B","roleLevel":20}',
            events.ReplaceMemberInfo(nick_name="B", role_level=20),
        ),
        (
            events.BeforeCreateGroupChatConversations,
            b'{"isPinned":true}',
            events.ReplaceConversation(is_pinned=True),
        ),
        (events.BeforeGroupOnlinePush, b'{"userIDList":[]}', events.ReplaceOnlineReceivers([])),
    ],
    ids=lambda each: getattr(each, "__name__", None),
)
def test_an_answer_about_a_group_replaces_what_it_names_and_nothing_else(event, answer, change):
    assert event.change.read(answer) == change
    assert hash(change)  # nothing in it can be changed
    assert event.change.read(b"{}") == event.change()


@pytest.mark.parametrize(
    ("event", "answer"),
    [
        (events.BeforeCreateGroup, b'{"initMemberList":[null]}'),
        (events.BeforeCreateGroup, b'{"initMemberList":[{"roleLevel":20}]}'),
        (events.BeforeCreateGroup, b'{"groupType":2147483648}'),
        (events.BeforeMembersJoinGroup, b'{"memberCallbackList":[{"nickname":"n"}]}'),
        (events.BeforeMembersJoinGroup, b'{"memberCallbackList":{}}'),
        (events.BeforeInviteJoinGroup, b'{"invitedUserIDs":"cy"}'),
        (events.BeforeSetGroupInfoEx, b'{"groupName":{"value":"G"}}'),
        (events.BeforeSetGroupMemberInfo, b'{"roleLevel":"60"}'),
    ],
)
def test_an_answer_about_a_group_that_does_not_fit_is_refused(event, answer):
    with pytest.raises(msgspec.ValidationError):
        event.change.read(answer)


def test_whom_an_invitation_leaves_out_is_named_as_such():
    with pytest.raises(TypeError):
        events.ReplaceInvited(["cy"])  # type: ignore[call-arg]
