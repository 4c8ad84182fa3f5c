"""Check that a PostgreSQL database is suitable, before anything is changed."""

from dataclasses import dataclass
from typing import Any, Protocol

from amity.storage.database import StorageError
from amity.storage.migrations import LAST_POST, Applied, is_too_new, newest, pending
from amity.storage.ownership import require_own, tables

_OLDEST = 130_000
_SETTINGS = """
select current_schema(), quote_ident(current_schema()), quote_ident(current_user), current_setting('server_encoding'),
    current_setting('server_version_num')::int, current_setting('server_version'),
    pg_is_in_recovery(), current_setting('transaction_read_only') = 'on',
    coalesce(has_schema_privilege(current_schema(), 'create'), false),
    coalesce(has_table_privilege(to_regclass('schema_version'), 'select'), true),
    (select nspname::text from pg_class join pg_namespace on pg_namespace.oid = relnamespace
        where pg_class.oid = to_regclass('schema_version'))
"""
_NAMES = """
select relname::text from pg_class join pg_namespace on pg_namespace.oid = relnamespace
where nspname = current_schema()
"""
_COLUMNS = """
select attname::text from pg_attribute
where attrelid = to_regclass('schema_version') and attnum > 0 and not attisdropped order by attnum
"""
# Another program may have a table of this name, of any size.
_VERSIONS = "select version from schema_version order by version desc limit 10000"
_LAST_POST = "select coalesce(max(value), '0')::bigint from facts where name = $1"
# ``has_..._privilege`` with a list asks for any of the privileges, not for all.
_CLOSED = """
select relname::text from pg_class join pg_namespace on pg_namespace.oid = relnamespace
where nspname = current_schema() and relname = any($1::text[]) and not (
    has_table_privilege(pg_class.oid, 'select') and has_table_privilege(pg_class.oid, 'insert')
    and has_table_privilege(pg_class.oid, 'update') and has_table_privilege(pg_class.oid, 'delete'))
order by relname
"""
_OWNED_BY_OTHERS = """
select pg_get_userbyid(relowner)::text from pg_class join pg_namespace on pg_namespace.oid = relnamespace
where nspname = current_schema() and relname = any($1::text[]) and not pg_has_role(relowner, 'usage')
"""
_SCREENED = """
select relname::text from pg_class join pg_namespace on pg_namespace.oid = relnamespace
where nspname = current_schema() and relname = any($1::text[]) and row_security_active(pg_class.oid)
order by relname
"""
_NOTHING = Applied()


class Connection(Protocol):
    """What the check needs of a connection."""

    async def fetch(self, query: str, /, *args: Any) -> list[Any]: ...

    async def fetchrow(self, query: str, /, *args: Any) -> Any: ...

    async def fetchval(self, query: str, /, *args: Any) -> Any: ...


@dataclass(frozen=True, slots=True)
class Fitness:
    """The result of the check.

    ``applied`` are its migrations, none if it has none of amity's tables, and ``has_version`` is whether the version's
    table exists. ``unusable`` says why amity cannot use the database, ``unwritable`` why this user cannot do what is
    needed now. Both are empty if all is well.
    """

    applied: Applied = _NOTHING
    has_version: bool = False
    unusable: str = ""
    unwritable: str = ""

    def require(self) -> None:
        """Raise ``StorageError`` if a server cannot use this database."""
        if problem := self.unusable or self.unwritable:
            raise StorageError(f"PostgreSQL cannot be used as the database: {problem}")


async def fitness(connection: Connection) -> Fitness:
    """Check a connection's database. Changes nothing. Raises what the connection raises."""
    found = await connection.fetchrow(_SETTINGS)
    schema, quoted, user, encoding, number, name, standby, read_only, may_create, may_look, visible = found
    if number < _OLDEST:
        return Fitness(unusable=f"it is version {name}, and amity needs 13 or newer")
    if encoding != "UTF8":
        return Fitness(
            unusable=f"its encoding is {encoding}, in which not every name can be stored: create it with"
            " encoding 'UTF8' template template0"
        )
    if schema is None:
        return Fitness(unusable=f"user {user} has no schema for its tables: none of search_path is there")
    if visible is not None and visible != schema:
        return Fitness(
            unusable=f"there is a table schema_version in schema {visible}, and new tables would be made in schema"
            f" {schema}: set search_path so that the one with amity's tables comes first"
        )
    if not may_look:
        return Fitness(has_version=True, unwritable=_closed("schema_version", quoted, user))
    try:
        applied = await _applied(connection, has_table=visible is not None)
    except StorageError as error:
        return Fitness(unusable=str(error))
    unwritable = ""
    if standby:
        unwritable = "it is a standby, which only reads: use the primary's address"
    elif read_only:
        unwritable = f"it only reads: default_transaction_read_only is on for this database or for user {user}"
    else:
        unwritable = await _missing_rights(connection, applied, quoted, user, may_create=may_create)
    return Fitness(applied, has_version=visible is not None, unwritable=unwritable)


async def _applied(connection: Connection, *, has_table: bool) -> Applied:
    columns = [row[0] for row in await connection.fetch(_COLUMNS)] if has_table else []
    versions = [row[0] for row in await connection.fetch(_VERSIONS)] if "version" in columns else []
    names = [row[0] for row in await connection.fetch(_NAMES)]
    last_post = 0
    if any(isinstance(each, int) and each > newest("postgres") for each in versions) and "facts" in names:
        last_post = await connection.fetchval(_LAST_POST, LAST_POST)
    return require_own("postgres", columns, versions, names, last_post=last_post, alone=False)


async def _missing_rights(connection: Connection, applied: Applied, schema: str, user: str, *, may_create: bool) -> str:
    """Return which right this user lacks for what is needed now, or an empty string. The server's user need not be the
    one that migrates."""
    own = ["schema_version", *tables("postgres", applied)] if applied.version else []
    if not is_too_new("postgres", applied) and any(not each.is_post for each in pending("postgres", applied)):
        if not may_create:
            return f"user {user} may not create tables in schema {schema}: grant create on schema {schema} to {user}"
        if others := await connection.fetch(_OWNED_BY_OTHERS, own):
            return f"its tables belong to {others[0][0]}, and only that user can migrate them: run amity migrate as it"
    if closed := [row[0] for row in await connection.fetch(_CLOSED, own)]:
        return _closed(closed[0], schema, user)
    # Row-level security leaves rows out of every result without an error.
    if screened := [row[0] for row in await connection.fetch(_SCREENED, own)]:
        return (
            f"row-level security hides rows of table {screened[0]} from user {user}: alter table"
            f" {schema}.{screened[0]} disable row level security"
        )
    return ""


def _closed(table: str, schema: str, user: str) -> str:
    return (
        f"user {user} may not read and write table {table}: grant select, insert, update, delete on all tables in"
        f" schema {schema} to {user}"
    )
