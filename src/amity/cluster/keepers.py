"""Which process keeps what another one is about to tell. Pure, and the same for all who know the same processes."""

from collections.abc import Collection


def keeper_of(process: str, others: Collection[str]) -> str:
    """Return the process that keeps the notes of ``process``: one of ``others``, of which there is at least one.

    It is the next one in the order of names, so that each has one. It is on another host if there is any, because a
    host that fails takes all its processes with it. Names are those of ``members.new_name``.
    """
    host = _host_of(process)
    able = [other for other in others if _host_of(other) != host] or others
    return min((other for other in able if other > process), default=None) or min(able)


def _host_of(process: str) -> str:
    return process.partition(":")[0]
