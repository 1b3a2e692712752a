"""The system catalog's rows as far as the working state tells them: what a block asks before it acts."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from dblint.catalog.model import Type
from dblint.catalog.replay import types
from dblint.catalog.replay.objects import Column, Constraint, Index, Relation, Routine, Trigger
from dblint.catalog.replay.objects import Sequence as SequenceObject
from dblint.catalog.replay.state import TEMPORARY, State, is_table
from dblint.catalog.type_names import internal_name
from dblint.sql.world import UNKNOWN_VALUE, Unknown


@dataclass(frozen=True, slots=True)
class Oid:
    """The number of an object, whatever it is."""

    thing: object


@dataclass(frozen=True, slots=True)
class Outside:
    """The name or the number of something that the project does not make."""


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """Any schema but those where all is the project's."""


@dataclass(frozen=True, slots=True)
class Positive:
    """A number of which only its sign is known."""


@dataclass(frozen=True, slots=True)
class Modifier:
    """A column's ``atttypmod``."""

    type: Type | None


Value: TypeAlias = str | int | bool | Oid | Outside | Elsewhere | Positive | Modifier | Type | Unknown | None


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a system table; not ``sure``: there may be no such row. ``outside``: it is not about the project.

    ``asked`` is the column whose mention alone makes the row worth a thought.
    """

    values: dict[str, Value]
    sure: bool = True
    outside: bool = False
    asked: str | None = None

    def get(self, name: str) -> Value:
        return self.values.get(name, UNKNOWN_VALUE)


Reader = Callable[[State], Iterator[Row]]
Wanted = Mapping[str, str]
"""What columns must be; rows that surely are not so may be left out."""

_UNKNOWN = UNKNOWN_VALUE
_SHOWN_KINDS = {"table": "BASE TABLE", "partitioned table": "BASE TABLE", "foreign table": "FOREIGN", "view": "VIEW"}
_LETTERS = {
    "table": "r",
    "partitioned table": "p",
    "foreign table": "f",
    "view": "v",
    "materialized view": "m",
    "composite": "c",
}
_CONSTRAINTS = {"primary": "PRIMARY KEY", "unique": "UNIQUE", "check": "CHECK", "foreign": "FOREIGN KEY"}
_CONSTRAINT_LETTERS = {"primary": "p", "unique": "u", "check": "c", "foreign": "f", "exclusion": "x", "not null": "n"}
_TYPE_LETTERS = {"enum": "e", "domain": "d", "range": "r", "base": "b"}
_LENGTHS = frozenset({"character varying", "character", "bit", "bit varying"})
_FIXED_PRECISION = {"smallint": 16, "integer": 32, "bigint": 64, "real": 24, "double precision": 53}


def _relations(state: State) -> Iterator[tuple[Relation, bool]]:
    for key, one in state.relations.items():
        if isinstance(one, Relation) and one.schema != TEMPORARY:
            yield one, one.certain and key not in state.unsure


def _shown(state: State) -> Iterator[tuple[Relation, bool]]:
    """The relations that information_schema shows; of one the project only alters the kind is not known."""
    return ((one, sure) for one, sure in _relations(state) if one.kind in _SHOWN_KINDS)


def _elsewhere(state: State, name: str, schema: str, **more: Value) -> Iterator[Row]:
    """The rows about what the project does not make: any name it does not make in any schema, any in other schemas."""
    known: Value = _UNKNOWN if state.dynamic else Outside()
    place: Value = _UNKNOWN if state.dynamic else Elsewhere()
    system: Value = Oid("pg_catalog") if "oid" in more else "pg_catalog"
    yield Row({name: known, schema: place, **more}, False, True)
    yield Row({name: Outside(), schema: system, **more}, False)
    yield Row({name: _UNKNOWN, schema: Outside(), **more}, False, True, schema)
    for other in _names_outside(state):
        yield Row({name: other, schema: Outside(), **more}, False, True)


def _names_outside(state: State) -> set[str]:
    """Names of tables that stand in schemas the project does not own, and that it speaks of."""
    found: set[str] = set()
    for one in state.relations.values():
        if isinstance(one, Relation):
            found.update(key.target_name[1] for key in one.constraints if key.kind == "foreign" and key.target is None)
            if not one.complete and one.kind == "table":
                found.add(one.name)
    return found


# information_schema


def _tables(state: State) -> Iterator[Row]:
    for one, sure in _shown(state):
        kind = _SHOWN_KINDS[one.kind] if one.complete else _UNKNOWN
        yield Row({"table_schema": one.schema, "table_name": one.name, "table_type": kind}, sure)
    yield from _elsewhere(state, "table_name", "table_schema")


def _views(state: State) -> Iterator[Row]:
    for one, sure in _relations(state):
        if one.kind == "view":
            yield Row({"table_schema": one.schema, "table_name": one.name}, sure)
    yield from _elsewhere(state, "table_name", "table_schema")


def _columns(state: State, wanted: Wanted) -> Iterator[Row]:
    for one, sure in _shown(state):
        if one.name != wanted.get("table_name", one.name):
            continue
        for column in _named(one, wanted.get("column_name")):
            values = {"table_schema": one.schema, "table_name": one.name, "column_name": column.name}
            yield Row({**values, **_column_facts(state, one, column)}, sure and column.certain)
        if not one.complete:
            yield Row({"table_schema": one.schema, "table_name": one.name}, False)
    yield from _elsewhere(state, "table_name", "table_schema")


def _column_facts(state: State, relation: Relation, column: Column) -> dict[str, Value]:
    view = relation.kind == "view"
    facts: dict[str, Value] = {"column_default": None if column.default is None else _UNKNOWN}
    if not relation.complete:
        return {}
    facts["is_nullable"] = "YES" if column.nullable or view else "NO"
    facts["is_identity"] = "YES" if column.identity is not None else "NO"
    facts["is_generated"] = "ALWAYS" if column.generated is not None else "NEVER"
    type_ = types.plain(column.type, state.default_path)
    if type_ is None or type_.kind in ("domain", "opaque"):
        return facts
    own = type_.kind == "base" and type_.schema is None
    facts["data_type"] = "ARRAY" if type_.dimensions else type_.name if own else "USER-DEFINED"
    facts["udt_name"] = ("_" if type_.dimensions else "") + (internal_name(type_) if own else type_.name)
    facts.update(_sizes(type_))
    return facts


def _sizes(type_: Type) -> dict[str, Value]:
    name = "" if type_.dimensions else type_.name
    first = type_.modifiers[0] if type_.modifiers else ""
    number = int(first) if first.isdigit() else None
    length = number if name in _LENGTHS else None
    scale = type_.modifiers[1] if name == "numeric" and len(type_.modifiers) > 1 else None
    return {
        "character_maximum_length": length,
        "numeric_precision": number if name == "numeric" else _FIXED_PRECISION.get(name),
        "numeric_scale": int(scale) if scale is not None and scale.lstrip("-").isdigit() else _UNKNOWN,
    }


def _constraints(state: State) -> Iterator[tuple[Relation, Constraint, bool]]:
    for relation, sure in _relations(state):
        for one in relation.constraints:
            yield relation, one, sure


def _partly_known(state: State, **columns: str) -> Iterator[Row]:
    """What a table that the project only alters may have besides."""
    for relation, _ in _relations(state):
        if not relation.complete or state.dynamic:
            given: dict[str, Value] = {"schema": relation.schema, "table": relation.name, "oid": Oid(relation)}
            yield Row({column: given[what] for what, column in columns.items()}, False)


def _table_constraints(state: State) -> Iterator[Row]:
    for relation, one, sure in _constraints(state):
        if one.kind in _CONSTRAINTS:
            yield Row({**_constraint_names(relation, one), "constraint_type": _CONSTRAINTS[one.kind]}, sure)
    yield from _partly_known(state, schema="table_schema", table="table_name")


def _constraint_names(relation: Relation, one: Constraint) -> dict[str, Value]:
    schema = relation.schema
    return {
        "table_schema": schema,
        "constraint_schema": schema,
        "table_name": relation.name,
        "constraint_name": one.name,
    }


def _key_columns(state: State) -> Iterator[Row]:
    for relation, one, sure in _constraints(state):
        if one.kind in ("primary", "unique", "foreign"):
            for column in one.columns:
                yield Row({**_constraint_names(relation, one), "column_name": column.name}, sure)
    yield from _partly_known(state, schema="table_schema", table="table_name")


def _routines(state: State) -> Iterator[Row]:
    for one in _every_routine(state):
        kind = "PROCEDURE" if one.kind == "procedure" else "FUNCTION"
        yield Row({"routine_schema": one.schema, "routine_name": one.name, "routine_type": kind}, one.certain)
    yield from _elsewhere(state, "routine_name", "routine_schema")


def _every_routine(state: State) -> Iterator[Routine]:
    for overloads in state.routines.values():
        yield from overloads


def _schemata(state: State) -> Iterator[Row]:
    yield from (Row({"schema_name": name}) for name, there in state.schemas.items() if there)
    yield Row({"schema_name": Outside()}, False, True)


def _triggers(state: State) -> Iterator[tuple[Relation, Trigger, bool]]:
    for relation, sure in _relations(state):
        for one in relation.triggers:
            yield relation, one, sure


def _shown_triggers(state: State) -> Iterator[Row]:
    for relation, one, sure in _triggers(state):
        names: dict[str, Value] = {"trigger_schema": relation.schema, "event_object_schema": relation.schema}
        names.update({"trigger_name": one.name, "event_object_table": relation.name})
        for event in one.events:
            yield Row({**names, "event_manipulation": event.upper()}, sure)
    yield from _partly_known(state, schema="event_object_schema", table="event_object_table")
    yield from (Row({"trigger_name": name}, False) for _, _, name in state.strays)


# pg_catalog


def _pg_tables(state: State) -> Iterator[Row]:
    for one, sure in _relations(state):
        if one.kind in ("table", "partitioned table"):
            yield Row({"schemaname": one.schema, "tablename": one.name}, sure)
    yield from _elsewhere(state, "tablename", "schemaname")


def _pg_views(kind: str, name: str) -> Reader:
    def rows(state: State) -> Iterator[Row]:
        for one, sure in _relations(state):
            if one.kind == kind:
                yield Row({"schemaname": one.schema, name: one.name}, sure)
        yield from _elsewhere(state, name, "schemaname")

    return rows


def _pg_indexes(state: State, wanted: Wanted) -> Iterator[Row]:
    for one in state.relations.values():
        if isinstance(one, Index) and one.table.name == wanted.get("tablename", one.table.name):
            names: dict[str, Value] = {"schemaname": one.schema, "tablename": one.table.name, "indexname": one.name}
            yield Row(names, one.table.certain)
    yield from _partly_known(state, schema="schemaname", table="tablename")


def _sequences(schema: str, name: str) -> Reader:
    def rows(state: State) -> Iterator[Row]:
        for one in state.relations.values():
            if isinstance(one, SequenceObject):
                yield Row({schema: one.schema, name: one.name})
        yield from _elsewhere(state, name, schema)

    return rows


def _pg_namespace(state: State) -> Iterator[Row]:
    for name, there in state.schemas.items():
        if there:
            yield Row({"oid": Oid(name), "nspname": name})
    yield from (Row({"oid": Oid(name), "nspname": name}) for name in ("pg_catalog", "information_schema"))
    yield Row({"oid": Outside(), "nspname": Outside()}, False, True)


def _pg_class(state: State, wanted: Wanted) -> Iterator[Row]:
    for one in state.relations.values():
        if one.schema == TEMPORARY or one.name != wanted.get("relname", one.name):
            continue
        kind: Value = "S" if isinstance(one, SequenceObject) else "i"
        sure = True
        if isinstance(one, Relation):
            kind = _LETTERS[one.kind] if one.complete else _UNKNOWN
            sure = one.certain and (one.schema, one.name) not in state.unsure
        values: dict[str, Value] = {"oid": Oid(one), "relname": one.name, "relnamespace": Oid(one.schema)}
        yield Row({**values, "relkind": kind}, sure)
    yield from _elsewhere(state, "relname", "relnamespace", oid=Outside())


def _named(relation: Relation, name: str | None) -> Sequence[Column]:
    if name is None:
        return relation.columns
    found = relation.column(name)
    return (found,) if found is not None else ()


def _pg_attribute(state: State, wanted: Wanted) -> Iterator[Row]:
    for one, sure in _relations(state):
        for column in _named(one, wanted.get("attname")):
            yield Row(_attribute(state, one, column), sure and column.certain)
        if not one.complete:
            yield Row({"attrelid": Oid(one)}, False)
    yield Row({"attrelid": Outside()}, False, True)


def _attribute(state: State, relation: Relation, column: Column) -> dict[str, Value]:
    type_ = types.plain(column.type, state.default_path)
    values: dict[str, Value] = {"attrelid": Oid(relation), "attname": column.name, "attisdropped": False}
    values["attnum"] = Positive()
    if is_table(relation) and relation.complete:
        values["attnotnull"] = not column.nullable
    return {**values, "atttypid": type_ if type_ is not None else _UNKNOWN, "atttypmod": Modifier(type_)}


def _pg_constraint(state: State) -> Iterator[Row]:
    for relation, one, sure in _constraints(state):
        values: dict[str, Value] = {
            "conname": one.name,
            "conrelid": Oid(relation),
            "connamespace": Oid(relation.schema),
        }
        target = Oid(one.target) if one.target is not None else _UNKNOWN
        yield Row({**values, "contype": _CONSTRAINT_LETTERS[one.kind], "confrelid": target, "oid": Oid(one)}, sure)
    for kind in state.kinds.values():
        for check in kind.checks:
            yield Row({"conname": check.name, "contypid": Oid(kind), "contype": "c", "conrelid": Oid(None)})
    yield from _partly_known(state, oid="conrelid")


def _pg_trigger(state: State) -> Iterator[Row]:
    for relation, one, sure in _triggers(state):
        yield Row({"tgname": one.name, "tgrelid": Oid(relation), "tgisinternal": False}, sure)
    yield from _partly_known(state, oid="tgrelid")
    yield from (Row({"tgname": name}, False) for _, _, name in state.strays)


def _pg_type(state: State) -> Iterator[Row]:
    for kind in state.kinds.values():
        values: dict[str, Value] = {"oid": Oid(kind), "typname": kind.name, "typnamespace": Oid(kind.schema)}
        yield Row({**values, "typtype": _TYPE_LETTERS[kind.kind]})
    for relation, sure in _relations(state):
        values = {"oid": Oid(relation), "typname": relation.name, "typnamespace": Oid(relation.schema)}
        yield Row({**values, "typtype": "c"}, sure)
    yield from _elsewhere(state, "typname", "typnamespace", oid=Outside())


def _pg_enum(state: State) -> Iterator[Row]:
    for kind in state.kinds.values():
        if kind.kind == "enum":
            yield from (Row({"enumtypid": Oid(kind), "enumlabel": value}, kind.complete) for value in kind.values)
            if not kind.complete:
                yield Row({"enumtypid": Oid(kind)}, False)
    yield Row({"enumtypid": Outside()}, False, True)


def _pg_proc(state: State) -> Iterator[Row]:
    for one in _every_routine(state):
        letter = {"function": "f", "procedure": "p", "aggregate": "a"}[one.kind]
        values: dict[str, Value] = {"oid": Oid(one), "proname": one.name, "pronamespace": Oid(one.schema)}
        values["pronargs"] = len(one.inputs)
        yield Row({**values, "prokind": letter}, one.certain)
    yield from _elsewhere(state, "proname", "pronamespace", oid=Outside())


_READERS: dict[tuple[str, str], Reader] = {
    ("information_schema", "tables"): _tables,
    ("information_schema", "views"): _views,
    ("information_schema", "table_constraints"): _table_constraints,
    ("information_schema", "key_column_usage"): _key_columns,
    ("information_schema", "routines"): _routines,
    ("information_schema", "schemata"): _schemata,
    ("information_schema", "triggers"): _shown_triggers,
    ("information_schema", "sequences"): _sequences("sequence_schema", "sequence_name"),
    ("pg_catalog", "pg_tables"): _pg_tables,
    ("pg_catalog", "pg_views"): _pg_views("view", "viewname"),
    ("pg_catalog", "pg_matviews"): _pg_views("materialized view", "matviewname"),
    ("pg_catalog", "pg_sequences"): _sequences("schemaname", "sequencename"),
    ("pg_catalog", "pg_namespace"): _pg_namespace,
    ("pg_catalog", "pg_constraint"): _pg_constraint,
    ("pg_catalog", "pg_trigger"): _pg_trigger,
    ("pg_catalog", "pg_type"): _pg_type,
    ("pg_catalog", "pg_enum"): _pg_enum,
    ("pg_catalog", "pg_proc"): _pg_proc,
}
_CHOOSY_READERS: dict[tuple[str, str], Callable[[State, Wanted], Iterator[Row]]] = {
    ("information_schema", "columns"): _columns,
    ("pg_catalog", "pg_attribute"): _pg_attribute,
    ("pg_catalog", "pg_class"): _pg_class,
    ("pg_catalog", "pg_indexes"): _pg_indexes,
}


def rows_of(state: State, table: tuple[str, str], wanted: Wanted) -> Iterator[Row] | None:
    """The rows of a system table; None for one that the working state does not tell."""
    choosy = _CHOOSY_READERS.get(table)
    if choosy is not None:
        return choosy(state, wanted)
    read = _READERS.get(table)
    return read(state) if read is not None else None
