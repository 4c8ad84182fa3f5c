"""What all parts of a server depend on: the database, callbacks, sessions and pushes."""

import contextlib
from dataclasses import dataclass

from amity.callbacks.asking.before import Before
from amity.callbacks.log import CallbackLog
from amity.callbacks.sender import Sender
from amity.callbacks.telling.courier import Courier
from amity.callbacks.telling.outbox import Outbox
from amity.cluster.bus.opening import open_bus
from amity.cluster.cluster import Cluster
from amity.cluster.registry import Registry
from amity.delivery.push import Push
from amity.gateway.sessions import Sessions
from amity.settings import Settings
from amity.storage import Database, open_database
from amity.sync.lists import list_version_id
from amity.users.directory import Directory


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """The dependencies of the parts. ``push`` notifies connected clients, over ``cluster`` also those of other
    processes, whose connections ``registry`` knows; a process that has its database alone has none. ``version_id`` is
    the ``versionID`` of this database's lists."""

    settings: Settings
    database: Database
    log: CallbackLog
    before: Before
    outbox: Outbox
    courier: Courier
    directory: Directory
    sessions: Sessions
    cluster: Cluster
    registry: Registry | None
    push: Push
    version_id: str


async def open_ground(settings: Settings, stack: contextlib.AsyncExitStack) -> Ground:
    """Open and migrate the database, and build what the parts depend on; ``stack`` closes it.

    Raises ``StorageError``, and ``ValueError`` if a setting cannot work.
    """
    sender = Sender(settings.callbacks)
    stack.push_async_callback(sender.close)
    database = await open_database(settings.database, connections=settings.postgres.connections)
    stack.push_async_callback(database.close)
    log = CallbackLog(database, body_hours=settings.callbacks.body_hours)
    outbox = Outbox(settings.callbacks)
    sessions = Sessions()
    version_id = await list_version_id(database)
    cluster = Cluster(database, open_bus(settings, database, version_id))
    courier = Courier(database, settings.callbacks, sender, log, exchange=cluster.exchange)
    outbox.on_commit(courier.wake)
    registry = Registry(database, cluster.exchange, cluster.processes) if cluster.processes.is_shared else None
    return Ground(
        settings=settings,
        database=database,
        log=log,
        before=Before(settings.callbacks, sender, log),
        outbox=outbox,
        courier=courier,
        directory=Directory(database),
        sessions=sessions,
        cluster=cluster,
        registry=registry,
        push=Push(sessions, cluster=cluster, database=database),
        version_id=version_id,
    )
