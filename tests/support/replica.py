"""A streaming replica of a PostgreSQL of the tests, which can be promoted."""

import tempfile
from pathlib import Path

from tests.support.postgres import PostgresServer


class Replica(PostgresServer):
    """A replica of ``primary``, which runs. A context manager.

    ``confirm`` makes the primary's commits wait for it, until ``promote``.
    """

    def __init__(self, primary: PostgresServer, *, fsync: bool = True) -> None:
        super().__init__(fsync=fsync)
        self._primary = primary

    def _create(self) -> None:
        self._directory = Path(tempfile.mkdtemp(prefix="amity-replica-"))
        self._hand_over(self._directory)
        self._binaries = self._readable_binaries(self._directory)
        self._run(
            ["pg_basebackup", "--checkpoint=fast", "--write-recovery-conf", "--no-sync"],
            f"--dbname={self._primary.url()}?application_name=replica",
            f"--pgdata={self._directory / 'data'}",
        )

    def confirm(self, level: str) -> None:
        """Let commits of the primary be answered once they are here, as ``synchronous_commit`` = ``level`` has it."""
        for name, value in (("synchronous_commit", level), ("synchronous_standby_names", "replica")):
            self._primary.query(f"alter system set {name} = '{value}'")
        self._primary.query("select pg_reload_conf()")
        self._primary.query(
            "do $$ begin while not exists (select from pg_stat_replication where sync_state = 'sync') loop"
            " perform pg_sleep(0.01), pg_stat_clear_snapshot(); end loop; end $$"
        )

    def promote(self) -> None:
        """Make it a primary, and return once it takes writes."""
        assert self.query("select pg_promote()") == "t"
