"""The HTTP operations on callbacks: an administrator's, and amity's own."""

from amity.callbacks.admin.log_reading import LogReading
from amity.callbacks.admin.service import CallbackAdmin
from amity.calls.operation import Access, Operation


def operations(admin: CallbackAdmin, reading: LogReading) -> list[Operation]:
    """Declare what administrators may ask of callbacks."""
    return [
        Operation(
            "/callback/list",
            admin.list,
            "List the events that are not delivered, page by page",
            description="By state, owner and command; oldest first. What was delivered is in the callback log only.",
            access=Access.ADMIN,
        ),
        Operation(
            "/callback/show",
            admin.show,
            "Show one event, its body and its attempts",
            access=Access.ADMIN,
        ),
        Operation(
            "/callback/replay",
            admin.replay,
            "Deliver events now: one, several, all, or those since a time",
            description=(
                "Dead events start over as if they were new; failed ones are tried ahead of their time. The events of "
                "one owner still go out one at a time, in their order."
            ),
            access=Access.ADMIN,
        ),
        Operation(
            "/callback/discard",
            admin.discard,
            "Delete one event, several, or all dead ones",
            description="An event that is being sent at that moment may still arrive.",
            access=Access.ADMIN,
        ),
        Operation(
            "/callback/statistics",
            admin.statistics,
            "Count what waits, what was given up, and what was done since the start",
            access=Access.ADMIN,
        ),
        Operation(
            "/callback/log",
            reading.log,
            "Show what became of callbacks, newest first, page by page",
            description=(
                "Before-callbacks and attempts to deliver after-callbacks, the newest ten thousand. A busy"
                " server keeps all that went wrong, and some of what went well."
            ),
            access=Access.ADMIN,
        ),
        Operation(
            "/callback/log_entry",
            reading.entry,
            "Show one entry of the callback log: what was sent, what was answered, and the rule that decided",
            description=(
                "Of each body the first 4,096 bytes, for `callbacks.bodyHours`. The rules are those of the"
                " documentation of callbacks."
            ),
            access=Access.ADMIN,
        ),
    ]
