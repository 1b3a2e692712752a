"""Columns and constraints of MySQL, MariaDB and SQLite, as they stand in CREATE and ALTER TABLE."""

from __future__ import annotations

from dataclasses import dataclass, replace

from dblint.source import Place
from dblint.sql.definitions import (
    CheckConstraint,
    ColumnDefinition,
    Constraint,
    IndexKey,
    NotNull,
    ObjectName,
    PrimaryKey,
    References,
    TypeName,
    Unique,
)
from dblint.sql.generic_cursor import Cursor
from dblint.sql.generic_types import type_name
from dblint.sql.statements import CreateIndex

_TABLE_WORDS = {
    "sqlite": frozenset({"CONSTRAINT", "PRIMARY", "UNIQUE", "CHECK", "FOREIGN"}),
    "mysql": frozenset(
        word
        for line in ("CONSTRAINT PRIMARY UNIQUE CHECK FOREIGN INDEX KEY FULLTEXT SPATIAL PERIOD VECTOR",)
        for word in line.split()
    ),
    "postgres": frozenset({"CONSTRAINT", "PRIMARY", "UNIQUE", "CHECK", "FOREIGN", "EXCLUDE", "LIKE"}),
}
_MAY_BE_NAMES = {"PERIOD": ("FOR",), "VECTOR": ("INDEX", "KEY")}
_IGNORED_VALUES = ("COMMENT", "COLLATE", "COLUMN_FORMAT", "STORAGE", "CHARSET", "SRID", "REF_SYSTEM_ID")
_IGNORED = ("VISIBLE", "INVISIBLE", "BINARY", "ASCII", "UNICODE", "VIRTUAL", "COMPRESSED", "ASC", "DESC")


@dataclass(frozen=True, slots=True)
class Position:
    """Where MySQL puts a column: after which, "" for the front, None for the end."""

    after: str | None = None


def is_constraint(item: Cursor) -> bool:
    """Whether an item of a table's parentheses is a constraint or index rather than a column."""
    word = item.word()
    if word not in _TABLE_WORDS[item.script.dialect]:
        return False
    return word not in _MAY_BE_NAMES or item.word(1) in _MAY_BE_NAMES[word]


def column(cursor: Cursor, table: ObjectName) -> tuple[ColumnDefinition, Position]:
    """One column, and where MySQL is to put it."""
    place = cursor.here
    name = cursor.name()
    type_ = type_name(cursor)
    made = ColumnDefinition(name, type_, place)
    if type_.name == "serial" and cursor.script.dialect == "mysql":
        made = replace(
            made,
            type=TypeName(None, "bigint unsigned"),
            auto_increment=True,
            constraints=(NotNull(place, None, name), Unique(place, f"{table.name}.{name}", (name,))),
        )
    position = Position()
    while not cursor.done:
        if cursor.take("FIRST"):
            position = Position("")
        elif cursor.take("AFTER"):
            position = Position(cursor.name())
        else:
            made = _attribute(cursor, made, table)
    return _with_implied_default(made, cursor.script.dialect), position


def _with_implied_default(made: ColumnDefinition, dialect: str) -> ColumnDefinition:
    """MySQL gives a NOT NULL enum its first value, in strict mode too."""
    type_ = made.type
    required = any(isinstance(one, NotNull) for one in made.constraints)
    values = type_.values if type_ is not None and type_.name == "enum" else None
    if dialect == "mysql" and required and values and made.default is None and made.generated is None:
        return replace(made, default="'" + values[0].replace("'", "''") + "'")
    return made


def _attribute(cursor: Cursor, made: ColumnDefinition, table: ObjectName) -> ColumnDefinition:
    """The column with what the next clause says of it."""
    if cursor.take("DEFAULT"):
        return replace(made, default=_default(cursor))
    if cursor.take_any("AUTO_INCREMENT", "AUTOINCREMENT"):
        return replace(made, auto_increment=True)
    if cursor.at("GENERATED") or cursor.at("AS"):
        return _generated(cursor, made)
    if cursor.at("ON", "UPDATE"):
        cursor.take("ON", "UPDATE")
        expression(cursor)
        return made
    if _pass_by(cursor):
        return made
    return _constrained(cursor, made, table)


