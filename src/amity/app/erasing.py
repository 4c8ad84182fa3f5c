"""The parts that erase users: the operations, and the task."""

from amity.app.ground import Ground
from amity.app.groups import GroupParts
from amity.auth.service import Auth
from amity.erasing.memberships import Memberships
from amity.erasing.messages import Messages
from amity.erasing.relations import Relations
from amity.erasing.service import Erasing
from amity.erasing.store import Step
from amity.erasing.traces import Traces
from amity.erasing.working import Working
from amity.messages.taking_back.in_groups.chats import GroupChats
from amity.timeline.notices import Notices


def build_erasing(
    ground: Ground, auth: Auth, groups: GroupParts, notices: Notices, chats: GroupChats
) -> tuple[Erasing, Working]:
    """Build the parts that erase users."""
    database, directory = ground.database, ground.directory
    relations = Relations(database, ground.push)
    messages = Messages(database, notices, chats)
    working = Working(
        database,
        directory,
        {
            Step.FRIENDS: relations.friends,
            Step.BLACKS: relations.blacks,
            Step.REQUESTS: relations.requests,
            Step.GROUPS: Memberships(database, groups.leaving, groups.owning).leave,
            Step.MESSAGES: messages.visit,
            Step.CONVERSATIONS: messages.leave,
            Step.TRACES: Traces(database, auth).delete,
        },
    )
    return Erasing(database, directory, auth, ground.settings.admins, working), working
