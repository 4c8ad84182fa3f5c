"""The HTTP operations on a server's settings of callbacks: what is in force, and trying a business server."""

from amity.callbacks.admin.in_force import InForce
from amity.callbacks.admin.trying import Trying
from amity.calls.operation import Access, Operation


def operations(in_force: InForce, trying: Trying) -> list[Operation]:
    """Declare what administrators may ask of a server's settings of callbacks."""
    return [
        Operation(
            "/callback/settings",
            in_force.settings,
            "Show what is in force of each callback: its switch, URL, timeout and the rest",
            description="As the process that answers has it, with the verdicts that it has counted since its start.",
            access=Access.ADMIN,
        ),
        Operation(
            "/callback/try",
            trying.send,
            "Send the sample of a callback to a URL, and say what is made of the answer",
            description=(
                "The sample is signed as the callback is. It may go where callbacks may go; where `allowPrivate` is not"
                " set, to a loopback address only if a callback's URL in the settings has the same host and port."
                " Redirects are not followed, and the answer is shown to 4,096 bytes. Each administrator has one sample"
                " under way at a time."
            ),
            access=Access.ADMIN,
        ),
    ]
