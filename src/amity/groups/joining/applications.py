"""Applications to join a group: they are stored, and those who answer them are told.

What several are told of one application is one text with one ``uuid``: each client has it once.
"""

import secrets
from collections.abc import Sequence
from typing import Final

from amity.callbacks.telling.outbox import Outbox
from amity.errors import Code, ImError
from amity.groups.change import Change
from amity.groups.notices import GroupApplicationAccepted, GroupApplicationRejected, JoinGroupApplication
from amity.groups.outcome import Addressed
from amity.groups.portions import fitting
from amity.groups.stored import requests
from amity.groups.stored.groups import Group
from amity.groups.stored.requests import Application, NewRequest, Result
from amity.wire.events.event import AfterEvent
from amity.wire.events.group_joining import AfterApplyJoinGroup

_APPLICANT: Final = 0
_MANAGER: Final = 1
"""``receiverAs`` of what is told."""


async def apply(change: Change, outbox: Outbox, applications: Sequence[NewRequest]) -> None:
    """Store applications in place of the users' last ones, and tell of them: the group's managers, the applicants, who
    invited them and who does it.

    The change has not begun: it changes no list, and the group is locked.
    """
    operator, group = change.operator.user_id, change.group
    told = (await managers(change)) | {operator}
    events: list[tuple[AfterEvent, str]] = []
    await change.tx.expect(2 * len(applications))
    for request in applications:
        await requests.put(change.tx, request)
        stored = await of_user(change, request.user)
        event = AfterApplyJoinGroup(
            group_id=group.group_id,
            applicant_user_id=stored.user_id,
            inviter_user_id=stored.inviter_id,
            req_message=stored.req_msg,
            join_source=stored.source,
            ex=stored.ex,
        )
        events.append((event, change.call.operation_id))
        others = told | {stored.inviter_id} if stored.inviter_id and stored.inviter_id not in told else told
        if stored.user_id in others:
            others -= {stored.user_id}
        change.addressed += [
            Addressed(
                users,
                operator,
                fitting(
                    JoinGroupApplication(
                        group=group.info(to_stranger=is_stranger),
                        applicant=stored.applicant,
                        req_msg=stored.req_msg,
                        uuid=_new_uuid(),
                        request=stored.info(group, to_stranger=is_stranger),
                    )
                ),
                # The applicant's devices are told to fetch it: it is news for those who answer.
                is_news=not is_stranger,
            )
            for users, is_stranger in ((others, False), (frozenset([stored.user_id]), True))
        ]
    await outbox.record_all(change.tx, events)


async def tell_answered(change: Change, application: Application) -> None:
    """Tell of an application that was answered: the applicant, and the group's managers. What is written of it is
    written already."""
    kind = GroupApplicationAccepted if application.result == Result.AGREED else GroupApplicationRejected
    op_user, operator = await change.op_user(), change.operator.user_id
    told = ((frozenset([application.user_id]), _APPLICANT), (await managers(change), _MANAGER))
    change.addressed += [
        Addressed(
            users,
            operator,
            fitting(
                kind(
                    group=change.group.info(to_stranger=is_stranger),
                    op_user=op_user,
                    handle_msg=application.handle_msg,
                    receiver_as=receiver_as,
                    uuid=_new_uuid(),
                    request=application.info(change.group, to_stranger=is_stranger),
                )
            ),
        )
        for users, receiver_as in told
        for is_stranger in [receiver_as == _APPLICANT and application.result != Result.AGREED]
    ]


async def of_user(change: Change, user: int) -> Application:
    """Return a user's application, as ``require_made`` does."""
    return require_made(await requests.one(change.tx, change.group.seq, user), change.group)


def require_made(application: Application | None, group: Group) -> Application:
    """Return an application. Raises ``ImError``, ``RECORD_NOT_FOUND`` (1004), if there is none."""
    if application is None:
        raise ImError(Code.RECORD_NOT_FOUND, f"fromUserID: no application to group {group.group_id}")
    return application


async def managers(change: Change) -> frozenset[str]:
    """Return the ids of who manages the group."""
    return frozenset([place.user_id for place in (await change.members()).managers])


def _new_uuid() -> str:
    """Return an id by which clients tell that a notification came twice."""
    return secrets.token_hex(16)
