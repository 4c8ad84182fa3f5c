"""An application to join a group: it is stored, and those who answer it are told."""

from collections.abc import Iterable
from typing import Final

from amity.callbacks.telling.outbox import Outbox
from amity.errors import Code, ImError
from amity.groups.changes import Change, new_uuid
from amity.groups.notices import GroupApplicationAccepted, GroupApplicationRejected, JoinGroupApplication
from amity.groups.outcome import Addressed
from amity.groups.stored import requests
from amity.groups.stored.requests import Application, NewRequest
from amity.groups.stored.roles import Result
from amity.wire.events.group_joining import AfterApplyJoinGroup
from amity.wire.notification import Notification

_APPLICANT: Final = 0
_MANAGER: Final = 1
"""``receiverAs`` of what is told."""


async def apply(change: Change, outbox: Outbox, request: NewRequest) -> None:
    """Store an application in place of the user's last one, and tell of it: the group's managers, the applicant, who
    invited it and who does it.

    The change has not begun: it changes no list, and the group is locked.
    """
    await requests.put(change.tx, request)
    stored = await of_user(change, request.user)
    event = AfterApplyJoinGroup(
        group_id=change.group.group_id,
        applicant_user_id=stored.user_id,
        inviter_user_id=stored.inviter_id,
        req_message=stored.req_msg,
        join_source=stored.source,
        ex=stored.ex,
    )
    await outbox.record(change.tx, event, change.call.operation_id)
    operator = change.operator.user_id
    told = [*await managers(change), stored.user_id, stored.inviter_id, operator]
    change.addressed += [
        Addressed(
            user_id,
            Notification(
                operator,
                user_id,
                JoinGroupApplication(
                    group=change.group.info(to_stranger=is_stranger),
                    applicant=stored.applicant,
                    req_msg=stored.req_msg,
                    uuid=new_uuid(),
                    request=stored.info(change.group, to_stranger=is_stranger),
                ),
            ),
        )
        for user_id in _each(told)
        for is_stranger in [user_id == stored.user_id]
    ]


async def tell_answered(change: Change, application: Application) -> None:
    """Tell of an application that was answered: the applicant, and the group's managers. What is written of it is
    written already."""
    kind = GroupApplicationAccepted if application.result == Result.AGREED else GroupApplicationRejected
    op_user, operator = await change.op_user(), change.operator.user_id
    told = [(application.user_id, _APPLICANT)] + [(user_id, _MANAGER) for user_id in _each(await managers(change))]
    change.addressed += [
        Addressed(
            user_id,
            Notification(
                operator,
                user_id,
                kind(
                    group=change.group.info(to_stranger=is_stranger),
                    op_user=op_user,
                    handle_msg=application.handle_msg,
                    receiver_as=receiver_as,
                    uuid=new_uuid(),
                    request=application.info(change.group, to_stranger=is_stranger),
                ),
            ),
        )
        for user_id, receiver_as in told
        for is_stranger in [receiver_as == _APPLICANT and application.result != Result.AGREED]
    ]


async def of_user(change: Change, user: int) -> Application:
    """Return a user's application. Raises ``ImError``, ``RECORD_NOT_FOUND`` (1004), if there is none."""
    application = await requests.one(change.tx, change.group.seq, user)
    if application is None:
        raise ImError(Code.RECORD_NOT_FOUND, f"fromUserID: no application to group {change.group.group_id}")
    return application


async def managers(change: Change) -> list[str]:
    """Return the ids of who manages the group, the owner first."""
    return [place.user_id for place in (await change.members()).managers]


def _each(user_ids: Iterable[str]) -> list[str]:
    return [user_id for user_id in dict.fromkeys(user_ids) if user_id]
