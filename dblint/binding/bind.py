"""Ties mock rows to tables: facts and catalog in, bound rows out, the strongest evidence first."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Set
from dataclasses import replace

from dblint.binding.answers import Answers
from dblint.binding.clients import Receivers, conftests
from dblint.binding.code import Code, Codes
from dblint.binding.django import as_columns
from dblint.binding.following import Project
from dblint.binding.instances import Instances
from dblint.binding.lending import with_lent_rows
from dblint.binding.methods import consumers
from dblint.binding.model import BoundProject, BoundRow
from dblint.binding.model_rows import ModelRows
from dblint.binding.names import TableNames
from dblint.binding.queries import read_queries
from dblint.catalog.model import Catalog, Table
from dblint.config import Settings
from dblint.facts.data_rows import DJANGO
from dblint.facts.model import Entry, EvidenceKind, FileFacts, KeyedData, MockRow, Role, RowUse, TableName
from dblint.facts.words import CLIENT_DOUBLES, CLIENTS, STORES, says
from dblint.source import Span
from dblint.values.nearest import nearest

_EVIDENCE: tuple[EvidenceKind, ...] = (
    "pragma",
    "configuration",
    "client",
    "call",
    "dispatch",
    "keyed",
    "sql",
    "model",
    "method",
    "name",
)
_DIRECT: tuple[EvidenceKind, ...] = ("client", "call", "dispatch", "keyed", "sql", "model")
_WEIGHT: tuple[tuple[EvidenceKind, ...], ...] = (("pragma",), ("configuration",), _DIRECT, ("method",), ("name",))
_ROLES: tuple[Role, ...] = ("insert", "factory", "update", "stored", "event", "result", "filter")
_DATABASES = CLIENTS | CLIENT_DOUBLES | STORES | {"conn", "connection", "session", "repo", "repository", "self"}
_OTHER_SERVICES = frozenset(("api", "http", "rest", "llm", "cache", "redis", "queue", "broker", "bucket", "search"))
"""Words of doubles that stand for no database."""
_FOREIGN_SCHEMAS = frozenset(
    ("auth", "storage", "realtime", "extensions", "vault", "cron", "information_schema", "graphql", "net", "pgsodium")
)
_LOOSE_LIKENESS = 0.5
_STRICT_LIKENESS = 0.75
_CLAIMS = frozenset(("aud", "sub", "exp", "iat", "app_metadata", "user_metadata"))
"""Keys of a signed-in user as the authentication service describes one."""


def bind(
    settings: Settings, catalog: Catalog, facts: Mapping[str, FileFacts], code: Codes | None = None
) -> BoundProject:
    """The project as the checks see it: every row that evidence ties to a table of the catalog."""
    view = Code(code)
    receivers = Receivers(settings, facts)
    facts = with_lent_rows(facts, receivers, view)
    binder = _Binder(settings, catalog, facts, receivers)
    candidates: dict[str, list[BoundRow]] = {path: [] for path in sorted(facts)}
    for file in facts.values():
        for bound in binder.file(file):
            candidates[bound.path].append(bound)
    models = ModelRows(view, catalog)
    for bound in binder.instances(view, models):
        candidates[bound.path].append(bound)
    told = {
        path: {one.row.span for one in found if one.use.evidence != "name"}
        for path, found in candidates.items()
        if found
    }
    for bound in binder.consumed(view, told, models):
        candidates[bound.path].append(bound)
    read = tuple(read_queries(catalog, facts))
    for query, made in read:
        candidates[query.path] += made
    rows = tuple(bound for found in candidates.values() for bound in _strongest(found))
    queries = tuple(query for query, _ in read)
    told_facts = {path: binder.told(one) for path, one in facts.items()}
    return BoundProject(settings, catalog, told_facts, rows, queries=queries, code=view)


class _Binder:
    def __init__(
        self, settings: Settings, catalog: Catalog, facts: Mapping[str, FileFacts], receivers: Receivers
    ) -> None:
        self._settings = settings
        self._catalog = catalog
        self._facts = facts
        self._names = TableNames(table for table in catalog.tables if not self._silent(table))
        self._receivers = receivers

    def told(self, file: FileFacts) -> FileFacts:
        """The facts with what only the whole project knows of their clients."""
        calls = tuple(
            replace(
                call,
                known_client=call.known_client or self._receivers.known(file.path, call.receiver, call.maker),
                fake=call.fake or self._receivers.fake(file.path, call.receiver, call.maker),
            )
            for call in file.calls
        )
        return file if calls == file.calls else replace(file, calls=calls)

    def file(self, file: FileFacts) -> Iterator[BoundRow]:
        """All that the uses of a file tie together, also rows that lie in another."""
        created = self._created(file.path)
        for use in self._uses(file):
            row = file.rows[use.row]
            beside = self._created(row.home) if row.home else frozenset[str]()
            yield from self._bound(file.path, row.home or file.path, row, use, created | beside)

    def instances(self, code: Code, models: ModelRows) -> Iterator[BoundRow]:
        """The objects made of classes that an ORM ties to tables."""
        for one in Instances(code, self._catalog, self._facts, models).tied():
            for bound in self._bound(one.home, one.path, one.row, one.use, self._created(one.path)):
                yield replace(bound, role=one.use.role, base=one.base)

    def consumed(self, code: Code, told: Mapping[str, Set[Span]], models: ModelRows) -> Iterator[BoundRow]:
        """The answers of doubles that operations of the code under test consume; ``told`` rows are tied already."""
        if not self._catalog.tables:
            return
        answers = Answers(self._catalog, models)
        found = list(consumers(Project(code, self._facts, told), answers.subject))
        answers.compare((path, self._facts[path].rows[one], two) for path, one, two in found if isinstance(one, int))
        for path, given, among in found:
            for user, one in answers.given(given, self._facts[path].rows, among):
                yield from self._bound(user, one.row.home or path, one.row, one.use, self._created(path))

    def _bound(self, user: str, owner: str, row: MockRow, use: RowUse, created: frozenset[str]) -> Iterator[BoundRow]:
        table = self._table(row, use, created)
        if table is not None:
            fake = use.fake or self._receivers.fake(user, use.receiver, use.maker)
            # What a test puts into an in-memory fake lies there as it is: no statement, but a stored row.
            role = "stored" if fake and use.role == "insert" else use.role
            meant = as_columns(row, table) if use.operation == DJANGO else row
            yield BoundRow(owner, meant, replace(use, fake=fake), table, role, "" if user == owner else user)

    def _created(self, path: str) -> frozenset[str]:
        """The tables the file or a conftest above it creates itself."""
        places = [path, *conftests(path)]
        return frozenset(name for place in places if place in self._facts for name in self._facts[place].created_tables)

    def _uses(self, file: FileFacts) -> Iterator[RowUse]:
        """The uses that may bind, configuration already told."""
        for use in file.uses:
            yield self._configured(use)
        yield from self._by_configuration(file)
        for data in file.keyed:
            yield from self._keyed(file, data)

    def _by_configuration(self, file: FileFacts) -> Iterator[RowUse]:
        """The rows of methods, constants of classes and objects whose names the configuration ties to tables."""
        tables = self._settings.tables
        known = {one.name for one in file.uses if one.evidence == "name"}
        for maker in file.makers if tables else ():
            name = next((one for one in (maker.name, maker.name.rpartition(".")[2]) if one in tables), None)
            if name is not None and maker.name not in known:
                role: Role = "factory" if maker.made else "result"
                for row in maker.rows:
                    yield RowUse(row, role, "configuration", None, name=tables[name])
        for one in file.instances if tables else ():
            name = next((name for name in (one.maker, one.known_as) if name in tables), None)
            if name is not None:
                yield RowUse(one.row, "result", "configuration", None, name=tables[name])

    def _configured(self, use: RowUse) -> RowUse:
        tables = self._settings.tables
        named = use.evidence == "name" and bool(tables)
        table = tables.get(use.name) or tables.get(use.name.rpartition(".")[2]) if named else None
        if table is None:
            return use
        schema, _, name = table.rpartition(".")
        # The name's own place is not known to the configuration; the row's stands for it.
        return replace(use, evidence="configuration", table=None, words=(), name=f"{schema}.{name}" if schema else name)

    def _keyed(self, file: FileFacts, data: KeyedData) -> Iterator[RowUse]:
        """The uses of keyed data, where its other keys are tables too."""
        known = {key.name for key in data.keys if self._resolve(key) is not None}
        whole = len(known) == len({key.name for key in data.keys})
        if data.store and (len(known) > 1 or whole):
            accepted = True
        else:
            accepted = whole and len(known) > 1 and self._like_rows(file, data)
        if accepted:
            yield from data.uses

    def _like_rows(self, file: FileFacts, data: KeyedData) -> bool:
        """Most keys of each table's rows are columns: nested documents use table-like keys as well."""
        rows: dict[str, list[float]] = {}
        for use in data.uses:
            table = self._resolve(use.table) if use.table is not None else None
            if use.table is None or table is None:
                return False
            rows.setdefault(use.table.name, []).append(self._likeness(file.rows[use.row], table))
        return all(sum(found) / len(found) >= _STRICT_LIKENESS for found in rows.values())

    def _table(self, row: MockRow, use: RowUse, created: frozenset[str]) -> Table | None:
        if use.table is not None:
            table = self._resolve(use.table)
        elif use.evidence == "configuration":
            schema, _, name = use.name.rpartition(".")
            table = self._lookup(schema or None, name)
        else:
            table = self._named(row, use.words)
        if table is None or self._likeness(row, table) < _least_likeness(row, use):
            return None
        if self._silent(table) or created & {table.name, f"{table.schema}.{table.name}"}:
            return None
        return table

    def _named(self, row: MockRow, words: tuple[str, ...]) -> Table | None:
        table = self._names.meant(words) if words else None
        strange = {entry.key for entry in row.entries} & _CLAIMS
        return None if table is None or any(table.column(key) is None for key in strange) else table

    def _resolve(self, name: TableName) -> Table | None:
        return self._lookup(name.schema, name.name)

    def _lookup(self, schema: str | None, name: str) -> Table | None:
        """The table to the letter; where the dialect folds names, in any case."""
        table = self._catalog.table(schema, name)
        if table is not None or self._catalog.dialect == "postgres":
            return table
        folded = (table for table in self._catalog.tables if table.name.lower() == name.lower())
        return next((table for table in folded if schema is None or table.schema.lower() == schema.lower()), None)

    def _likeness(self, row: MockRow, table: Table) -> float:
        """The share of a row's keys that are columns of the table; rows of other tables under it do not count.

        A column that a migration has taken away counts: an outdated row is still one of the table.
        """
        columns = {column.name for column in table.columns} | {event.column for event in table.history}
        keys = {entry.key for entry in row.entries if entry.key in columns or not self._is_embedded(entry)}
        known = len(keys & columns)
        if not keys or known == len(keys) or known < len(keys) / 2:
            return known / len(keys) if keys else 1.0
        misspelt = sum(key.islower() and nearest(key, columns) is not None for key in keys - columns)
        return (known + misspelt / 2) / len(keys)

    def _is_embedded(self, entry: Entry) -> bool:
        return entry.value.kind in ("dict", "list") and self._lookup(None, entry.key) is not None

    def _silent(self, table: Table) -> bool:
        """Nothing certain is known of the table: another owner's schema, or a dynamic statement's work."""
        foreign = table.schema in _FOREIGN_SCHEMAS or table.schema.startswith("pg_")
        return foreign or (table.schema, table.name) in self._catalog.unsure


