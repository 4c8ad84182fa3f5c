"""The SQL of commands, and nothing else."""

from amity.storage import Database, Transaction
from amity.users.commands.models import Command


async def of_user(database: Database, user_seq: int) -> list[Command]:
    """Return all of a user's commands, by kind, oldest first."""
    rows = await database.fetch_long(
        "select kind, created_at, uuid, value, ex from user_commands where user_seq = $1"
        " order by kind, created_at, uuid",
        user_seq,
    )
    return [Command(type=row[0], create_time=row[1], uuid=row[2], value=row[3], ex=row[4]) for row in rows]


async def count(tx: Transaction, user_seq: int) -> int:
    """Return the number of a user's commands."""
    rows = await tx.fetch("select count(*) from user_commands where user_seq = $1", user_seq)
    return int(rows[0][0])


async def add(tx: Transaction, user_seq: int, command: Command) -> bool:
    """Add a command, unless there is one of that kind and id; return whether it was added."""
    rows = await tx.fetch(
        "insert into user_commands (user_seq, kind, uuid, created_at, value, ex) values ($1, $2, $3, $4, $5, $6)"
        " on conflict (user_seq, kind, uuid) do nothing returning kind",
        user_seq,
        command.type,
        command.uuid,
        command.create_time,
        command.value,
        command.ex,
    )
    return bool(rows)


async def update(tx: Transaction, user_seq: int, kind: int, uuid: str, value: str | None, ex: str | None) -> bool:
    """Set the fields of a command that are not ``None``; return whether the command exists."""
    rows = await tx.fetch(
        "update user_commands set value = coalesce($4, value), ex = coalesce($5, ex)"
        " where user_seq = $1 and kind = $2 and uuid = $3 returning kind",
        user_seq,
        kind,
        uuid,
        value,
        ex,
    )
    return bool(rows)


async def delete(tx: Transaction, user_seq: int, kind: int, uuid: str) -> bool:
    """Delete a command; return whether it existed."""
    rows = await tx.fetch(
        "delete from user_commands where user_seq = $1 and kind = $2 and uuid = $3 returning kind",
        user_seq,
        kind,
        uuid,
    )
    return bool(rows)
