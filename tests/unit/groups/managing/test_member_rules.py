"""Who may set what of whom in a group."""

import itertools

import pytest

from amity.errors import Code, ImError
from amity.groups.managing.member_rules import require_entries, require_may_set
from amity.groups.managing.models import MemberInfoForSet
from amity.groups.stored.members import Member
from amity.groups.stored.roles import Role

ROLES = (Role.OWNER, Role.ADMIN, Role.ORDINARY)


def member(user, role):
    return Member(user, f"u{user}", role, 1, 2, 0, "", "", "", "", "", "", "")


def code_of(own, target, **fields):
    try:
        require_may_set(MemberInfoForSet(group_id="g", user_id="u", **fields), target, own)
    except ImError as error:
        return int(error.code)
    return 0


@pytest.mark.parametrize(("own", "target"), list(itertools.product(ROLES, ROLES)))
def test_another_is_set_by_who_has_a_higher_role(own, target):
    allowed = own > target and own > Role.ORDINARY
    assert (code_of(member(1, own), member(2, target), nickname="N") == 0) == allowed


@pytest.mark.parametrize("role", ROLES)
def test_everybody_sets_itself(role):
    assert code_of(member(1, role), member(1, role), nickname="N") == 0


@pytest.mark.parametrize(
    ("own", "target", "given", "code"),
    [
        (Role.OWNER, Role.ORDINARY, 60, 0),
        (Role.OWNER, Role.ADMIN, 20, 0),
        (Role.ADMIN, Role.ORDINARY, 60, 1002),
        (Role.ADMIN, Role.ORDINARY, 20, 0),
        (Role.ADMIN, Role.ADMIN, 20, 1002),
        (Role.ADMIN, Role.OWNER, 20, 1002),
        (Role.ORDINARY, Role.ORDINARY, 20, 1002),
        (None, Role.ORDINARY, 60, 0),
        (None, Role.ADMIN, 20, 0),
        (None, Role.OWNER, 20, 1001),
        (None, Role.OWNER, 60, 1001),
    ],
)
def test_the_owner_and_administrators_of_the_server_give_roles(own, target, given, code):
    caller = None if own is None else member(1, own)
    assert code_of(caller, member(2, target), role_level=given) == code


@pytest.mark.parametrize(
    ("role", "given", "code"),
    [
        (Role.OWNER, 20, 1001),
        (Role.ADMIN, 20, 0),
        (Role.ADMIN, 60, 0),
        (Role.ORDINARY, 20, 0),
        (Role.ORDINARY, 60, 1002),
    ],
)
def test_nobody_raises_itself_and_the_owner_stays_it(role, given, code):
    assert code_of(member(1, role), member(1, role), role_level=given) == code


def test_who_is_no_member_has_nothing_to_set():
    assert code_of(member(1, Role.OWNER), None, nickname="N") == Code.ARGS


@pytest.mark.parametrize(
    ("entries", "code"),
    [
        ([], 1001),
        ([{"group_id": "g", "user_id": ""}], 1001),
        ([{"group_id": "", "user_id": "u"}], 1001),
        ([{"group_id": "g", "user_id": "u"}] * 2, 1001),
        ([{"group_id": "g", "user_id": "u", "role_level": 100}], 1002),
        ([{"group_id": "g", "user_id": "u", "role_level": 0}], 1001),
        ([{"group_id": "g", "user_id": "u", "nickname": "n" * 1025}], 1001),
        ([{"group_id": "g", "user_id": f"u{at}"} for at in range(1001)], 1001),
    ],
)
def test_what_is_no_list_of_members_is_refused(entries, code):
    with pytest.raises(ImError) as raised:
        require_entries([MemberInfoForSet(**entry) for entry in entries])
    assert raised.value.code == code


def test_a_user_may_be_set_in_several_groups():
    entries = [MemberInfoForSet(group_id=group, user_id="u") for group in ("g", "h", "g2")]
    assert list(require_entries(entries)) == ["g", "h", "g2"]
