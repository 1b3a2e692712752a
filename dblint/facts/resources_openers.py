"""What opens a pool or a connection, by the library's own name, and how each is ended."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from dblint.facts.resources_model import ResourceKind

Context = Literal["with", "async with", "try"]


@dataclass(frozen=True, slots=True)
class Opener:
    """What a call of a library's opens, and how it is ended; ``context`` is the block that ends it by itself."""

    kind: ResourceKind
    close: str
    context: Context = "try"


SYNC_CONNECTION = Opener("connection", "{}.close()")
ASYNC_CONNECTION = Opener("connection", "await {}.close()")
OPENERS: Mapping[str, Opener] = {
    "asyncpg.connect": ASYNC_CONNECTION,
    "asyncpg.create_pool": Opener("pool", "await {}.close()", "async with"),
    "psycopg.connect": SYNC_CONNECTION,
    "psycopg.Connection.connect": SYNC_CONNECTION,
    "psycopg.AsyncConnection.connect": ASYNC_CONNECTION,
    "psycopg2.connect": SYNC_CONNECTION,
    "psycopg2.pool.SimpleConnectionPool": Opener("pool", "{}.closeall()"),
    "psycopg2.pool.ThreadedConnectionPool": Opener("pool", "{}.closeall()"),
    "psycopg_pool.ConnectionPool": Opener("pool", "{}.close()", "with"),
    "psycopg_pool.NullConnectionPool": Opener("pool", "{}.close()", "with"),
    "psycopg_pool.AsyncConnectionPool": Opener("pool", "await {}.close()", "async with"),
    "psycopg_pool.AsyncNullConnectionPool": Opener("pool", "await {}.close()", "async with"),
    "aiosqlite.connect": Opener("connection", "await {}.close()", "async with"),
    "aiomysql.create_pool": Opener("pool", "{}.close()", "async with"),
    "aiomysql.connect": Opener("connection", "{}.close()"),
    "asyncmy.create_pool": Opener("pool", "{}.close()", "async with"),
    "asyncmy.connect": Opener("connection", "{}.close()"),
    "pymysql.connect": SYNC_CONNECTION,
    "MySQLdb.connect": SYNC_CONNECTION,
    "mysql.connector.connect": SYNC_CONNECTION,
    "sqlalchemy.create_engine": Opener("pool", "{}.dispose()"),
    "sqlalchemy.ext.asyncio.create_async_engine": Opener("pool", "await {}.dispose()"),
    "redis.asyncio.Redis": Opener("pool", "await {}.aclose()", "async with"),
    "redis.asyncio.from_url": Opener("pool", "await {}.aclose()", "async with"),
    "redis.asyncio.Redis.from_url": Opener("pool", "await {}.aclose()", "async with"),
    "pymongo.AsyncMongoClient": Opener("pool", "await {}.close()", "async with"),
    "motor.motor_asyncio.AsyncIOMotorClient": Opener("pool", "{}.close()"),
    "neo4j.AsyncGraphDatabase.driver": Opener("pool", "await {}.close()", "async with"),
    "oracledb.connect": SYNC_CONNECTION,
    "oracledb.create_pool": Opener("pool", "{}.close()"),
}
ACQUIRING = {
    "acquire": Opener("acquired", "await {pool}.release({})", "async with"),
    "getconn": Opener("acquired", "{pool}.putconn({})"),
}
