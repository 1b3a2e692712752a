"""Which columns an insert must name, and which refuse NULL."""

from __future__ import annotations

from dataclasses import replace

from dblint.catalog.model import Catalog, Column, Domain, Table, Type

_BASE_TABLES = ("table", "partitioned table", "foreign table")


def is_required(column: Column, table: Table, catalog: Catalog) -> bool:
    """The database surely refuses an insert into the table that leaves this column out."""
    made = column.has_value or column.generated is not None or column.identity or column.filled
    if made or column.auto_increment or any(domain.default is not None for domain in _domains(column.type, catalog)):
        return False
    if catalog.dialect == "mysql" and column.type is not None and column.type.kind == "enum":
        return False  # MySQL gives a NOT NULL enum its first value.
    return refuses_null(column, table, catalog)


def refuses_null(column: Column, table: Table, catalog: Catalog) -> bool:
    """No row of the table can hold NULL in this column; what a trigger may put there instead is left open."""
    nullable = column.nullable and all(domain.nullable for domain in _domains(column.type, catalog))
    if nullable or not column.certain or table.kind not in _BASE_TABLES:
        return False
    if catalog.dialect == "postgres":
        return True
    # Elsewhere NULL asks for the next number, and SQLite lets NULL into primary keys.
    return not column.auto_increment and not (catalog.dialect == "sqlite" and column.name in (table.primary_key or ()))


def is_filled_by_update(column: Column, table: Table, catalog: Catalog) -> bool:
    """A BEFORE UPDATE trigger sees the change first and may put something else there."""
    return any(
        one.timing == "before" and "update" in one.events and (one.fills is None or column.name in one.fills)
        for one in catalog.triggers
        if (one.schema, one.table) == (table.schema, table.name)
    )


def base_type(type_: Type, catalog: Catalog) -> Type:
    """The type under its domains, an array where any of them is one."""
    domain = catalog.domain(type_)
    if domain is None:
        return type_
    under = base_type(domain.type, catalog)
    return replace(under, dimensions=under.dimensions + type_.dimensions)


def _domains(type_: Type | None, catalog: Catalog) -> tuple[Domain, ...]:
    """The domains a type is, from the outermost in; an array's elements are no concern of its NULL and DEFAULT."""
    domain = catalog.domain(type_) if type_ is not None and not type_.dimensions else None
    return () if domain is None else (domain, *_domains(domain.type, catalog))
