"""The ids of conversations of two users, by what their timelines are of. Pure."""

from amity.timeline.models import Form
from amity.wire.conversation_ids import ACCOUNT, NOTIFICATIONS, SINGLE, account_id, single_id

SINGLE_CHAT = 1
NOTIFICATION_ACCOUNT = 4
"""``sessionType`` and ``conversationType`` of what a notification account tells a user."""
_ACCOUNT = int(Form.ACCOUNT)  # as databases return it
_TYPES = {int(Form.CHAT): SINGLE_CHAT, int(Form.ACCOUNT): NOTIFICATION_ACCOUNT}
FORMS = {SINGLE: Form.CHAT, ACCOUNT: Form.ACCOUNT, NOTIFICATIONS: Form.NOTICES}
"""What the timelines of two users are of, by the prefixes of their conversations' ids."""


def pair_id(form: int, one: str, other: str) -> str:
    """Return the id of the conversation of two users whose timeline has this form."""
    return account_id(one, other) if form == _ACCOUNT else single_id(one, other)


def id_of(session_type: int, sender: str, receiver: str) -> str:
    """Return the id of the conversation of a message to a user."""
    return pair_id(Form.ACCOUNT if session_type == NOTIFICATION_ACCOUNT else Form.CHAT, sender, receiver)


def type_of(form: int) -> int:
    """Return the ``conversationType`` of a conversation whose timeline has this form."""
    return _TYPES[form]


def form_of(conversation_id: str) -> Form | None:
    """Return the form of the timeline that an id names, or ``None`` if it is not that of two users."""
    return FORMS.get(conversation_id[:3]) or FORMS.get(conversation_id[:2])
