"""What else than a column of its table a mock row's key may be: then its absence proves nothing."""

from __future__ import annotations

from dblint.binding.model import BoundRow
from dblint.catalog.model import Catalog, Table
from dblint.checks.rows import is_nested
from dblint.checks.select_list import read_select_list
from dblint.facts.model import Entry

_SYSTEM_COLUMNS = {
    "postgres": frozenset({"ctid", "tableoid", "xmin", "xmax", "cmin", "cmax"}),
    "sqlite": frozenset({"rowid", "oid", "_rowid_"}),
    "mysql": frozenset[str](),
}
_POSTGREST_WORDS = frozenset(
    {"and", "or", "not", "select", "order", "limit", "offset", "on_conflict", "columns", "count"}
)
_AGGREGATES = frozenset({"count", "sum", "avg", "min", "max"})


def is_explained(catalog: Catalog, bound: BoundRow, entry: Entry, *, evident: bool) -> bool:
    """The key may be no column at all; ``evident`` says that the SQL itself renames or drops a column of that name."""
    if entry.key.lower() in _SYSTEM_COLUMNS[catalog.dialect] and _may_name_system_columns(catalog, bound):
        return True
    if bound.role in ("insert", "update"):
        return False
    if _is_computed_field(catalog, bound.table, entry.key):
        return True
    if "." in entry.key:
        return True  # A related table's column, as filters and the fakes behind them write it.
    if bound.role == "filter":
        return entry.key in _POSTGREST_WORDS or "->" in entry.key
    if _may_be_embedded(catalog, bound, entry, evident):
        return True
    return bound.role == "result" and _comes_from_query(bound, entry.key, evident)


def _may_name_system_columns(catalog: Catalog, bound: BoundRow) -> bool:
    return catalog.dialect == "sqlite" or bound.role in ("filter", "result")


def is_renamed_by_query(bound: BoundRow, key: str) -> bool:
    """The select list gives this key to something of its own: an alias, an embedded resource, a path."""
    if bound.role != "result" or bound.use.select is None:
        return False
    listed = read_select_list(bound.use.select)
    return listed.open or key in listed.derived


def _comes_from_query(bound: BoundRow, key: str, evident: bool) -> bool:
    if bound.use.select is not None:
        return is_renamed_by_query(bound, key)
    if evident:
        return False
    if bound.use.evidence == "method" and bound.use.operation == "select":
        return True  # A select list made at run time may give anything a name.
    siblings = (entry.key for entry in bound.row.entries)
    return key in _AGGREGATES or not any(bound.table.column(name) is not None for name in siblings)


def _may_be_embedded(catalog: Catalog, bound: BoundRow, entry: Entry, evident: bool) -> bool:
    """A related table's rows under the row, as PostgREST embeds them and fakes hold them."""
    if bound.use.select is not None and bound.role == "result":
        return False  # The select list says what is embedded.
    names_table = any(_same_word(entry.key, table.name) for table in catalog.tables)
    if names_table and (bound.role == "result" or is_nested(entry.value) or entry.value.kind in ("null", "unknown")):
        return True
    return not evident and is_nested(entry.value)


def _same_word(key: str, table: str) -> bool:
    """The same name but for the plural."""
    return bool(_singulars(key) & _singulars(table))


def _singulars(name: str) -> set[str]:
    forms = {name}
    if name.endswith("ies"):
        forms.add(name[:-3] + "y")
    if name.endswith("es"):
        forms.add(name[:-2])
    if name.endswith("s"):
        forms.add(name[:-1])
    return forms


def _is_computed_field(catalog: Catalog, table: Table, key: str) -> bool:
    """A function over the table's row, which PostgREST lets a query select like a column."""
    return any(
        function.name == key and function.arguments and function.arguments[0].type.name == table.name
        for function in catalog.functions
    )
