"""A realistic value that a column takes, for a row that lacks one."""

from __future__ import annotations

import hashlib
import itertools
import json
from collections.abc import Iterable
from decimal import Decimal

from dblint.catalog.model import Catalog, Column, Dialect, Table
from dblint.facts.model import Entry, MockRow, Value, ValueKind
from dblint.layout import EntryLayout
from dblint.values.candidates import Raw, candidates
from dblint.values.conditions import conditions
from dblint.values.scope import Scope
from dblint.values.shapes import Shape, shape
from dblint.values.stored import stored

_BITS = {
    "tinyint": 8,
    "int1": 8,
    "smallint": 16,
    "int2": 16,
    "smallserial": 16,
    "serial2": 16,
    "mediumint": 24,
    "int3": 24,
    "middleint": 24,
    "bigint": 64,
    "int8": 64,
    "bigserial": 64,
    "serial8": 64,
}


def sample(column: Column, table: Table, catalog: Catalog, row: MockRow, parents: Iterable[Value] = ()) -> str | None:
    """The value as a Python expression in double quotes; None where the database might refuse every value known.

    The value is the same in every run. It meets the column's type and the CHECKs on it, given the row's other
    entries; in a column that is a key of its own it differs from row to row. ``parents`` are the keys that a
    reference finds in the row's data set, the best there is for it.
    """
    found = None if column.type is None else shape(column.type, catalog)
    if found is None:
        return None
    wanted = conditions(column, found, table, catalog, row)
    if wanted is None:
        return None
    name = _identity(column, table) if found.family == "uuid" else column.name
    scope = Scope(catalog)
    salt = _salt(row) if _is_key(column, table) else ""
    own = (raw for one in parents if (raw := _raw(one)) is not None)
    for raw in itertools.chain(own, candidates(name, found, wanted, catalog.dialect, salt)):
        if _fits(raw, found, catalog.dialect) and wanted.met(stored(_literal(raw), column.type, scope)):
            return _code(raw)
    return None


def _identity(column: Column, table: Table) -> str:
    """The column a UUID is one of: a reference holds those of the column it points at."""
    keys = (key for key in table.foreign_keys if key.columns == (column.name,) and len(key.references) == 1)
    key = next(keys, None)
    return f"{table.name}.{column.name}" if key is None else f"{key.table}.{key.references[0]}"


def _is_key(column: Column, table: Table) -> bool:
    indexes = (index.keys for index in table.unique_indexes)
    return (column.name,) in (table.primary_key, *table.unique, *indexes)


def _salt(row: MockRow) -> str:
    """Tells rows apart by what they hold; empty for a row that holds nothing."""
    said = repr([(entry.key, entry.value.text, entry.value.kind) for entry in row.entries])
    return hashlib.sha256(said.encode()).hexdigest()[:6] if row.entries else ""


def _fits(raw: Raw, found: Shape, dialect: Dialect) -> bool:
    """The column's type holds the value as it is, neither refused nor rounded nor cut."""
    if isinstance(raw, list) and found.dimensions:
        element = Shape(found.family, found.type, values=found.values)
        return all(_fits(one, element, dialect) for one in raw)
    if isinstance(raw, str):
        return "\0" not in raw and not (
            found.family in ("text", "char") and found.limits and len(raw) > found.limits[0]
        )
    if isinstance(raw, bool) or not isinstance(raw, int | Decimal):
        return True
    if found.family == "integer":
        return dialect == "sqlite" or _in_range(int(raw), found.type.name.lower())
    return found.family != "numeric" or _has_digits(Decimal(raw), found)


def _in_range(value: int, name: str) -> bool:
    bits = _BITS.get(name.split()[0], 32)
    if "unsigned" in name or name in ("oid", "xid"):
        return 0 <= value < 1 << bits
    return -(1 << bits - 1) <= value < 1 << bits - 1


def _has_digits(value: Decimal, found: Shape) -> bool:
    if not found.limits:
        return True
    precision, scale = found.limits[0], found.limits[1] if len(found.limits) > 1 else 0
    exponent = value.normalize().as_tuple().exponent
    return abs(value) < Decimal(10) ** (precision - scale) and isinstance(exponent, int) and -exponent <= scale


def _literal(raw: Raw) -> Value:
    """The value as a mock row's literal."""
    if isinstance(raw, list):
        return Value("list", items=tuple(map(_literal, raw)))
    if isinstance(raw, dict):
        return Value("dict", items=tuple(map(_literal, raw.values())), keys=tuple(raw))
    kind: ValueKind = "bool" if isinstance(raw, bool) else "int" if isinstance(raw, int) else "float"
    return Value("str", raw) if isinstance(raw, str) else Value(kind, str(raw))


def _raw(value: Value) -> Raw | None:
    """A plain literal of another row as a value to write."""
    if value.kind == "str":
        return value.text
    return int(value.text, 0) if value.kind == "int" else None


def as_entry(key: str, raw: Raw, layout: EntryLayout) -> Entry:
    """A sampled value as a mock row's entry."""
    return Entry(key, _literal(raw), layout)


def _code(raw: Raw) -> str:
    if isinstance(raw, bool):
        return str(raw)
    if isinstance(raw, list):
        return f"[{', '.join(map(_code, raw))}]"
    if isinstance(raw, dict):
        return f"{{{', '.join(f'{_code(key)}: {_code(value)}' for key, value in raw.items())}}}"
    return format(raw, "f") if isinstance(raw, Decimal) else json.dumps(raw, ensure_ascii=False)
