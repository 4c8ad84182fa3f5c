"""The ids of conversations, by what their timelines are of. Pure."""

from amity.timeline.models import Form
from amity.wire.conversation_ids import ACCOUNT, GROUP, NOTIFICATIONS, SINGLE, account_id, group_id, single_id
from amity.wire.message_kinds import GROUP_CHAT, NOTIFICATION_ACCOUNT, SINGLE_CHAT

_ACCOUNT = int(Form.ACCOUNT)  # as databases return it
_GROUP = int(Form.GROUP)
_TYPES = {int(Form.CHAT): SINGLE_CHAT, _GROUP: GROUP_CHAT, _ACCOUNT: NOTIFICATION_ACCOUNT}
_FORMS_OF_TYPES = {GROUP_CHAT: Form.GROUP, NOTIFICATION_ACCOUNT: Form.ACCOUNT}
FORMS = {SINGLE: Form.CHAT, ACCOUNT: Form.ACCOUNT, NOTIFICATIONS: Form.NOTICES}
"""What the timelines of two users are of, by the prefixes of their conversations' ids."""


def id_by_form(form: int, one: str, other: str) -> str:
    """Return the id of the conversation of two users, or of a user and a group, whose timeline has this form."""
    if form == _GROUP:
        return group_id(other)
    return account_id(one, other) if form == _ACCOUNT else single_id(one, other)


def id_of(session_type: int, sender: str, receiver: str) -> str:
    """Return the id of the conversation of a message to a user, or to a group."""
    return id_by_form(_FORMS_OF_TYPES.get(session_type, Form.CHAT), sender, receiver)


def type_of(form: int) -> int:
    """Return the ``conversationType`` of a conversation whose timeline has this form."""
    return _TYPES[form]


def form_of(conversation_id: str) -> Form | None:
    """Return the form of the timeline that an id names, or ``None`` if it names none."""
    if conversation_id.startswith(GROUP):
        return Form.GROUP
    return FORMS.get(conversation_id[:3]) or FORMS.get(conversation_id[:2])
