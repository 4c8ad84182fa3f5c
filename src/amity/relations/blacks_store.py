"""The SQL of blacklists, and nothing else."""

from collections.abc import Sequence

from amity.relations.models import Black
from amity.storage import Database, Row
from amity.users.models import User

_BLACK = "b.created_at, u.user_id, u.nickname, u.face_url, u.ex"
_FROM = "blacks as b join users as u on u.user_seq = b.black_seq where b.owner_seq = $1"


async def page(database: Database, owner: int, owner_id: str, offset: int, limit: int) -> tuple[int, list[Black]]:
    """Return how many users an owner has blacklisted, and one page of them, the first first."""
    total = await database.fetch("select count(*) from blacks where owner_seq = $1", owner)
    rows = await database.fetch_long(
        f"select {_BLACK} from {_FROM} order by b.created_at, b.black_seq limit $2 offset $3", owner, limit, offset
    )
    return total[0][0], [_black(owner_id, row) for row in rows]


async def these(database: Database, owner: int, owner_id: str, users: Sequence[int]) -> dict[str, Black]:
    """Return those of ``users`` whom an owner has blacklisted, by their ids."""
    rows = await database.fetch_long(
        f"select {_BLACK} from {_FROM} and b.black_seq in (select value from EACH_INT($2))", owner, list(users)
    )
    return {row[1]: _black(owner_id, row) for row in rows}


def _black(owner_id: str, row: Row) -> Black:
    return Black(
        owner_user_id=owner_id,
        create_time=row[0],
        black_user_info=User(user_id=row[1], nickname=row[2], face_url=row[3], ex=row[4]),
        add_source=0,
        operator_user_id="",
        ex="",
    )
