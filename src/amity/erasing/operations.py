"""The HTTP operations that erase users. They are amity's own, and for administrators."""

from amity.calls.operation import Access, Operation
from amity.erasing.service import Erasing


def operations(erasing: Erasing) -> list[Operation]:
    """Declare the operations of erasures."""
    return [
        Operation(
            "/user/erase_user",
            erasing.erase_user,
            "Erase a user",
            description=(
                "Ends its tokens and disconnects its clients, puts the profile of a deleted user in the place of its "
                "own, and takes it off all lists and out of all groups. What it wrote is emptied or kept under the "
                "name of a deleted user. The answer comes once that is certain; the rest is done in the background, "
                "and goes on after a restart. Nobody can register the id again. It cannot be undone."
            ),
            access=Access.ADMIN,
        ),
        Operation(
            "/user/get_erasures",
            erasing.get_erasures,
            "Say how far erasures are, page by page",
            access=Access.ADMIN,
        ),
    ]
