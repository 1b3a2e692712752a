"""The catalog as JSON: ``dblint schema --format json``, a contract with users."""

from __future__ import annotations

from typing import Any

from dblint.catalog.model import (
    Catalog,
    Check,
    Column,
    Composite,
    Domain,
    EnumType,
    ForeignKey,
    Function,
    Table,
    Type,
    UniqueIndex,
)
from dblint.source import Place

Object = dict[str, Any]


def render(catalog: Catalog) -> Object:
    """The whole catalog as plain data."""
    return {
        "dialect": catalog.dialect,
        "tables": [_table(one) for one in catalog.tables],
        "enums": [_enum(one) for one in catalog.enums],
        "domains": [_domain(one) for one in catalog.domains],
        "composites": [_composite(one) for one in catalog.composites],
        "functions": [_function(one) for one in catalog.functions],
        "skipped": [{**_source(one.place), "reason": one.reason} for one in catalog.skipped],
        "files": [{"path": one.path, "taken": one.taken, "reason": one.reason} for one in catalog.files],
    }


def _table(table: Table) -> Object:
    made: Object = {
        "schema": table.schema,
        "name": table.name,
        "kind": table.kind,
        "columns": [_column(one) for one in table.columns],
        "primary_key": _names(table.primary_key),
        "unique": [list(one) for one in table.unique],
        "unique_indexes": [_index(one) for one in table.unique_indexes],
        "checks": [_check(one) for one in table.checks],
        "foreign_keys": [_foreign_key(one) for one in table.foreign_keys],
        "source": _source(table.place),
    }
    if not table.complete:
        made["complete"] = False
    return _with_certainty(made, table.certain)


def _column(column: Column) -> Object:
    made: Object = {
        "name": column.name,
        "type": _type(column.type),
        "nullable": column.nullable,
        "default": column.default,
        "generated": column.generated,
        "identity": column.identity,
        "source": _source(column.place),
    }
    if column.generated is not None:
        made["stored"] = column.stored
    if column.auto_increment:
        made["auto_increment"] = True
    return _with_certainty(made, column.certain)


def _index(index: UniqueIndex) -> Object:
    return {
        "name": index.name,
        "columns": list(index.keys),
        "predicate": index.predicate,
        "nulls_distinct": index.nulls_distinct,
        "source": _source(index.place),
    }


def _check(check: Check) -> Object:
    made: Object = {"name": check.name, "expression": check.expression, "source": _source(check.place)}
    if not check.enforced:
        made["enforced"] = False
    return made


def _foreign_key(key: ForeignKey) -> Object:
    return {
        "name": key.name,
        "columns": list(key.columns),
        "references": {"schema": key.schema, "table": key.table, "columns": list(key.references)},
        "source": _source(key.place),
    }


def _enum(enum: EnumType) -> Object:
    made: Object = {
        "schema": enum.schema,
        "name": enum.name,
        "values": list(enum.values),
        "source": _source(enum.place),
    }
    if not enum.complete:
        made["complete"] = False
    return made


def _domain(domain: Domain) -> Object:
    return {
        "schema": domain.schema,
        "name": domain.name,
        "type": _type(domain.type),
        "nullable": domain.nullable,
        "default": domain.default,
        "checks": [_check(one) for one in domain.checks],
        "source": _source(domain.place),
    }


def _composite(composite: Composite) -> Object:
    columns = [{"name": one.name, "type": _type(one.type)} for one in composite.columns]
    return {
        "schema": composite.schema,
        "name": composite.name,
        "columns": columns,
        "source": _source(composite.place),
    }


def _function(function: Function) -> Object:
    made: Object = {
        "schema": function.schema,
        "name": function.name,
        "kind": function.kind,
        "arguments": [
            {"name": one.name, "type": _type(one.type), "mode": one.mode, "has_default": one.has_default}
            for one in function.arguments
        ],
        "returns": _type(function.returns),
        "returns_set": function.returns_set,
        "language": function.language,
        "source": _source(function.place),
    }
    return _with_certainty(made, function.certain)


def _with_certainty(made: Object, certain: bool) -> Object:
    return made if certain else {**made, "certain": False}


def _type(type_: Type | None) -> str | None:
    return type_.text if type_ is not None else None


def _names(names: tuple[str, ...] | None) -> list[str] | None:
    return list(names) if names is not None else None


def _source(place: Place) -> Object:
    return {"path": place.path, "line": place.line}
