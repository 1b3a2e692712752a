"""Ties objects given by keyword to tables: the class or factory they are made of, and the columns of its attributes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from dblint.binding.code import Code, Found
from dblint.binding.mapped_classes import MODELS, MappedClasses
from dblint.binding.mapped_model import Attribute, MappedClass
from dblint.binding.model_factories import Factories, Factory
from dblint.binding.python_migrations import PythonMigrations
from dblint.catalog.model import Catalog, Table
from dblint.facts.instances_model import Instance
from dblint.facts.model import UNKNOWN, Entry, FileFacts, MockRow, Role, RowUse, TableName, Value
from dblint.facts.words import words_of
from dblint.layout import EntryLayout
from dblint.source import Span

_SCALARS = frozenset(("str", "int", "float", "bool", "null", "call", "unknown"))


@dataclass(frozen=True, slots=True)
class Tied:
    """A row by its columns' names, how it is used, the file that says so, and what its factory gives beside it."""

    path: str
    row: MockRow
    use: RowUse
    home: str
    base: tuple[Entry, ...] = ()


class Instances:
    """The instances of a project's test files under one catalog."""

    def __init__(self, code: Code, catalog: Catalog, facts: Mapping[str, FileFacts]) -> None:
        self._code = code
        self._catalog = catalog
        self._facts = facts
        self._models = MappedClasses(code)
        self._factories = Factories(code)
        self._migrations = PythonMigrations(code, catalog)
        self._declared: dict[tuple[str, str], tuple[str, MockRow]] = {}
        self._classes: dict[str, list[Found]] = {}
        self._tables: dict[tuple[str, str], Table | None] = {}

    def tied(self) -> Iterator[Tied]:
        """The rows of instances whose class surely stands for one table."""
        files = [path for path, file in self._facts.items() if file.instances]
        homes = self._code.holding(MODELS) if files and self._catalog.tables else []
        if not homes:
            return
        self._code.load(homes)
        for path in homes:
            facts = self._code.file(path)
            for node in facts.classes if facts is not None else ():
                self._classes.setdefault(node.name.rpartition(".")[2], []).append(Found(path, node.name, "class"))
        wanted = [path for path in files if any(self._is_wanted(one) for one in self._facts[path].instances)]
        self._code.load(wanted)
        for path in wanted:
            for one in self._facts[path].instances:
                if one.kind == "declared" and not one.part:
                    self._declared[path, one.maker] = (path, self._facts[path].rows[one.row])
        for path in wanted:
            for one in self._facts[path].instances:
                if self._is_wanted(one):
                    yield from self._instance(path, one)

    def _is_wanted(self, one: Instance) -> bool:
        return one.named or one.known_as in self._classes or one.known_as.endswith("Factory") or one.kind == "declared"

    def _instance(self, path: str, one: Instance) -> Iterator[Tied]:
        row = self._facts[path].rows[one.row]
        found = self._class(path, one, row)
        factory = self._factories.of(found) if isinstance(found, Found) and one.kind not in ("double", "set") else None
        if factory is None and one.kind == "declared":
            return
        meant = found if factory is None else factory.model
        if isinstance(meant, str):
            meant = self._named(meant)
        model = self._models.of(meant) if meant is not None else None
        table = self._table(model) if model is not None else None
        if model is None or table is None or (factory is None and one.kind == "made" and not model.keywords):
            return
        role = _role(one, factory)
        own = self._columns(row.entries, factory, model, table, one)
        if not own:
            return
        base = self._base(factory, model, table, one) if factory is not None and not one.part else ()
        use = RowUse(one.row, role, "model", TableName(table.name, model.place.span, table.schema), name=one.maker)
        yield Tied(path, replace(row, entries=own, open=True), use, model.place.path, base)

    # which class

    def _class(self, path: str, one: Instance, row: MockRow) -> Found | str | None:
        if one.named:
            return one.maker
        found = self._code.find(path, one.maker, self._within(path, row.span))
        return found if found is not None and found.kind == "class" else None

    def _within(self, path: str, span: Span) -> str:
        """The qualified name of the innermost function around a place."""
        facts = self._code.file(path)
        around = [one for one in (facts.functions[1:] if facts is not None else ()) if one.span.contains(span)]
        return around[-1].name if around else ""

    def _named(self, text: str) -> Found | None:
        """The model that ``"shop.Order"`` or ``"shop.models.Order"`` names."""
        app, _, name = text.rpartition(".")
        app = app.removesuffix(".models").rpartition(".")[2]
        found = [one for one in self._classes.get(name, ()) if not app or app in one.path.split("/")[:-1]]
        return found[0] if len(found) == 1 else None

    # which table

    def _table(self, model: MappedClass) -> Table | None:
        key = (model.place.path, model.name)
        if key not in self._tables:
            self._tables[key] = self._look_up(model)
        return self._tables[key]

    def _look_up(self, model: MappedClass) -> Table | None:
        """The table, where the model and the SQL are about the same one."""
        found = self._catalog.table(model.schema, model.table)
        same = [one for one in self._catalog.tables if one.name == model.table]
        if found is None and model.schema is None and len(same) == 1:
            found = same[0]
        if found is None or (model.schema is None and len(same) > 1):
            return None
        known = {one.name for one in found.columns} | {event.column for event in found.history}
        strange = [one for one in model.columns if one not in known]
        return found if len(strange) <= max(1, len(model.columns) // 3) else None

    # which columns

    def _columns(
        self, entries: tuple[Entry, ...], factory: Factory | None, model: MappedClass, table: Table, one: Instance
    ) -> tuple[Entry, ...]:
        found = []
        for entry in entries:
            key = entry.key
            if factory is not None:
                if key in factory.left_out:
                    continue
                key = factory.renamed.get(key, key)
            attribute = model.attributes.get(key)
            if attribute is None or attribute.column is None or self._is_doubted(table, attribute.column, model):
                continue
            value = _stored(entry.value, attribute, one, table)
            found.append(replace(entry, key=attribute.column, value=value, nested=()))
        return tuple(found)

    def _is_doubted(self, table: Table, column: str, model: MappedClass) -> bool:
        known = table.column(column)
        return self._migrations.may_concern(table, column if known is None else known, model.name)

    def _base(self, factory: Factory, model: MappedClass, table: Table, one: Instance) -> tuple[Entry, ...]:
        """What the factory and those above it declare beside the instance's own entries, nowhere in particular."""
        found: dict[str, Entry] = {}
        for above in self._factories.chain(factory.found):
            declared = self._declared.get((above.path, above.name))
            if declared is None or (one.kind == "declared" and above == factory.found):
                continue
            nowhere = declared[1].span
            for entry in self._columns(declared[1].entries, factory, model, table, one):
                found.setdefault(entry.key, replace(entry, layout=EntryLayout(nowhere, nowhere, nowhere)))
        return tuple(found.values())


def _role(one: Instance, factory: Factory | None) -> Role:
    if factory is not None:
        return "factory"
    if one.kind == "created" or (one.kind == "made" and one.stored):
        return "stored" if one.fake else "insert"
    return "result"


def _stored(value: Value, attribute: Attribute, one: Instance, table: Table) -> Value:
    """The value as the database gets it; unknown where the ORM or the class may make something else of it."""
    if value.kind == "null":
        kept = one.kind in ("created", "double") or (one.kind == "made" and one.stored)
        return value if kept and not attribute.filled else UNKNOWN
    if not attribute.plain or value.kind not in _SCALARS:
        return UNKNOWN
    if value.kind == "str" and words_of(value.text)[:1] == ("invalid",):
        return UNKNOWN  # It is meant to be wrong.
    column = table.column(attribute.column or "")
    is_boolean = column is not None and column.type is not None and column.type.name == "boolean"
    return UNKNOWN if is_boolean and value.kind != "bool" else value
