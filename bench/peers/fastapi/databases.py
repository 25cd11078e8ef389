"""SQLite and PostgreSQL behind the same four calls. A statement's placeholders are $1, $2, ... in order."""
import sqlite3
import uuid

import asyncpg


class Sqlite:
    """Statements run on the event loop: they take microseconds, and a thread's hand-over would cost more."""

    def __init__(self, path: str):
        self.path = path

    async def open(self):
        self.connection = sqlite3.connect(self.path, isolation_level=None)  # each statement commits
        self.connection.row_factory = sqlite3.Row
        for pragma in ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON"):
            self.connection.execute("PRAGMA " + pragma)

    async def close(self):
        self.connection.close()

    @staticmethod
    def id(value: uuid.UUID) -> bytes:
        return value.bytes

    @staticmethod
    def id_text(value: bytes) -> str:
        return str(uuid.UUID(bytes=value))

    async def one(self, statement, *values):
        return self.connection.execute(statement, values).fetchone()

    async def all(self, statement, *values):
        return self.connection.execute(statement, values).fetchall()

    async def run(self, statement, *values):
        self.connection.execute(statement, values)


class Postgres:
    def __init__(self, address: str):
        self.address = address

    async def open(self):
        self.pool = await asyncpg.create_pool(self.address, min_size=16, max_size=16)

    async def close(self):
        await self.pool.close()

    @staticmethod
    def id(value: uuid.UUID) -> uuid.UUID:
        return value

    @staticmethod
    def id_text(value: uuid.UUID) -> str:
        return str(value)

    async def one(self, statement, *values):
        return await self.pool.fetchrow(statement, *values)

    async def all(self, statement, *values):
        return await self.pool.fetch(statement, *values)

    async def run(self, statement, *values):
        await self.pool.execute(statement, *values)


def open_database(address: str):
    return Postgres(address) if address.startswith("postgresql:") else Sqlite(address)