def _strongest(candidates: list[BoundRow]) -> list[BoundRow]:
    """One bound row per row and table, of the strongest role; a factory's row that is also inserted keeps both."""
    kept: dict[tuple[object, ...], BoundRow] = {}
    for bound in sorted(_undisputed(candidates), key=_strength):
        kept.setdefault(_identity(bound), bound)
    return sorted(
        kept.values(), key=lambda bound: (bound.row.span, bound.table.schema, bound.table.name, _strength(bound))
    )


def _strength(bound: BoundRow) -> tuple[int, int, int]:
    # Of two readings of one literal the one with more entries has followed more of the code.
    return (_ROLES.index(bound.role), _EVIDENCE.index(bound.use.evidence), -len(bound.row.entries))


def _identity(bound: BoundRow) -> tuple[object, ...]:
    kind = bound.role if bound.role in ("factory", "filter") else "row"
    return (bound.row.span, bound.row.deliberate, bound.table.schema, bound.table.name, kind)


def _undisputed(bound: list[BoundRow]) -> list[BoundRow]:
    """What a person says of a row silences all other evidence; a mere name yields to anything else."""
    said: dict[Span, int] = {}
    for one in bound:
        said[one.row.span] = min(said.get(one.row.span, len(_WEIGHT)), _weight(one))
    return [one for one in bound if _weight(one) == said[one.row.span] or _inserted_factory(one, said[one.row.span])]


def _inserted_factory(bound: BoundRow, weight: int) -> bool:
    """A factory's row stays one where its value is inserted."""
    return bound.role == "factory" and weight == _WEIGHT.index(_DIRECT)


def _weight(bound: BoundRow) -> int:
    return next(weight for weight, kinds in enumerate(_WEIGHT) if bound.use.evidence in kinds)


def _least_likeness(row: MockRow, use: RowUse) -> float:
    """How like the table a row must look where its evidence may mean something else of the same name.

    A name may be an object's, a dispatch may hand out settings, ``x.update("orders", {…})`` may be any ``x``, a
    call's keywords may be its options, and what a dict holds for each table may tell about the table.
    """
    if use.evidence == "name" or use.single:
        return _LOOSE_LIKENESS if use.role == "factory" else _STRICT_LIKENESS
    if use.evidence == "call" and row.layout.form != "call":
        names = (use.receiver or "", use.maker or "")
        known = use.receiver is None or use.fake or any(says(name, _DATABASES) for name in names)
        return 0.0 if known and not any(says(name, _OTHER_SERVICES) for name in names) else _LOOSE_LIKENESS
    return _LOOSE_LIKENESS if use.evidence in ("call", "dispatch", "method") else 0.0
