"""Which kind of database an SQL string goes to, told by the drivers that files import and by what makes a receiver."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Literal

from dblint.binding.clients import conftests
from dblint.facts.model import FileFacts
from dblint.facts.statements_model import SqlCall, Statement
from dblint.facts.words import CLIENT_DOUBLES, says, words_of

Database = Literal["postgres", "mysql", "sqlite", "other"]

_DATABASES: dict[str, Database] = {
    **dict.fromkeys(("psycopg", "psycopg2", "psycopg_pool", "psycopg2cffi", "asyncpg", "pg8000", "aiopg"), "postgres"),
    **dict.fromkeys(("pgdb", "pg", "postgres:", "postgresql:"), "postgres"),
    **dict.fromkeys(("sqlite3", "aiosqlite", "apsw", "libsql", "libsql_client", "turso", "sqlite:"), "sqlite"),
    **dict.fromkeys(("pymysql", "mysql", "mysqldb", "aiomysql", "asyncmy", "mariadb", "mysql:", "mariadb:"), "mysql"),
    **dict.fromkeys(
        ("duckdb", "cassandra", "clickhouse_driver", "clickhouse_connect", "pyspark", "snowflake"), "other"
    ),
    **dict.fromkeys(("google.cloud.bigquery", "trino", "prestodb", "pyhive", "oracledb", "cx_oracle", "ibis"), "other"),
    **dict.fromkeys(("neo4j", "chdb", "redshift_connector", "duckdb:", "clickhouse:", "oracle:", "mssql:"), "other"),
}
_OTHERS = frozenset(
    (
        *(
            "redis",
            "es",
            "valkey",
            "memcached",
            "elastic",
            "elasticsearch",
            "opensearch",
            "mongo",
            "mongodb",
            "neo4j",
            "solr",
        ),
        *(
            "clickhouse",
            "duckdb",
            "bigquery",
            "bq",
            "spark",
            "cassandra",
            "snowflake",
            "trino",
            "presto",
            "athena",
            "hive",
        ),
        *(
            "oracle",
            "mssql",
            "influx",
            "influxdb",
            "graphql",
            "gql",
            "ibis",
            "polars",
            "df",
            "dataframe",
            "llm",
            "agent",
        ),
        *(
            "sqlite",
            "mysql",
            "mariadb",
            "sqlglot",
            "sqlparse",
            "shell",
            "ssh",
            "ssm",
            "subprocess",
            "redshift",
            "dynamo",
        ),
    )
)
"""Words of receivers that are no connection to PostgreSQL."""
_KINDS_BY_WORD: dict[Database, frozenset[str]] = {
    "sqlite": frozenset(("sqlite",)),
    "mysql": frozenset(("mysql", "mariadb")),
}
_MOCKS = frozenset(("MagicMock", "Mock", "AsyncMock", "NonCallableMagicMock", "create_autospec", "patch", "mock"))
_MOCKING = frozenset(("mock", "mocked", "fake", "dummy", "stub", "stubbed", "spy"))


class Databases:
    """Answers for a whole project."""

    def __init__(self, facts: Mapping[str, FileFacts]) -> None:
        self._facts = facts
        self._fixtures = {path: {one.name: one for one in file.fixtures} for path, file in facts.items()}

    def of(self, path: str, statement: Statement) -> frozenset[Database]:
        """The kinds of database a statement may go to; empty where nothing tells."""
        call = statement.call
        made = _kinds(call.makers) if call is not None else frozenset[Database]()
        if made:
            return made
        if call is not None and (other := _named(call.receiver or "")) is not None:
            return frozenset((other,))
        if call is not None:
            homes = [home for name in self._names(call) if (home := self._home(path, name)) is not None]
            told = frozenset[Database]().union(*(self._told(home) for home in homes))
            if told:
                return told
        return self._told(path)

    def is_double(self, path: str, call: SqlCall) -> bool:
        """The statement goes to a mock or a fake."""
        names = [*self._names(call), call.receiver or "", *call.makers]
        for name in names:
            home = self._home(path, name)
            if home is not None:
                names.extend(callee for callee in self._fixtures[home][name].makes if callee not in names)
        return any(_last(name) in _MOCKS or says(name, _MOCKING | CLIENT_DOUBLES - {"factory"}) for name in names)

    def _names(self, call: SqlCall) -> list[str]:
        """The names that may be fixtures."""
        root = (call.receiver or "").partition(".")[0]
        return [name for name in (*call.makers, root) if name and "." not in name]

    def _home(self, path: str, name: str) -> str | None:
        return next((one for one in (path, *conftests(path)) if name in self._fixtures.get(one, {})), None)

    def _told(self, path: str) -> frozenset[Database]:
        """What the imports of a file tell, else those of the conftests over it."""
        for place in (path, *conftests(path)):
            kinds = _kinds(self._facts[place].drivers) if place in self._facts else frozenset[Database]()
            if kinds:
                return kinds
        return frozenset()


def _kinds(names: Iterable[str]) -> frozenset[Database]:
    found: set[Database] = set()
    for name in names:
        folded = name.lower()
        kind = _DATABASES.get(folded.partition(".")[0]) or next(
            (kind for module, kind in _DATABASES.items() if f"{folded}.".startswith(f"{module}.")), None
        )
        if kind is not None:
            found.add(kind)
    return frozenset(found)


def _named(receiver: str) -> Database | None:
    """What the words of a receiver's name say of another kind of database than PostgreSQL."""
    words = _OTHERS.intersection(words_of(receiver))
    if not words:
        return None
    return next((kind for kind, own in _KINDS_BY_WORD.items() if words <= own), "other")


def _last(name: str) -> str:
    return name.rpartition(".")[2]