def _pass_by(cursor: Cursor) -> bool:
    """Passes by a clause that no catalog cares about."""
    if cursor.take_any(*_IGNORED_VALUES):
        cursor.take_sign("=")
        cursor.next()
        return True
    if cursor.take("CHARACTER", "SET"):
        cursor.next()
        return True
    if cursor.take("ON", "CONFLICT"):
        cursor.next()
        return True
    if cursor.take("WITHOUT", "SYSTEM", "VERSIONING") or cursor.take("WITH", "SYSTEM", "VERSIONING"):
        return True
    return bool(cursor.take_any(*_IGNORED))


def _constrained(cursor: Cursor, made: ColumnDefinition, table: ObjectName) -> ColumnDefinition:
    named = cursor.name() if cursor.take("CONSTRAINT") and not _is_clause(cursor) else None
    place = cursor.here
    if cursor.take("NOT", "NULL"):
        return _and(made, NotNull(place, named, made.name))
    if cursor.take("NULL"):
        return replace(made, nullable=True)
    if cursor.take("PRIMARY", "KEY") or cursor.take("KEY"):
        descending = cursor.at("DESC")
        made = _and(made, PrimaryKey(place, named, (made.name,)))
        return replace(made, auto_increment=made.auto_increment or _is_rowid(cursor, made, descending))
    if cursor.take("UNIQUE"):
        cursor.take("KEY")
        return _and(made, Unique(place, unique_name(cursor.script.dialect, table, named, made.name), (made.name,)))
    if cursor.take("CHECK"):
        return _and(made, _check(cursor, place, named))
    if cursor.at("REFERENCES"):
        return _and(made, _references(cursor, place, named, (made.name,)))
    raise cursor.unexpected()


def _is_clause(cursor: Cursor) -> bool:
    return cursor.word() in ("CHECK", "PRIMARY", "UNIQUE", "REFERENCES", "NOT", "FOREIGN")


def _and(made: ColumnDefinition, constraint: Constraint) -> ColumnDefinition:
    return replace(made, constraints=(*made.constraints, constraint))


def _is_rowid(cursor: Cursor, made: ColumnDefinition, descending: bool) -> bool:
    """SQLite fills an INTEGER PRIMARY KEY by itself, for it is the rowid; not so when it is declared DESC."""
    type_ = made.type
    is_integer = type_ is not None and type_.name.upper() == "INTEGER" and not type_.modifiers
    return cursor.script.dialect == "sqlite" and is_integer and not descending


def _generated(cursor: Cursor, made: ColumnDefinition) -> ColumnDefinition:
    if cursor.take("GENERATED", "BY", "DEFAULT", "AS", "IDENTITY"):
        return _identity(cursor, replace(made, identity="by default"))
    cursor.take("GENERATED", "ALWAYS")
    cursor.expect("AS")
    if cursor.take("IDENTITY"):
        return _identity(cursor, replace(made, identity="always"))
    formula = cursor.text(cursor.group())
    stored = bool(cursor.take_any("STORED", "PERSISTENT"))
    if not stored:
        cursor.take("VIRTUAL")
    return replace(made, generated=formula, stored=stored)


def _identity(cursor: Cursor, made: ColumnDefinition) -> ColumnDefinition:
    if cursor.sign("("):
        cursor.group()
    return made


# Expressions


def _default(cursor: Cursor) -> str | None:
    """The default's text; None for NULL, which is what a column without one has."""
    text = expression(cursor)
    return None if text.upper() == "NULL" else text


def expression(cursor: Cursor) -> str:
    """A literal, a signed number, a call or anything in parentheses, as text."""
    start = cursor.index
    if cursor.sign("("):
        inside = cursor.group()
        if cursor.done or not _goes_on(cursor):
            return cursor.text(inside)
    else:
        while cursor.sign("-") or cursor.sign("+"):
            cursor.next()
        cursor.next()
        while cursor.take_sign("."):
            cursor.next()
        if cursor.sign("("):
            cursor.group()
    while _goes_on(cursor):
        cursor.next()
        type_name(cursor)
    return cursor.text(cursor.tokens[start : cursor.index])


def _goes_on(cursor: Cursor) -> bool:
    return cursor.sign("::")


# Constraints


