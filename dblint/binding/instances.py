"""Ties objects given by keyword to tables: the class or factory they are made of, and the columns of its attributes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from dblint.binding.code import Code, Found
from dblint.binding.mapped_classes import MODELS
from dblint.binding.mapped_model import MappedClass
from dblint.binding.model_factories import Factories, Factory
from dblint.binding.model_helpers import Helpers
from dblint.binding.model_rows import ModelRows
from dblint.catalog.model import Catalog, Table
from dblint.facts.instances_model import Instance
from dblint.facts.model import Entry, FileFacts, MockRow, Role, RowUse, TableName
from dblint.layout import EntryLayout
from dblint.source import Span


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

    def __init__(self, code: Code, catalog: Catalog, facts: Mapping[str, FileFacts], rows: ModelRows) -> None:
        self._code = code
        self._rows = rows
        self._catalog = catalog
        self._facts = facts
        self._factories = Factories(code)
        self._helpers = Helpers(code)
        self._declared: dict[tuple[str, str], tuple[str, MockRow]] = {}
        self._classes: dict[str, list[Found]] = {}

    def tied(self) -> Iterator[Tied]:
        """The rows of instances whose class surely stands for one table."""
        files = [path for path, file in self._facts.items() if file.instances]
        if not files or not self._catalog.tables or not self._find_models():
            return
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

    def _find_models(self) -> bool:
        """The classes of files that define models, by name; whether any of them stands for a table of the catalog."""
        homes = self._code.holding(MODELS)
        self._code.load(homes)
        for path in homes:
            facts = self._code.file(path)
            for node in facts.classes if facts is not None else ():
                self._classes.setdefault(node.name.rpartition(".")[2], []).append(Found(path, node.name, "class"))
        for found in self._rows.classes.imperative():
            self._classes.setdefault(found.name.rpartition(".")[2], []).append(found)
        models = (self._rows.classes.of(found) for same in self._classes.values() for found in same)
        return any(model is not None and self._rows.table_of(model) is not None for model in models)

    def _is_wanted(self, one: Instance) -> bool:
        if one.kind in ("helped", "lent"):
            return True
        return one.named or one.known_as in self._classes or one.known_as.endswith("Factory") or one.kind == "declared"

    def _instance(self, path: str, one: Instance) -> Iterator[Tied]:
        row = self._facts[path].rows[one.row]
        if one.kind in ("helped", "lent"):
            yield from self._lent(path, one, row)
            return
        found = self._class(path, one, row)
        factory = self._factories.of(found) if isinstance(found, Found) and one.kind not in ("double", "set") else None
        if factory is None and one.kind == "declared":
            return
        meant = found if factory is None else factory.model
        if isinstance(meant, str):
            meant = self._named(meant)
        model = self._rows.classes.of(meant) if meant is not None else None
        table = self._rows.table_of(model) if model is not None else None
        if model is None or table is None or (factory is None and one.kind == "made" and not model.keywords):
            return
        role = _role(one, factory)
        own = self._columns(row.entries, factory, model, table, nulls=_keeps_null(one))
        if not own:
            return
        base = self._base(factory, model, table, one) if factory is not None and not one.part else ()
        use = RowUse(one.row, role, "model", TableName(table.name, model.place.span, table.schema), name=one.maker)
        yield Tied(path, replace(row, entries=own, open=True), use, model.place.path, base)

    def _lent(self, path: str, one: Instance, row: MockRow) -> Iterator[Tied]:
        """What a helper is told, or is changed on what a fixture gives."""
        within = self._within(path, row.span)
        if one.kind == "helped":
            helper = self._helpers.called(path, one.maker, within)
        else:
            helper = self._helpers.fixture(path, one.maker, within)
        model = self._rows.classes.of(helper.model) if helper is not None else None
        table = self._rows.table_of(model) if model is not None else None
        if helper is None or model is None or table is None or not (model.keywords or helper.double):
            return
        entries = row.entries
        if one.kind == "helped":
            named = ((entry, helper.attribute(entry.key)) for entry in entries)
            entries = tuple(replace(entry, key=name) for entry, name in named if name is not None)
        nulls = helper.double or (helper.stored and one.kind == "helped")
        own = self._rows.columns(entries, {}, model, table, nulls=nulls)
        if own:
            role: Role = "insert" if helper.stored and one.kind == "helped" else "result"
            use = RowUse(one.row, role, "model", TableName(table.name, model.place.span, table.schema), name=one.maker)
            yield Tied(path, replace(row, entries=own, open=True), use, model.place.path)

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

    def _columns(
        self, entries: Iterable[Entry], factory: Factory | None, model: MappedClass, table: Table, *, nulls: bool
    ) -> tuple[Entry, ...]:
        if factory is None:
            return self._rows.columns(entries, {}, model, table, nulls=nulls)
        kept = (entry for entry in entries if entry.key not in factory.left_out)
        return self._rows.columns(kept, factory.renamed, model, table, nulls=nulls)

    def _base(self, factory: Factory, model: MappedClass, table: Table, one: Instance) -> tuple[Entry, ...]:
        """What the factory and those above it declare beside the instance's own entries, nowhere in particular."""
        found: dict[str, Entry] = {}
        for above in self._factories.chain(factory.found):
            declared = self._declared.get((above.path, above.name))
            if declared is None or (one.kind == "declared" and above == factory.found):
                continue
            nowhere = declared[1].span
            for entry in self._columns(declared[1].entries, factory, model, table, nulls=False):
                found.setdefault(entry.key, replace(entry, layout=EntryLayout(nowhere, nowhere, nowhere)))
        return tuple(found.values())


def _role(one: Instance, factory: Factory | None) -> Role:
    if factory is not None:
        return "factory"
    if one.kind in ("changed", "asked"):
        return "update" if one.kind == "changed" else "filter"
    if one.kind == "created" or (one.kind == "made" and one.stored):
        return "stored" if one.fake else "insert"
    return "result"


def _keeps_null(one: Instance) -> bool:
    """What is None is stored as NULL, or stands for what is."""
    return one.kind in ("created", "changed", "double") or (one.kind == "made" and one.stored)
