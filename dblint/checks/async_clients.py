"""Clients of databases in asynchronous code: how each is opened and closed, which of their methods are coroutines."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Opening = Literal["coroutine", "awaitable", "loop", "running", "none"]
"""What opening takes: ``coroutine``: awaiting the call; ``awaitable``: awaiting or entering what it gives, sooner or
later; ``loop``: the same, and the call itself already takes the running loop; ``running``: the call itself fails
without a running loop; ``none``: nothing."""


@dataclass(frozen=True, slots=True)
class Constructor:
    """A call that makes a client; ``close`` holds the statements that close it, ``{0}`` for its name."""

    makes: str
    noun: str
    opening: Opening
    close: tuple[str, ...] = ()
    bound: bool = False
    """It works in one event loop only."""


_SUPABASE = Constructor("supabase.AsyncClient", "client", "coroutine")
_REDIS = Constructor("redis.asyncio.Redis", "client", "none", ("await {0}.aclose()",), bound=True)
_MYSQL_POOL = ("{0}.close()", "await {0}.wait_closed()")
_PSYCOPG = Constructor("psycopg.AsyncConnection", "connection", "coroutine", ("await {0}.close()",))
_PSYCOPG_POOL = Constructor("psycopg_pool.AsyncConnectionPool", "pool", "running", ("await {0}.close()",))
_MONGO = Constructor("pymongo.AsyncMongoClient", "client", "none", ("await {0}.close()",), bound=True)
_MOTOR = Constructor("motor.motor_asyncio.AsyncIOMotorClient", "client", "none", ("{0}.close()",))
_GEL = Constructor("gel.AsyncIOClient", "client", "none", ("await {0}.aclose()",))
_ENGINE = Constructor("sqlalchemy.ext.asyncio.AsyncEngine", "engine", "none", ("await {0}.dispose()",), bound=True)
_SESSION = Constructor("sqlalchemy.ext.asyncio.AsyncSession", "session", "none", ("await {0}.close()",))

CONSTRUCTORS: Mapping[str, Constructor] = {
    "aiomysql.connect": Constructor("aiomysql.Connection", "connection", "awaitable", ("await {0}.ensure_closed()",)),
    "aiomysql.create_pool": Constructor("aiomysql.Pool", "pool", "awaitable", _MYSQL_POOL),
    "aiosqlite.connect": Constructor("aiosqlite.Connection", "connection", "awaitable", ("await {0}.close()",)),
    "asyncmy.connect": Constructor("aiomysql.Connection", "connection", "awaitable", ("await {0}.ensure_closed()",)),
    "asyncmy.create_pool": Constructor("aiomysql.Pool", "pool", "awaitable", _MYSQL_POOL),
    "asyncpg.connect": Constructor("asyncpg.Connection", "connection", "coroutine", ("await {0}.close()",), bound=True),
    "asyncpg.create_pool": Constructor("asyncpg.Pool", "pool", "loop", ("await {0}.close()",), bound=True),
    "databases.Database": Constructor("databases.Database", "database", "none", ("await {0}.disconnect()",)),
    "edgedb.create_async_client": _GEL,
    "gel.create_async_client": _GEL,
    "motor.motor_asyncio.AsyncIOMotorClient": _MOTOR,
    "neo4j.AsyncGraphDatabase.driver": Constructor("neo4j.AsyncDriver", "driver", "none", ("await {0}.close()",)),
    "psycopg.AsyncConnection.connect": _PSYCOPG,
    "psycopg_pool.AsyncConnectionPool": _PSYCOPG_POOL,
    "pymongo.AsyncMongoClient": _MONGO,
    "redis.asyncio.Redis": _REDIS,
    "redis.asyncio.Redis.from_url": _REDIS,
    "redis.asyncio.StrictRedis": _REDIS,
    "redis.asyncio.from_url": _REDIS,
    "sqlalchemy.ext.asyncio.AsyncSession": _SESSION,
    "sqlalchemy.ext.asyncio.create_async_engine": _ENGINE,
    "sqlmodel.ext.asyncio.session.AsyncSession": _SESSION,
    "supabase.acreate_client": _SUPABASE,
    "supabase.create_async_client": _SUPABASE,
    "supabase.AsyncClient.create": _SUPABASE,
}


@dataclass(frozen=True, slots=True)
class Method:
    """How a method is called: ``async`` gives a coroutine, ``open`` what may be awaited or entered, ``sync`` neither.

    ``gives`` is the type of what comes of it in the end.
    """

    kind: Literal["async", "open", "sync"]
    gives: str = ""


def _methods(**kinds: str) -> dict[str, Method]:
    """Each kind's methods in one text; ``name:type`` says what a method gives."""
    found = {}
    for kind, names in kinds.items():
        for word in names.split():
            name, _, gives = word.partition(":")
            found[name] = Method("async" if kind == "coroutines" else "open" if kind == "opens" else "sync", gives)
    return found


