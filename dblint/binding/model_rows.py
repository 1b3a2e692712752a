"""The tables that models stand for, and rows of attributes as rows of columns."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace

from dblint.binding.code import Code
from dblint.binding.mapped_classes import MappedClasses
from dblint.binding.mapped_model import Attribute, MappedClass, model_meant
from dblint.binding.python_migrations import PythonMigrations
from dblint.catalog.model import Catalog, Table
from dblint.facts.model import UNKNOWN, Entry, MockRow, Value
from dblint.facts.words import words_of

_CREATES = re.compile(rb"\bcreate_all\b")
_SCALARS = frozenset(("str", "int", "float", "bool", "null", "call", "unknown"))


class ModelRows:
    """The models of a project under one catalog."""

    def __init__(self, code: Code, catalog: Catalog) -> None:
        self.classes = MappedClasses(code)
        self._code = code
        self._made: bool | None = None
        self._catalog = catalog
        self._migrations = PythonMigrations(code, catalog)
        self._tables: dict[tuple[str, str], Table | None] = {}

    def table(self, name: str) -> Table | None:
        """The table of the class that an operation names."""
        model = self.classes.of(model_meant(name))
        return None if model is None else self.table_of(model)

    def row(self, row: MockRow, name: str) -> MockRow | None:
        """A double of an object of that class, by the columns of its table."""
        model = self.classes.of(model_meant(name))
        table = None if model is None else self.table_of(model)
        if model is None or table is None:
            return None
        own = self.columns(row.entries, {}, model, table, nulls=True)
        return replace(row, entries=own, layout=replace(row.layout, form="fixed"), open=True) if own else None

    def table_of(self, model: MappedClass) -> Table | None:
        """The table, where the model and the SQL are about the same one."""
        key = (model.place.path, model.name)
        if key not in self._tables:
            self._tables[key] = self._look_up(model)
        return self._tables[key]

    def columns(
        self, entries: Iterable[Entry], renamed: Mapping[str, str], model: MappedClass, table: Table, *, nulls: bool
    ) -> tuple[Entry, ...]:
        """The entries under their columns' names; ``nulls`` says that None would be stored as NULL."""
        found = []
        for entry in entries:
            attribute = model.attributes.get(renamed.get(entry.key, entry.key))
            if attribute is None or attribute.column is None or self._is_doubted(table, attribute.column, model):
                continue
            value = _stored(entry.value, attribute, table, nulls=nulls)
            found.append(replace(entry, key=attribute.column, value=value, nested=()))
        return tuple(found)

    def _look_up(self, model: MappedClass) -> Table | None:
        found = self._catalog.table(model.schema, model.table)
        same = [one for one in self._catalog.tables if one.name == model.table]
        if found is None and model.schema is None and len(same) == 1:
            found = same[0]
        if found is None or (model.schema is None and len(same) > 1) or _is_test(model.place.path):
            return None  # A model of the tests' own stands for a table of their own.
        known = {one.name for one in found.columns} | {event.column for event in found.history}
        strange = [one for one in model.columns if one not in known]
        return found if len(strange) <= max(1, len(model.columns) // 3) else None

    def _is_doubted(self, table: Table, column: str, model: MappedClass) -> bool:
        known = table.column(column)
        if known is None and self._makes_tables() and all(event.column != column for event in table.history):
            return True
        return self._migrations.may_concern(table, column if known is None else known, model.name)

    def _makes_tables(self) -> bool:
        """The project's sources make tables of their models, so that no SQL need show a column."""
        if self._made is None:
            self._made = not all(map(_is_test, self._code.holding(_CREATES)))
        return self._made


def _is_test(path: str) -> bool:
    *folders, name = path.split("/")
    return (
        not {"test", "tests"}.isdisjoint(folders) or name.startswith(("test_", "conftest")) or name[-8:] == "_test.py"
    )


def _stored(value: Value, attribute: Attribute, table: Table, *, nulls: bool) -> Value:
    """The value as the database gets it; unknown where the ORM or the class may make something else of it."""
    if value.kind == "null":
        return value if nulls and not attribute.filled else UNKNOWN
    if not attribute.plain or value.kind not in _SCALARS:
        return UNKNOWN
    if value.kind == "str" and words_of(value.text)[:1] == ("invalid",):
        return UNKNOWN  # It is meant to be wrong.
    column = table.column(attribute.column or "")
    is_boolean = column is not None and column.type is not None and column.type.name == "boolean"
    return UNKNOWN if is_boolean and value.kind != "bool" else value
