"""The HTTP operations on callbacks: an administrator's, and amity's own."""

from amity.callbacks.admin.models import (
    CallbackDiscardRequest,
    CallbackDiscardResponse,
    CallbackListRequest,
    CallbackListResponse,
    CallbackLogRequest,
    CallbackLogResponse,
    CallbackReplayRequest,
    CallbackReplayResponse,
    CallbackShowRequest,
    CallbackShowResponse,
    CallbackStatisticsRequest,
    CallbackStatisticsResponse,
)
from amity.callbacks.admin.service import CallbackAdmin
from amity.calls.operation import Access, Operation


def operations(admin: CallbackAdmin) -> list[Operation]:
    """Declare what administrators may ask of callbacks."""
    return [
        Operation(
            path="/callback/list",
            request=CallbackListRequest,
            response=CallbackListResponse,
            access=Access.ADMIN,
            handler=admin.list,
            summary="List the events that are not delivered, page by page",
            description="By state, owner and command; oldest first. What was delivered is in the callback log only.",
        ),
        Operation(
            path="/callback/show",
            request=CallbackShowRequest,
            response=CallbackShowResponse,
            access=Access.ADMIN,
            handler=admin.show,
            summary="Show one event, its body and its attempts",
        ),
        Operation(
            path="/callback/replay",
            request=CallbackReplayRequest,
            response=CallbackReplayResponse,
            access=Access.ADMIN,
            handler=admin.replay,
            summary="Deliver events now: one, all, or those since a time",
            description=(
                "Dead events start over as if they were new; failed ones are tried ahead of their time. The events of "
                "one owner still go out one at a time, in their order."
            ),
        ),
        Operation(
            path="/callback/discard",
            request=CallbackDiscardRequest,
            response=CallbackDiscardResponse,
            access=Access.ADMIN,
            handler=admin.discard,
            summary="Delete one event, or all dead ones",
            description="An event that is being sent at that moment may still arrive.",
        ),
        Operation(
            path="/callback/statistics",
            request=CallbackStatisticsRequest,
            response=CallbackStatisticsResponse,
            access=Access.ADMIN,
            handler=admin.statistics,
            summary="Count what waits, what was given up, and what was done since the start",
        ),
        Operation(
            path="/callback/log",
            request=CallbackLogRequest,
            response=CallbackLogResponse,
            access=Access.ADMIN,
            handler=admin.log,
            summary="Show what became of callbacks, newest first, page by page",
            description="Before-callbacks and attempts to deliver after-callbacks, the newest ten thousand. A busy"
            " server keeps all that went wrong, and some of what went well.",
        ),
    ]
