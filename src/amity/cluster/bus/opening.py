"""Which bus the processes of a database talk over."""

from amity.clock import SYSTEM_CLOCK, Clock
from amity.cluster.bus.alone import AloneBus
from amity.cluster.bus.bus import Bus
from amity.cluster.bus.postgres import PostgresCarrier
from amity.cluster.bus.redis.carrier import RedisCarrier
from amity.cluster.bus.remote import Carrier, RemoteBus
from amity.settings import Settings, bus_url
from amity.storage import StorageError
from amity.storage.database import Database


def open_bus(settings: Settings, database: Database, identity: str, clock: Clock = SYSTEM_CLOCK) -> Bus:
    """Return the bus that the settings name, or the database's own; it is not started yet.

    ``identity`` is that of the database (``sync.lists.list_version_id``), so that several amitys may share a server.
    Raises ``StorageError`` if the setting cannot work.
    """
    if database.exclusive:
        return AloneBus()
    return RemoteBus(carrier(settings, identity, clock), clock)


def carrier(settings: Settings, identity: str, clock: Clock = SYSTEM_CLOCK) -> Carrier:
    """Return what carries the bus of a database that processes share. Raises ``StorageError``."""
    url = settings.bus or settings.database
    try:
        place = bus_url.parse(url)
        if isinstance(place, bus_url.RedisUrl):
            return RedisCarrier(place, identity, clock)
        return PostgresCarrier(place, identity, clock)
    except ValueError as error:
        raise StorageError(f"{'bus' if settings.bus else 'database'}: {error}") from None
