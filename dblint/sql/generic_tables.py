"""CREATE TABLE and CREATE INDEX of MySQL, MariaDB and SQLite."""

from __future__ import annotations

from dataclasses import replace

from dblint.sql.definitions import ColumnDefinition, Constraint, Like, NotNull, ObjectName, PrimaryKey, TypeName
from dblint.sql.generic_columns import column, index_keys, is_constraint, table_constraint, unique_name
from dblint.sql.generic_cursor import Cursor, UnexpectedError
from dblint.sql.generic_queries import query
from dblint.sql.statements import CreateIndex, CreateTable, CreateTableAs, Statement

_EVERYTHING = frozenset({"defaults", "constraints", "indexes", "identity", "generated"})
_COLUMN_MODULES = ("fts3", "fts4", "fts5", "rtree", "rtree_i32")


def create_table(cursor: Cursor, temporary: bool) -> list[Statement]:
    """After ``CREATE TABLE``: the table, and the indexes MySQL writes inside it that are no plain constraints."""
    guarded = cursor.take("IF", "NOT", "EXISTS")
    name = cursor.object_name()
    temporary = temporary or (name.schema or "").lower() == "temp"
    table = CreateTable(cursor.place, name, (), temporary=temporary, if_not_exists=guarded)
    copied = _like(cursor)
    if copied is not None:
        return [replace(table, columns=(copied,))]
    if not _has_definitions(cursor):
        return [_as_query(cursor, table)]
    columns: list[ColumnDefinition] = []
    constraints: list[Constraint] = []
    indexes: list[Statement] = []
    for item in cursor.items():
        if not is_constraint(item):
            columns.append(column(item, name)[0])
            continue
        made = table_constraint(item, name)
        if isinstance(made, CreateIndex):
            indexes.append(made)
        elif made is not None:
            constraints.append(made)
    if cursor.script.dialect == "sqlite":
        options = _options(cursor)
        columns = _with_sqlite_keys(columns, constraints, options)
        table = replace(table, strict="STRICT" in options)
    return [replace(table, columns=tuple(columns), constraints=tuple(constraints)), *indexes]


def _like(cursor: Cursor) -> Like | None:
    """MySQL's ``LIKE other``, which copies all but foreign keys."""
    inside = cursor.sign("(") and cursor.word(1) == "LIKE" and cursor.script.dialect == "mysql"
    if inside:
        cursor.next()
    if not (inside or cursor.at("LIKE")):
        return None
    cursor.expect("LIKE")
    return Like(cursor.object_name(), _EVERYTHING)


def _has_definitions(cursor: Cursor) -> bool:
    return cursor.sign("(") and cursor.word(1) not in ("SELECT", "WITH")


def _as_query(cursor: Cursor, table: CreateTable) -> CreateTableAs:
    while not (cursor.done or cursor.at("AS") or cursor.at("SELECT") or cursor.at("WITH") or cursor.sign("(")):
        cursor.next()
    cursor.take("AS")
    if cursor.done:
        raise UnexpectedError("a table without columns")
    return CreateTableAs(table.place, table.name, query(cursor), (), table.temporary, table.if_not_exists)


def _options(cursor: Cursor) -> frozenset[str]:
    """SQLite's words after the parentheses."""
    return frozenset(token.word for token in cursor.tokens[cursor.index :])


def _with_sqlite_keys(
    columns: list[ColumnDefinition], constraints: list[Constraint], options: frozenset[str]
) -> list[ColumnDefinition]:
    """A single INTEGER key is the rowid and fills itself; any other key of a plain table takes NULL."""
    rowid = "ROWID" not in options
    key = next((one.columns for one in constraints if isinstance(one, PrimaryKey)), ())
    if not rowid and not key and not any(isinstance(each, PrimaryKey) for one in columns for each in one.constraints):
        raise UnexpectedError("a table WITHOUT ROWID needs a primary key")
    if rowid and len(key) == 1:
        columns = [
            replace(one, auto_increment=True) if _is(one, key[0]) and _is_integer(one) else one for one in columns
        ]
    if not rowid or "STRICT" in options:
        return [replace(one, nullable=None, auto_increment=rowid and one.auto_increment) for one in columns]
    return [_with_open_key(one, key) for one in columns]


def _with_open_key(one: ColumnDefinition, key: tuple[str, ...]) -> ColumnDefinition:
    in_key = any(_is(one, name) for name in key) or any(isinstance(each, PrimaryKey) for each in one.constraints)
    required = any(isinstance(each, NotNull) for each in one.constraints)
    if one.auto_increment:
        return replace(one, nullable=None)
    return replace(one, nullable=True) if in_key and not required else one


def _is(one: ColumnDefinition, name: str) -> bool:
    return one.name.lower() == name.lower()


def _is_integer(one: ColumnDefinition) -> bool:
    return one.type is not None and one.type.name.upper() == "INTEGER" and not one.type.modifiers


def create_virtual_table(cursor: Cursor) -> list[Statement]:
    """SQLite's full text and range indexes, whose columns are written as a table's are."""
    guarded = cursor.take("IF", "NOT", "EXISTS")
    name = cursor.object_name()
    cursor.expect("USING")
    module = cursor.name().lower()
    if module not in _COLUMN_MODULES:
        raise UnexpectedError(f"the columns of a {module} table are not written down")
    names = [item for item in cursor.items() if item.is_name() and not item.sign("=", 1)]
    columns = tuple(ColumnDefinition(item.name(), TypeName(None, ""), item.here) for item in names)
    return [CreateTable(cursor.place, name, columns, if_not_exists=guarded)]


def create_index(cursor: Cursor, unique: bool) -> list[Statement]:
    """After ``CREATE … INDEX``."""
    guarded = cursor.take("IF", "NOT", "EXISTS")
    unnamed = cursor.script.dialect == "postgres" and cursor.at("ON")
    name = ObjectName(None, "", cursor.here) if unnamed else cursor.object_name()
    while not (cursor.done or cursor.at("ON")):
        cursor.next()
    cursor.expect("ON")
    cursor.take("ONLY")
    table = cursor.object_name()
    if not cursor.sign("("):
        cursor.expect("USING")
        cursor.next()
    keys = index_keys(cursor)
    predicate = None
    if cursor.take("WHERE"):
        predicate = cursor.text(cursor.tokens[cursor.index :])
    known = None if unnamed else unique_name(cursor.script.dialect, table, name.name)
    return [CreateIndex(cursor.place, known, _beside(table, name), keys, unique, predicate, if_not_exists=guarded)]


def _beside(table: ObjectName, index: ObjectName) -> ObjectName:
    """SQLite writes the schema at the index."""
    return replace(table, schema=index.schema) if table.schema is None and index.schema is not None else table
