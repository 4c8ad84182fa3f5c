"""The parts of a server, from the bottom up: their operations, background tasks and sweeps."""

from collections.abc import Awaitable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Protocol

from amity.app.erasing import build_erasing
from amity.app.ground import Ground
from amity.app.groups import build_groups
from amity.app.running import Sweep
from amity.auth.operations import operations as auth_operations
from amity.auth.service import Auth
from amity.callbacks.admin.in_force import InForce
from amity.callbacks.admin.log_reading import LogReading
from amity.callbacks.admin.operations import operations as callback_operations
from amity.callbacks.admin.service import CallbackAdmin
from amity.callbacks.admin.settings_operations import operations as callback_settings_operations
from amity.callbacks.admin.trying import Trying
from amity.calls.operation import Operation
from amity.calls.quota import Quota
from amity.conversations import group_rows
from amity.conversations.chat_copies import ChatCopies
from amity.conversations.deleting import Deleting
from amity.conversations.finding import Finding
from amity.conversations.operations import operations as conversation_operations
from amity.conversations.service import Conversations
from amity.conversations.setting import Setting
from amity.delivery.delivering import Delivering
from amity.delivery.offline import OfflinePush
from amity.delivery.provider import OutboxProvider
from amity.devices.operations import operations as device_operations
from amity.devices.service import Devices
from amity.erasing.operations import operations as erasing_operations
from amity.inbox.operations import operations as inbox_operations
from amity.inbox.service import Inbox
from amity.messages.business.in_groups import GroupBusiness
from amity.messages.business.operations import operations as business_operations
from amity.messages.business.service import BusinessNotifications
from amity.messages.reading.anybodys import Anybodys
from amity.messages.reading.marking import Marking
from amity.messages.reading.numbers import Numbers
from amity.messages.reading.operations import operations as reading_operations
from amity.messages.reading.pulling import Pulling
from amity.messages.reading.read_states import ReadStates
from amity.messages.searching.finding import Finding as FindingMessages
from amity.messages.searching.naming import Naming
from amity.messages.searching.operations import operations as searching_operations
from amity.messages.searching.service import Searching
from amity.messages.searching.texts.extracting import text_of
from amity.messages.searching.texts.indexing import Indexing
from amity.messages.sending.admission import Admission
from amity.messages.sending.batch import Batch
from amity.messages.sending.filling import Filling
from amity.messages.sending.limits import MessageLimits
from amity.messages.sending.operations import operations as sending_operations
from amity.messages.sending.service import Sending
from amity.messages.sending.signals import Signals
from amity.messages.sending.simple import Simple
from amity.messages.sending.statuses import Statuses
from amity.messages.sending.telling import Telling
from amity.messages.sending.to_groups.writing import GroupWriting
from amity.messages.sending.writing import Writing
from amity.messages.taking_back.burning import Burning
from amity.messages.taking_back.clearing import Clearing
from amity.messages.taking_back.deleting import Deleting as DeletingMessages
from amity.messages.taking_back.destructing import SelfDestruct
from amity.messages.taking_back.in_groups.chats import GroupChats
from amity.messages.taking_back.in_groups.deleting import GroupDeleting
from amity.messages.taking_back.in_groups.revoking import GroupRevoking
from amity.messages.taking_back.masking import Masking
from amity.messages.taking_back.operations import operations as taking_back_operations
from amity.messages.taking_back.purging import Purging
from amity.messages.taking_back.revoking import Revoking
from amity.moving.exporting.service import Exporting
from amity.moving.history.service import History
from amity.moving.operations import operations as moving_operations
from amity.moving.restoring.service import Restoring
from amity.presence.everywhere import Everywhere
from amity.presence.operations import operations as presence_operations
from amity.presence.service import Presence
from amity.relations.blacks.changing import BlackChanges
from amity.relations.blacks.operations import operations as black_operations
from amity.relations.blacks.reading import Blacks
from amity.relations.friends.history.log import ImportLog
from amity.relations.friends.history.service import ImportHistory
from amity.relations.friends.importing import ImportFriends
from amity.relations.friends.increments import Increments
from amity.relations.friends.operations import operations as friend_operations
from amity.relations.friends.profiles.service import ProfileFanout
from amity.relations.friends.service import Friends
from amity.relations.limits.limits import Limits
from amity.relations.requests.answering import Answering
from amity.relations.requests.applying import Applying
from amity.relations.requests.operations import operations as request_operations
from amity.relations.requests.reading import Applications
from amity.settings.notifications import APPROVED, IMPORTED
from amity.timeline.notices import Notices
from amity.timeline.retention import Retention
from amity.timeline.service import Timelines
from amity.users.accounts.operations import operations as account_operations
from amity.users.accounts.service import Accounts
from amity.users.client_config.service import ClientConfig
from amity.users.client_operations import operations as user_client_operations
from amity.users.commands.service import Commands
from amity.users.operations import operations as user_operations
from amity.users.receive_option import ReceiveOption
from amity.users.search.service import Search
from amity.users.service import Users


