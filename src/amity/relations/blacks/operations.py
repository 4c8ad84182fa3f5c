"""The HTTP operations of blacklists."""

from amity.calls.operation import Operation
from amity.relations.blacks.changing import BlackChanges
from amity.relations.blacks.reading import Blacks


def operations(changes: BlackChanges, blacks: Blacks) -> list[Operation]:
    """Declare the operations of blacklists."""
    return [
        Operation(
            "/friend/add_black",
            changes.add_black,
            "Put a user on the owner's blacklist",
            description=(
                "Friend requests between the two are refused, without anybody being told; a friendship stays. Asks "
                "`beforeAddBlack`, raises `afterAddBlack`. The owner's clients are told."
            ),
        ),
        Operation(
            "/friend/remove_black",
            changes.remove_black,
            "Take a user from the owner's blacklist",
            description="Raises `afterRemoveBlack`. The owner's clients are told.",
        ),
        Operation(
            "/friend/get_black_list",
            blacks.get_black_list,
            "List the users whom a user has blacklisted, page by page",
            description="The first first.",
        ),
        Operation(
            "/friend/get_specified_blacks",
            blacks.get_specified_blacks,
            "Get those of some users whom a user has blacklisted",
            description="All others are left out.",
        ),
        Operation(
            "/friend/get_incremental_blacks",
            blacks.get_incremental_blacks,
            "Get what has changed on a blacklist",
            description="Since the client's version; `full` says that it must fetch the whole list.",
        ),
    ]
