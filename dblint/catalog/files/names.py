"""What a SQL file's name says: its place in a series, and whether it builds the schema at all."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from dblint.catalog.model import Dialect

NaturalKey = tuple[tuple[int, int, str], ...]
SeriesKind = Literal["flyway", "numbered", "delta", "plain"]

_ENDINGS = (".sql", ".pgsql", ".psql", ".ddl", ".sql.postgres", ".sql.postgresql", ".sql.mysql", ".sql.sqlite")
_LEFT_ENDINGS = (".disabled", ".bak", ".old", ".orig", ".backup", ".skip", ".off", "~")
DIALECT_WORDS: dict[str, Dialect] = {
    "postgres": "postgres",
    "postgresql": "postgres",
    "pg": "postgres",
    "pgsql": "postgres",
    "psql": "postgres",
    "mysql": "mysql",
    "mariadb": "mysql",
    "sqlite": "sqlite",
    "sqlite3": "sqlite",
}
_OTHER_DIALECTS = {
    "spanner": "Spanner",
    "oracle": "Oracle",
    "mssql": "SQL Server",
    "sqlserver": "SQL Server",
    "tsql": "SQL Server",
    "clickhouse": "ClickHouse",
    "snowflake": "Snowflake",
    "bigquery": "BigQuery",
    "redshift": "Redshift",
    "duckdb": "DuckDB",
    "db2": "DB2",
    "h2": "H2",
    "hsqldb": "HSQLDB",
    "cassandra": "Cassandra",
    "cql": "Cassandra",
    "trino": "Trino",
    "hive": "Hive",
}
_FLYWAY = re.compile(r"(?P<kind>[VUBR])(?P<version>\d[\d._]*)?__")
_NUMBER = re.compile(r"\d+")
_PREFIX = re.compile(r"(?:[vV]|m|r|mig|migration|patch|upgrade|step|rev)?[-_.]?\d[\d._-]*(?=[-_.A-Za-z]|$)")
_DELTA = re.compile(r"(?:^|[-_.])(?:upgrade|update|updates|patch|delta|alter|migrate)(?=[-_.\d]|$)", re.IGNORECASE)
_UNDO = re.compile(
    r"(?:^|[-_.])(?:down|rollback|revert|undo|downgrade)$|^(?:down|rollback|revert|undo|downgrade)(?:[-_.]|$)",
    re.IGNORECASE,
)
_TEARDOWN = re.compile(
    r"^(?:drop|reset|teardown|tear[-_]down|clear|clean|cleanup|clean[-_]up|truncate|wipe|nuke|destroy|purge|uninstall)"
    r"(?:[-_.]|$)|(?:^|[-_.])(?:reset|teardown)$",
    re.IGNORECASE,
)
_RAZES = frozenset({"reset", "teardown", "wipe", "nuke", "destroy"})
_DATA = {
    "seed": "seed data",
    "seeds": "seed data",
    "seeder": "seed data",
    "seeding": "seed data",
    "fixture": "test data",
    "fixtures": "test data",
    "dummy": "test data",
    "sample": "sample data",
    "samples": "sample data",
    "demo": "sample data",
    "mock": "test data",
    "testdata": "test data",
    "populate": "seed data",
    "backup": "a backup",
    "test": "test data",
    "tests": "test data",
}
_TESTS = frozenset({"test", "tests", "dummy", "mock"})
_DATABASES = frozenset({"db", "database", "schema", "setup"})
_WORDS = re.compile(r"[a-z]+|\d+")


@dataclass(frozen=True, slots=True)
class SqlName:
    """A path taken apart; ``stem`` is the name without its SQL ending and dialect, ``version`` orders a series."""

    path: str
    stem: str
    dialect: Dialect | None
    kind: SeriesKind
    version: NaturalKey
    repeatable: bool = False
    own_folder: bool = False
    """Whether the step is a folder, and this its only applied file (Prisma, Diesel, Hasura)."""

    @property
    def folder(self) -> str:
        """The folder of the series the file is in."""
        folder = self.path.rpartition("/")[0]
        return folder.rpartition("/")[0] if self.own_folder else folder

    @property
    def numbered(self) -> bool:
        return self.kind in ("flyway", "numbered")


def is_sql(name: str) -> bool:
    """Whether a file of that name holds SQL, in use or put aside."""
    lowered = name.lower()
    for ending in _LEFT_ENDINGS:
        lowered = lowered.removesuffix(ending)
    return lowered.endswith(_ENDINGS)


def natural(text: str) -> NaturalKey:
    """A key that sorts 2 before 10; dates compare digit by digit, so that a day and a second of it stay together."""
    parts: list[tuple[int, int, str]] = []
    for part in re.findall(r"\d+|\D+", text.casefold()):
        if not part[0].isdigit():
            parts.append((2, 0, part))
        elif len(part) >= 8 and part.startswith(("19", "20")):
            parts.append((1, 0, part + "~"))
        else:
            parts.append((0, int(part), ""))
    return tuple(parts)


def path_key(path: str) -> tuple[tuple[int, NaturalKey], ...]:
    """Sorts paths naturally, the files of a folder before its sub-folders."""
    *folders, name = path.split("/")
    return (*((1, natural(folder)) for folder in folders), (0, natural(name.partition(".sql")[0])), (0, natural(name)))


def words(text: str) -> list[str]:
    """The lower-case words and numbers a name is made of."""
    return _WORDS.findall(re.sub(r"(?<=[a-z])(?=[A-Z])", "_", text).lower())


def read_name(path: str) -> SqlName:
    """What the name of one SQL file says."""
    stem, dialect = _split_endings(PurePosixPath(path).name)
    flyway = _FLYWAY.match(stem)
    if flyway is not None and (flyway["version"] is None) == (flyway["kind"] == "R"):
        repeatable = flyway["kind"] == "R"
        version = natural(stem[flyway.end() :]) if repeatable else natural(flyway["version"].replace("_", "."))
        return SqlName(path, stem, dialect, "flyway", version, repeatable)
    parent = PurePosixPath(path).parent.name
    if stem.lower() in ("up", "migration") and _PREFIX.match(parent):
        return SqlName(path, stem, dialect, "numbered", natural(parent), own_folder=True)
    if _PREFIX.match(stem):
        return SqlName(path, stem, dialect, "numbered", natural(stem))
    kind: SeriesKind = "delta" if _DELTA.search(stem) else "plain"
    return SqlName(path, stem, dialect, kind, natural(stem))


def undo_reason(name: SqlName) -> str | None:
    """Why a file would take the schema back rather than build it; None when its name does not say so."""
    if name.kind == "flyway" and name.stem.startswith("U"):
        return "a Flyway undo script"
    if _UNDO.search(name.stem):
        return "takes a migration back"
    if not name.numbered and _TEARDOWN.search(name.stem):
        return "drops or resets the database"
    return None


def razes(name: SqlName) -> bool:
    """Whether even a member of a series says that it clears the whole database away."""
    found = set(words(name.stem))
    return bool(found & _RAZES or {"drop", "all"} <= found or {"drop", "everything"} <= found)


def data_reason(name: SqlName) -> str | None:
    """Why a file holds rows and no schema, where its name leaves no doubt; a member of a series is never judged so."""
    found = words(name.stem)
    if name.numbered or not found:
        return None
    if found[-1] == "data" and "schema" not in found:
        return "data, not schema"
    surely = len(found) == 1 or (_TESTS.intersection(found) and _DATABASES.intersection(found))
    return data_hint(name) if surely else None


def data_hint(name: SqlName) -> str | None:
    """What a word of the name says of rows; true only of a file that makes no table."""
    return next((f"{_DATA[word]}, not schema" for word in words(name.stem) if word in _DATA), None)


def other_dialect(name: SqlName) -> str | None:
    """The SQL a name or folder speaks when it is none that dblint reads."""
    last = name.stem.lower().rpartition(".")[2] if "." in name.stem else ""
    spoken = [last, *reversed(name.path.lower().split("/")[:-1])]
    return next((_OTHER_DIALECTS[word] for word in spoken if word in _OTHER_DIALECTS), None)


def put_aside(path: str) -> bool:
    """Whether a name ends as files do that somebody took out of use."""
    return path.lower().endswith(_LEFT_ENDINGS)


def _split_endings(name: str) -> tuple[str, Dialect | None]:
    """``00001-a.sqlite.sql`` → ``00001-a``, sqlite; ``x.up.sql`` → ``x``; ``x.down.sql`` keeps its ``.down``."""
    lowered = name.lower()
    for ending in _LEFT_ENDINGS:
        lowered = lowered.removesuffix(ending)
    dialect: Dialect | None = None
    ending = next((one for one in sorted(_ENDINGS, key=len, reverse=True) if lowered.endswith(one)), "")
    if ending.count(".") == 2 or ending in (".pgsql", ".psql"):
        dialect = DIALECT_WORDS[ending.rpartition(".")[2]]
    stem = name[: len(lowered) - len(ending)]
    head, _, last = stem.rpartition(".")
    if head and last.lower() in DIALECT_WORDS:
        stem, dialect = head, DIALECT_WORDS[last.lower()]
    return (stem[:-3] if stem.lower().endswith(".up") else stem), dialect
