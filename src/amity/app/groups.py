"""The parts that are groups: their operations, and what others need of them."""

from dataclasses import dataclass

from amity.app.ground import Ground
from amity.calls.idempotency import Idempotency
from amity.calls.operation import Operation
from amity.clock import SYSTEM_CLOCK
from amity.delivery.delivering import Delivering
from amity.delivery.in_order import InOrder
from amity.groups.change import Shared
from amity.groups.changes import Changes
from amity.groups.entering import Entering
from amity.groups.joining.inviting import Inviting
from amity.groups.joining.joining import Joining
from amity.groups.joining.leaving import Leaving
from amity.groups.limits import ChangeLimit
from amity.groups.lists.applications import Applications
from amity.groups.lists.finding import Finding
from amity.groups.lists.increments import Increments
from amity.groups.lists.joined import JoinedGroups
from amity.groups.lists.members import MemberLists
from amity.groups.lists.operations import operations as reading_operations
from amity.groups.lists.seeing import Seeing
from amity.groups.making.creating import Creating
from amity.groups.managing.members import SettingMembers
from amity.groups.managing.muting import Muting
from amity.groups.managing.operations import operations as managing_operations
from amity.groups.managing.owning import Owning
from amity.groups.managing.setting import SettingInfo
from amity.groups.operations import operations
from amity.groups.outcome import Telling
from amity.groups.profiles.service import GroupProfiles
from amity.groups.stored.membership import Memberships
from amity.groups.stored.numbers import GroupNumbers
from amity.timeline.service import Timelines


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupParts:
    """The parts of groups. ``memberships`` says who is in them, ``order`` in which order members are told of what is
    written and changed there; ``profiles`` tells them what their members are called;
    ``numbers`` says which groups there are; ``leaving`` and ``owning`` also change those of users who are erased."""

    operations: list[Operation]
    memberships: Memberships
    order: InOrder
    profiles: GroupProfiles
    numbers: GroupNumbers
    leaving: Leaving
    owning: Owning


def build_groups(ground: Ground, timelines: Timelines, delivering: Delivering) -> GroupParts:
    """Build the parts of groups."""
    database, directory, settings = ground.database, ground.directory, ground.settings
    before, outbox = ground.before, ground.outbox
    memberships, order = Memberships(), InOrder()
    shared = Shared(
        timelines,
        memberships,
        settings.notifications,
        ground.version_id,
        settings.groups.history_for_new_members,
        Telling(ground.push, delivering, settings.notifications),
        order,
    )
    changes = Changes(database, directory, shared)
    entering = Entering(before, outbox, settings.limits)
    idempotency = Idempotency(database, SYSTEM_CLOCK, settings.limits.idempotency_keys_per_hour)
    seeing, version_id = Seeing(database, directory), ground.version_id
    reading = reading_operations(
        Finding(database, directory, seeing, version_id),
        JoinedGroups(database, directory, version_id),
        MemberLists(database, directory, memberships, seeing, version_id),
        Increments(database, seeing, version_id),
        Applications(database, directory, seeing),
    )
    leaving, owning = Leaving(directory, changes, outbox), Owning(directory, changes, outbox)
    changing = operations(
        Creating(database, directory, changes, entering, before, outbox, idempotency),
        Inviting(database, directory, changes, entering, before, outbox),
        Joining(database, directory, changes, entering, before, outbox),
        leaving,
    )
    managing = managing_operations(
        SettingInfo(database, changes, before, outbox),
        SettingMembers(database, directory, changes, before, outbox),
        owning,
        Muting(directory, changes, outbox),
    )
    return GroupParts(
        operations=[*reading, *ChangeLimit(settings.limits).on([*changing, *managing])],
        memberships=memberships,
        order=order,
        profiles=GroupProfiles(database, changes),
        numbers=GroupNumbers(database),
        leaving=leaving,
        owning=owning,
    )