_STATEMENTS = "execute executemany fetch fetchmany fetchrow fetchval copy_from_query copy_from_table copy_to_table"
_BUILDER = "postgrest.AsyncRequestBuilder"
_FILTERS = "postgrest.AsyncSelectRequestBuilder"
_FILTERING = (
    "eq neq gt gte lt lte like ilike is_ in_ cs cd contains contained_by ov overlaps fts plfts phfts wfts match or_ "
    "filter order limit range offset single maybe_single csv select"
)

TYPES: Mapping[str, Mapping[str, Method]] = {
    "asyncpg.Connection": _methods(
        coroutines=f"{_STATEMENTS} prepare close reset add_listener remove_listener set_type_codec reload_schema_state",
        opens="transaction",
        syncs="cursor is_closed is_in_transaction terminate get_server_pid get_server_version get_settings",
    ),
    "asyncpg.Pool": _methods(
        coroutines=f"{_STATEMENTS} close release expire_connections",
        opens="acquire:asyncpg.Connection",
        syncs="get_size get_idle_size get_max_size get_min_size is_closing terminate",
    ),
    "psycopg.AsyncConnection": _methods(
        coroutines="execute:psycopg.AsyncCursor commit rollback close set_autocommit set_isolation_level wait",
        opens="transaction pipeline",
        syncs="cursor:psycopg.AsyncCursor cancel fileno",
    ),
    "psycopg.AsyncCursor": _methods(
        coroutines="execute executemany fetchall fetchmany fetchone scroll close", opens="copy", syncs="nextset"
    ),
    "psycopg_pool.AsyncConnectionPool": _methods(
        coroutines="open close wait check resize putconn getconn:psycopg.AsyncConnection",
        opens="connection:psycopg.AsyncConnection",
        syncs="get_stats pop_stats",
    ),
    "sqlalchemy.ext.asyncio.AsyncSession": _methods(
        coroutines="execute:sqlalchemy.engine.Result scalars:sqlalchemy.ScalarResult scalar stream get get_one merge "
        "refresh delete flush commit rollback close aclose run_sync connection reset invalidate",
        opens="begin begin_nested",
        syncs="add add_all expunge expunge_all expire expire_all in_transaction is_modified get_bind",
    ),
    "sqlalchemy.ext.asyncio.AsyncConnection": _methods(
        coroutines="execute:sqlalchemy.engine.Result scalars:sqlalchemy.ScalarResult scalar commit rollback close "
        "run_sync exec_driver_sql invalidate",
        opens="begin begin_nested stream",
        syncs="in_transaction",
    ),
    "sqlalchemy.ext.asyncio.AsyncEngine": _methods(
        coroutines="dispose raw_connection",
        opens="begin:sqlalchemy.ext.asyncio.AsyncConnection connect:sqlalchemy.ext.asyncio.AsyncConnection",
        syncs="execution_options",
    ),
    "sqlalchemy.engine.Result": _methods(
        syncs="all first one one_or_none scalar scalar_one scalar_one_or_none scalars:sqlalchemy.ScalarResult "
        "mappings:sqlalchemy.ScalarResult unique fetchall fetchone fetchmany keys"
    ),
    "sqlalchemy.ScalarResult": _methods(syncs="all first one one_or_none unique fetchall fetchmany"),
    "aiosqlite.Connection": _methods(
        coroutines="commit rollback close backup create_function",
        opens="execute:aiosqlite.Cursor executemany executescript cursor:aiosqlite.Cursor execute_fetchall "
        "execute_insert",
    ),
    "aiosqlite.Cursor": _methods(coroutines="execute executemany executescript fetchall fetchmany fetchone close"),
    "aiomysql.Pool": _methods(
        coroutines="clear wait_closed", opens="acquire:aiomysql.Connection", syncs="close terminate release"
    ),
    "aiomysql.Connection": _methods(
        coroutines="begin commit rollback ping ensure_closed query select_db", opens="cursor", syncs="close escape"
    ),
    "databases.Database": _methods(
        coroutines="connect disconnect execute execute_many fetch_all fetch_one fetch_val",
        opens="transaction connection",
    ),
    "neo4j.AsyncDriver": _methods(
        coroutines="close execute_query verify_connectivity get_server_info", opens="session:neo4j.AsyncSession"
    ),
    "neo4j.AsyncSession": _methods(coroutines="run execute_read execute_write begin_transaction close"),
    "gel.AsyncIOClient": _methods(
        coroutines="aclose ensure_connected execute query query_json query_single query_required_single query_sql",
        syncs="transaction terminate with_globals",
    ),
    "pymongo.AsyncMongoClient": _methods(coroutines="aclose close drop_database list_database_names server_info"),
    "redis.asyncio.Redis": _methods(
        coroutines="get set delete exists expire ttl ping hget hset hgetall hdel lpush rpush lrange sadd smembers incr "
        "decr flushdb flushall keys mget mset setex zadd zrange publish aclose",
        syncs="pipeline pubsub",
    ),
    "supabase.AsyncClient": _methods(
        coroutines="remove_channel remove_all_channels",
        syncs=f"table:{_BUILDER} from_:{_BUILDER} rpc:{_FILTERS} schema channel get_channels",
    ),
    _BUILDER: _methods(
        syncs=f"select:{_FILTERS} insert:{_FILTERS} upsert:{_FILTERS} update:{_FILTERS} delete:{_FILTERS}",
    ),
    _FILTERS: _methods(
        coroutines="execute:postgrest.APIResponse",
        syncs=" ".join(f"{name}:{_FILTERS}" for name in _FILTERING.split()),
    ),
}