def unique_name(dialect: str, table: ObjectName, name: str | None, first_column: str | None = None) -> str | None:
    """MySQL's index names belong to their table and default to its first column; the catalog's belong to the schema."""
    if dialect != "mysql":
        return name
    return f"{table.name}.{name or first_column}"


def table_constraint(cursor: Cursor, table: ObjectName) -> Constraint | CreateIndex | None:
    """A constraint of the table, the unique index that MySQL writes as one, or None for an index without a say."""
    place = cursor.here
    named = cursor.name() if cursor.take("CONSTRAINT") and not _is_clause(cursor) else None
    if cursor.take("PRIMARY", "KEY"):
        _pass_index_type(cursor)
        keys = index_keys(cursor)
        return PrimaryKey(place, named, tuple(key.column for key in keys if key.column is not None))
    if cursor.take("UNIQUE"):
        return _unique(cursor, table, place, named)
    if cursor.take("FOREIGN", "KEY"):
        if not cursor.sign("("):
            named = named or cursor.name()
        return _references(cursor, place, named, cursor.names_in_parentheses())
    if cursor.take("CHECK"):
        return _check(cursor, place, named)
    return None


def _unique(cursor: Cursor, table: ObjectName, place: Place, named: str | None) -> Constraint | CreateIndex:
    if cursor.script.dialect == "mysql":
        cursor.take_any("KEY", "INDEX")
        if not cursor.sign("(") and cursor.word() != "USING":
            named = cursor.name()
        _pass_index_type(cursor)
    keys = index_keys(cursor)
    columns = tuple(key.column for key in keys if key.column is not None)
    name = unique_name(cursor.script.dialect, table, named, columns[0] if columns else None)
    if len(columns) == len(keys):
        return Unique(place, name, columns)
    return CreateIndex(place, name, table, keys, unique=True)


def _pass_index_type(cursor: Cursor) -> None:
    if not cursor.sign("(") and cursor.word() != "USING":
        cursor.name()
    if cursor.take("USING"):
        cursor.next()


def index_keys(cursor: Cursor) -> tuple[IndexKey, ...]:
    """The keys of an index; a prefix of a column is an expression."""
    return tuple(_index_key(item) for item in cursor.items())


def _index_key(item: Cursor) -> IndexKey:
    if item.sign("("):
        return IndexKey(None, item.text(item.group()))
    end = len(item.tokens)
    while end > 1 and item.tokens[end - 1].word in ("ASC", "DESC"):
        end -= 1
    tokens = item.tokens[:end]
    if len(tokens) == 1:
        return IndexKey(item.name())
    if len(tokens) == 4 and tokens[2].kind == "number" and tokens[1].text == "(":
        return IndexKey(None, f"left({item.text(tokens[:1])}, {tokens[2].text})")
    if len(tokens) == 3 and tokens[1].word == "COLLATE":
        return IndexKey(item.name())
    return IndexKey(None, item.text(tokens))


def _check(cursor: Cursor, place: Place, named: str | None) -> CheckConstraint:
    formula = cursor.text(cursor.group())
    enforced = not cursor.take("NOT", "ENFORCED")
    cursor.take("ENFORCED")
    if cursor.take("ON", "CONFLICT"):
        cursor.next()
    return CheckConstraint(place, named, formula, enforced)


def _references(cursor: Cursor, place: Place, named: str | None, columns: tuple[str, ...]) -> References:
    cursor.expect("REFERENCES")
    table = cursor.object_name()
    references = cursor.names_in_parentheses() if cursor.sign("(") else ()
    while _pass_by_reference(cursor):
        pass
    return References(place, named, columns, table, references)


def _pass_by_reference(cursor: Cursor) -> bool:
    """Passes by one of the clauses that follow a foreign key."""
    if cursor.take("MATCH"):
        cursor.next()
        return True
    if cursor.at("ON", "DELETE") or cursor.at("ON", "UPDATE"):
        cursor.take("ON")
        cursor.next()
        if not (cursor.take("SET", "NULL") or cursor.take("SET", "DEFAULT") or cursor.take("NO", "ACTION")):
            cursor.next()
        return True
    if cursor.take("NOT", "DEFERRABLE") or cursor.take("DEFERRABLE"):
        return True
    return cursor.take("INITIALLY", "DEFERRED") or cursor.take("INITIALLY", "IMMEDIATE")
