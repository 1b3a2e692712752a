"""The front-end of MySQL, MariaDB and SQLite, and of PostgreSQL where libpg_query has no wheel: text to our statements.

sqlglot gives the tokens and reads the queries. Its statement parser is not asked: it loses types as written and leaves
``RENAME TABLE``, ``WITHOUT ROWID``, ``ON CONFLICT`` and many more as opaque commands.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from dblint.source import Source
from dblint.sql.generic_alter import alter_table, drop, rename_tables
from dblint.sql.generic_cursor import Cursor, UnexpectedError
from dblint.sql.generic_queries import query
from dblint.sql.generic_routines import create_routine, create_trigger
from dblint.sql.generic_tables import create_index, create_table, create_virtual_table
from dblint.sql.generic_tokens import Refused, Token, script
from dblint.sql.generic_tokens import statements as token_statements
from dblint.sql.statements import (
    AddEnumValue,
    CreateEnum,
    CreateSchema,
    CreateView,
    SetSearchPath,
    Statement,
    Transaction,
    TransactionWord,
    Unreadable,
)

_NO_SAY = frozenset(
    word
    for line in (
        "INSERT REPLACE UPDATE DELETE SELECT WITH VALUES SET PRAGMA LOCK UNLOCK GRANT REVOKE ANALYZE VACUUM REINDEX",
        "ATTACH",
        "DETACH EXPLAIN OPTIMIZE FLUSH SHOW DESCRIBE DESC LOAD CALL TRUNCATE CHECK REPAIR HANDLER DO KILL",
        "PREPARE EXECUTE",
        "DEALLOCATE IMPORT INSTALL RESET PURGE CACHE COMMENT TABLE XA SIGNAL BINLOG COPY NOTIFY LISTEN DISCARD REFRESH",
        "CLUSTER REASSIGN SECURITY CHECKSUM UNINSTALL SHUTDOWN RESTART CLONE HELP",
    )
    for word in line.split()
)
_TRANSACTIONS: dict[str, TransactionWord] = {
    "BEGIN": "begin",
    "START": "begin",
    "COMMIT": "commit",
    "END": "commit",
    "ROLLBACK": "rollback",
}
_PREFIXES = ("ALGORITHM", "DEFINER", "SQL")


def statements(source: Source, dialect: str) -> tuple[Statement, ...]:
    """The statements of a source that concern a catalog, in order; what cannot be read is ``Unreadable``."""
    read = script(source, dialect)
    made: list[Statement] = []
    for tokens in token_statements(read):
        if isinstance(tokens, Refused):
            made.append(Unreadable(tokens.place, tokens.reason))
        else:
            made.extend(_statement(Cursor(read, tokens), tokens))
    return tuple(made)


def _statement(cursor: Cursor, tokens: tuple[Token, ...]) -> Iterable[Statement]:
    word = tokens[0].word
    if word in _NO_SAY:
        return ()
    read = _READERS.get(word)
    try:
        if read is None:
            raise cursor.unexpected()
        cursor.next()
        return read(cursor)
    except UnexpectedError as error:
        return (Unreadable(cursor.place, str(error)),)
    except RecursionError:
        return (Unreadable(cursor.place, "nested too deeply"),)


def _create(cursor: Cursor) -> list[Statement]:
    replace = cursor.take("OR", "REPLACE")
    temporary = bool(cursor.take_any("TEMPORARY", "TEMP"))
    cursor.take_any("UNLOGGED", "GLOBAL", "LOCAL")
    _pass_prefixes(cursor)
    if cursor.take("TABLE"):
        return create_table(cursor, temporary)
    if cursor.take("VIRTUAL", "TABLE"):
        return create_virtual_table(cursor)
    if cursor.take("VIEW") or cursor.take("MATERIALIZED", "VIEW"):
        return _create_view(cursor, replace, temporary)
    unique = cursor.take("UNIQUE")
    cursor.take_any("FULLTEXT", "SPATIAL", "VECTOR", "ONLINE", "OFFLINE")
    if cursor.take("INDEX"):
        cursor.take("CONCURRENTLY")
        return create_index(cursor, unique)
    return _create_other(cursor, replace)


def _pass_prefixes(cursor: Cursor) -> None:
    """``ALGORITHM = x``, ``DEFINER = `a`@`b```, ``SQL SECURITY x`` before VIEW, TRIGGER and routines."""
    while cursor.word() in _PREFIXES:
        while not (cursor.done or cursor.word() in ("VIEW", "TRIGGER", "FUNCTION", "PROCEDURE", "EVENT", "AGGREGATE")):
            cursor.next()
    cursor.take("AGGREGATE")


def _create_other(cursor: Cursor, replace: bool) -> list[Statement]:
    if cursor.take_any("DATABASE", "SCHEMA"):
        guarded = cursor.take("IF", "NOT", "EXISTS")
        return [CreateSchema(cursor.place, cursor.name(), guarded)]
    if cursor.word() in ("FUNCTION", "PROCEDURE"):
        return create_routine(cursor, replace)
    if cursor.take("TRIGGER"):
        return create_trigger(cursor)
    if cursor.take("TYPE"):
        return _create_type(cursor)
    if cursor.script.dialect == "postgres" and cursor.word() in ("DOMAIN", "AGGREGATE", "FOREIGN"):
        raise UnexpectedError(f"CREATE {cursor.word()} is read by libpg_query only, which is not installed")
    return []


def _create_type(cursor: Cursor) -> list[Statement]:
    name = cursor.object_name()
    if cursor.take("AS", "ENUM"):
        return [CreateEnum(cursor.place, name, tuple(token.text for token in cursor.group() if token.kind == "string"))]
    raise UnexpectedError("this type is read by libpg_query only, which is not installed")


def _alter_type(cursor: Cursor) -> list[Statement]:
    name = cursor.object_name()
    if not cursor.take("ADD", "VALUE"):
        raise UnexpectedError("this change of a type is read by libpg_query only, which is not installed")
    guarded = cursor.take("IF", "NOT", "EXISTS")
    value = cursor.next().text
    side = cursor.take_any("BEFORE", "AFTER")
    neighbour = cursor.next().text if side else None
    return [AddEnumValue(cursor.place, name, value, neighbour, side == "AFTER", guarded)]


def _create_view(cursor: Cursor, replace: bool, temporary: bool) -> list[Statement]:
    guarded = cursor.take("IF", "NOT", "EXISTS")
    name = cursor.object_name()
    columns = cursor.names_in_parentheses() if cursor.sign("(") else ()
    cursor.expect("AS")
    place = cursor.place
    return [CreateView(place, name, query(cursor), columns, False, replace, temporary, guarded)]


def _alter(cursor: Cursor) -> list[Statement]:
    cursor.take_any("ONLINE", "OFFLINE", "IGNORE")
    if cursor.take("TABLE"):
        return alter_table(cursor)
    _pass_prefixes(cursor)
    if cursor.take("VIEW") and cursor.script.dialect == "mysql":
        return _create_view(cursor, True, False)
    if cursor.take("TYPE"):
        return _alter_type(cursor)
    if cursor.script.dialect == "postgres" and cursor.word() in ("DOMAIN", "VIEW", "MATERIALIZED"):
        raise UnexpectedError(f"ALTER {cursor.word()} is read by libpg_query only, which is not installed")
    return []


def _rename(cursor: Cursor) -> list[Statement]:
    return rename_tables(cursor) if cursor.take_any("TABLE", "TABLES") else []


def _use(cursor: Cursor) -> list[Statement]:
    return [SetSearchPath(cursor.place, (cursor.name(),))]


def _transaction(cursor: Cursor) -> list[Statement]:
    word = cursor.tokens[0].word
    if cursor.take("TRANSACTION", "TO") or cursor.take("TO"):
        cursor.take("SAVEPOINT")
        return [Transaction(cursor.place, "rollback to", cursor.name())]
    return [Transaction(cursor.place, _TRANSACTIONS[word])]


def _savepoint(cursor: Cursor) -> list[Statement]:
    word: TransactionWord = "release" if cursor.tokens[0].word == "RELEASE" else "savepoint"
    cursor.take("SAVEPOINT")
    return [Transaction(cursor.place, word, cursor.name())]


_READERS: dict[str, Callable[[Cursor], list[Statement]]] = {
    "CREATE": _create,
    "ALTER": _alter,
    "DROP": drop,
    "RENAME": _rename,
    "USE": _use,
    "BEGIN": _transaction,
    "START": _transaction,
    "COMMIT": _transaction,
    "END": _transaction,
    "ROLLBACK": _transaction,
    "SAVEPOINT": _savepoint,
    "RELEASE": _savepoint,
}