ALIASES: Mapping[str, str] = {
    "asyncpg.connection.Connection": "asyncpg.Connection",
    "asyncpg.pool.Pool": "asyncpg.Pool",
    "asyncmy.connection.Connection": "aiomysql.Connection",
    "asyncmy.pool.Pool": "aiomysql.Pool",
    "motor.motor_asyncio.AsyncIOMotorClient": "",
    "psycopg_pool.pool_async.AsyncConnectionPool": "psycopg_pool.AsyncConnectionPool",
    "redis.asyncio.client.Redis": "redis.asyncio.Redis",
    "redis.asyncio.StrictRedis": "redis.asyncio.Redis",
    "sqlalchemy.ext.asyncio.session.AsyncSession": "sqlalchemy.ext.asyncio.AsyncSession",
    "sqlalchemy.ext.asyncio.engine.AsyncEngine": "sqlalchemy.ext.asyncio.AsyncEngine",
    "sqlalchemy.ext.asyncio.engine.AsyncConnection": "sqlalchemy.ext.asyncio.AsyncConnection",
    "sqlmodel.ext.asyncio.session.AsyncSession": "sqlalchemy.ext.asyncio.AsyncSession",
    "supabase._async.client.AsyncClient": "supabase.AsyncClient",
}


def type_named(dotted: str) -> str:
    """The client's type a dotted name means; empty for none."""
    dotted = ALIASES.get(dotted, dotted)
    return dotted if dotted in TYPES else ""
