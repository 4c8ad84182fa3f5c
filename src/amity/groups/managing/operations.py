"""The HTTP operations of who manages groups."""

from amity.calls.operation import Operation
from amity.groups.managing.members import SettingMembers
from amity.groups.managing.muting import Muting
from amity.groups.managing.owning import Owning
from amity.groups.managing.setting import SettingInfo

_OF_MANAGERS = "For the owner and the administrators of the group."


def operations(setting: SettingInfo, members: SettingMembers, owning: Owning, muting: Muting) -> list[Operation]:
    """Declare the operations of who manages groups."""
    return [
        Operation(
            "/group/set_group_info",
            setting.set_group_info,
            "Set what a group is called, says of itself, and lets its members do",
            description=f"Empty texts, and `null`, leave what is there. {_OF_MANAGERS}",
        ),
        Operation(
            "/group/set_group_info_ex",
            setting.set_group_info_ex,
            "Set what is given of a group, empty texts too",
            description="`null` leaves what is there. An empty `notification` takes the announcement away; the name"
            " cannot be blank. `historyForNewMembers` is amity's own: whether who comes in sees what was there"
            f" before; -1 is as the settings say. {_OF_MANAGERS}",
        ),
        Operation(
            "/group/set_group_member_info",
            members.set_group_member_info,
            "Set what members of a group are called, and what they are in it",
            description="Members set their own, administrators that of ordinary members, the owner that of all. The"
            " owner alone makes administrators (`roleLevel` 60). Members of one group are set in one transaction.",
        ),
        Operation(
            "/group/transfer_group",
            owning.transfer_group,
            "Make another member the owner of a group",
            description="For the owner. Who was it gets the role of the other one.",
        ),
        Operation(
            "/group/dismiss_group",
            owning.dismiss_group,
            "End a group for good",
            description="For the owner. Nobody is a member any more; who was keeps what was written.",
        ),
        Operation(
            "/group/mute_group_member",
            muting.mute_group_member,
            "Let a member send nothing for some seconds",
            description="For who has a higher role in the group than the member.",
        ),
        Operation(
            "/group/cancel_mute_group_member",
            muting.cancel_mute_group_member,
            "Let a member send again",
            description="For who has a higher role in the group than the member.",
        ),
        Operation(
            "/group/mute_group",
            muting.mute_group,
            "Let nobody send in a group but who manages it",
            description=_OF_MANAGERS,
        ),
        Operation(
            "/group/cancel_mute_group",
            muting.cancel_mute_group,
            "Let all members send in a group again",
            description=_OF_MANAGERS,
        ),
    ]
