"""Which columns an insert must name, and which refuse NULL."""

from __future__ import annotations

from dblint.catalog.model import Catalog, Column, Domain, Table, Type

_BASE_TABLES = ("table", "partitioned table", "foreign table")


def is_required(column: Column, table: Table, catalog: Catalog) -> bool:
    """The database surely refuses an insert into the table that leaves this column out."""
    made = column.default is not None or column.generated is not None or column.identity or column.auto_increment
    if made or any(domain.default is not None for domain in _domains(column.type, catalog)):
        return False
    if catalog.dialect == "mysql" and column.type is not None and column.type.kind == "enum":
        return False  # MySQL gives a NOT NULL enum its first value.
    return refuses_null(column, table, catalog)


def refuses_null(column: Column, table: Table, catalog: Catalog) -> bool:
    """The database surely refuses NULL for this column, and no trigger fills it in first."""
    nullable = column.nullable and all(domain.nullable for domain in _domains(column.type, catalog))
    if nullable or column.filled or not column.certain or table.kind not in _BASE_TABLES:
        return False
    if catalog.dialect == "postgres":
        return True
    # Elsewhere NULL asks for the next number, and SQLite lets NULL into primary keys.
    return not column.auto_increment and not (catalog.dialect == "sqlite" and column.name in (table.primary_key or ()))


def base_type(type_: Type, catalog: Catalog) -> Type:
    """The type under a domain, down to the last."""
    domains = _domains(type_, catalog)
    return domains[-1].type if domains else type_


def _domains(type_: Type | None, catalog: Catalog) -> tuple[Domain, ...]:
    """The domains a type is, from the outermost in; an array's elements are no concern of its NULL and DEFAULT."""
    domain = catalog.domain(type_) if type_ is not None and not type_.dimensions else None
    return () if domain is None else (domain, *_domains(domain.type, catalog))