class Task(Protocol):
    """A background task, from ``start`` to ``stop``."""

    def start(self) -> Awaitable[None] | None:
        """Start. If an awaitable is returned, it is awaited before the next task starts. Raises ``ImError`` if the
        database fails."""
        ...

    async def stop(self) -> None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """All parts. ``tasks`` are started in their order, and stopped in reverse order; ``sweeps`` delete expired rows."""

    operations: Sequence[Operation]
    tasks: Sequence[Task]
    sweeps: Sequence[Sweep]
    auth: Auth
    users: Users
    presence: Presence
    profiles: ProfileFanout


def build(ground: Ground) -> Parts:
    """Build all parts. No task is started yet."""
    database, directory, settings = ground.database, ground.directory, ground.settings
    before, outbox, push = ground.before, ground.outbox, ground.push

    profiles = ProfileFanout(database, push)
    search = Search(database, Quota("searchesPerMinute", settings.limits.searches_per_minute))
    limits = Limits(settings.limits, database)
    searches_texts = settings.messages.text_search
    timelines = Timelines(
        database, repeats_for=settings.messages.repeats_for, text_of=text_of if searches_texts else None
    )
    indexing = Indexing(database, enabled=searches_texts)
    finding = Finding(database, directory, timelines)
    retention = Retention(database, settings.messages.keep_days, settings.messages.repeats_for)
    offline = OfflinePush(push, before, OutboxProvider(outbox), database, partial(group_rows.quiet_in, database))
    delivering = Delivering(push, before, offline)
    groups = build_groups(ground, timelines, delivering)
    users = Users(database, directory, before, outbox, profiles, groups.profiles, push)
    registry = ground.registry
    kick = ground.sessions.kick if registry is None else registry.kick_user
    auth = Auth(settings, database, users, kick=kick)
    copies = ChatCopies(timelines, delivering)
    imported_in = copies if settings.notifications.is_message(IMPORTED) else None
    approved_in = copies if settings.notifications.is_message(APPROVED) else None
    import_log = ImportLog(database)
    importing = ImportFriends(
        database, directory, before, outbox, settings.client_import, push, limits, import_log, imported_in
    )
    friends = Friends(database, directory, before, outbox, push)
    writing = Writing(
        database,
        timelines,
        outbox,
        friend_verify=settings.messages.friend_verify,
        offline=offline,
        to_groups=GroupWriting(timelines, groups.memberships, Telling(delivering, push, timelines), groups.order),
    )
    message_limits = MessageLimits(settings.messages, settings.admins)
    sending = Sending(
        database,
        directory,
        timelines,
        writing,
        delivering,
        push,
        before,
        settings.admins,
        limits=message_limits,
        memberships=groups.memberships,
        groups=groups.numbers,
    )
    statuses = Statuses(database)
    stored_notices = Notices(timelines, push)
    purging = Purging(database, settings.messages.repeats_for)
    group_chats = GroupChats(timelines, groups.numbers, groups.memberships)
    revoke_within = settings.messages.revoke_within
    group_revoking = GroupRevoking(database, group_chats, stored_notices, outbox, revoke_within)
    group_business = GroupBusiness(
        database, timelines, groups.memberships, stored_notices, delivering, push, groups.order
    )
    group_deleting = GroupDeleting(database, directory, group_chats, stored_notices)
    erasing, erasures = build_erasing(ground, auth, groups, stored_notices, group_chats)
    naming = Naming(directory, groups.numbers)
    everywhere = None if registry is None else Everywhere(database, ground.cluster, ground.sessions, settings.secret)
    presence = Presence(database, directory, outbox, ground.sessions, everywhere=everywhere)
    push.fills_gaps(Filling(database, groups.memberships).read, reads=not delivering.asks)
    return Parts(
        operations=[
            *auth_operations(auth),
            *user_operations(users, search),
            *user_client_operations(
                ClientConfig(database, directory), Commands(database, directory), ReceiveOption(database, push)
            ),
            *account_operations(Accounts(database, directory, users, settings.admins)),
            *presence_operations(presence),
            *friend_operations(
                importing,
                ImportHistory(database, import_log),
                friends,
                Increments(database, directory, ground.version_id, push),
            ),
            *request_operations(
                Applying(database, directory, before, outbox, push, limits),
                Answering(database, directory, before, outbox, push, limits, approved_in),
                Applications(database, directory),
            ),
            *black_operations(
                BlackChanges(database, directory, before, outbox, push, limits),
                Blacks(database, directory, ground.version_id),
            ),
            *moving_operations(
                Restoring(
                    database,
                    directory,
                    timelines,
                    profiles,
                    groups.profiles,
                    auth.log_out,
                    history_for_new=settings.groups.history_for_new_members,
                ),
                Exporting(database),
                History(database, directory, timelines),
            ),
            *conversation_operations(
                Conversations(database, directory, finding, ground.version_id, push),
                Setting(
                    database,
                    directory,
                    timelines,
                    push,
                    copies,
                    Admission(message_limits),
                    settings.limits.pinned_conversations_per_user,
                ),
                Deleting(database, directory, timelines, finding, push),
            ),
            *inbox_operations(Inbox(database, directory, finding)),
            *groups.operations,
            *sending_operations(sending, Batch(database, sending), Simple(sending), statuses, Signals()),
            *reading_operations(
                Pulling(database, directory, timelines, finding),
                Numbers(database, directory, timelines, finding),
                Marking(database, directory, finding, push, outbox, stored_notices),
                ReadStates(database, directory, timelines, finding, groups.numbers),
                Anybodys(database, timelines, finding, group_chats),
            ),
            *searching_operations(
                Searching(database, naming, indexing),
                FindingMessages(database, naming, indexing),
            ),
            *taking_back_operations(
                Revoking(database, directory, finding, stored_notices, outbox, revoke_within, group_revoking),
                DeletingMessages(database, finding, stored_notices, purging, group_chats, group_deleting),
                Clearing(database, directory, finding, push, purging, groups.memberships),
            ),
            *business_operations(
                BusinessNotifications(database, directory, stored_notices, copies, push, group_business, groups.numbers)
            ),
            *device_operations(Devices(database, directory)),
            *erasing_operations(erasing),
            *callback_operations(CallbackAdmin(database, ground.courier, ground.log), LogReading(database, ground.log)),
            *callback_settings_operations(
                InForce(settings.callbacks, lambda: [*before.left_alone(), *ground.courier.left_alone()]),
                Trying(settings.callbacks),
            ),
        ],
        tasks=[
            *([] if registry is None else [registry]),
            ground.log,
            import_log,
            ground.courier,
            push,
            delivering,
            search,
            indexing,
            profiles,
            groups.profiles,
            presence,
            Burning(database),
            Masking(database),
            erasures,
        ],
        sweeps=[
            auth.sweep,
            ground.log.sweep,
            importing.sweep,
            limits.sweep,
            statuses.sweep,
            retention.sweep,
            purging.sweep,
            SelfDestruct(database, push).sweep,
        ],
        auth=auth,
        users=users,
        presence=presence,
        profiles=profiles,
    )
