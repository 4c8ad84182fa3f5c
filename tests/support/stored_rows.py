"""What stands in the database of a server that runs, read and changed past it."""

import sqlite3
from typing import Any

import asyncpg


async def stored_rows(database_url: str, statement: str) -> list[tuple[Any, ...]]:
    """Return the rows of a statement without parameters."""
    if database_url.startswith("sqlite:///"):
        connection = sqlite3.connect(database_url.removeprefix("sqlite:///"))
        try:
            return connection.execute(statement).fetchall()
        finally:
            connection.close()
    server = await asyncpg.connect(database_url)
    try:
        return [tuple(row) for row in await server.fetch(statement)]
    finally:
        await server.close()


async def change_stored_rows(database_url: str, statement: str) -> None:
    """Run a statement without parameters that changes rows, beside a server that runs."""
    if database_url.startswith("sqlite:///"):
        connection = sqlite3.connect(database_url.removeprefix("sqlite:///"))
        try:
            with connection:
                connection.execute(statement)
        finally:
            connection.close()
        return
    server = await asyncpg.connect(database_url)
    try:
        await server.execute(statement)
    finally:
        await server.close()
