"""What was discovered of a project: files, clients, doubles, rows and their tables, and what was not understood."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from dblint.binding.loose import LooseRow, LooseRows
from dblint.binding.model import BoundProject, BoundRow
from dblint.facts.model import FileFacts
from dblint.facts.words import CLIENT_DOUBLES, says
from dblint.source import Place, Span

_MOCKS = frozenset(("Mock", "MagicMock", "AsyncMock", "NonCallableMagicMock", "create_autospec", "patch"))


@dataclass(frozen=True, slots=True)
class Files:
    """Which files the project was read from."""

    schema: tuple[str, ...]
    tests: tuple[str, ...]
    data: tuple[str, ...]
    """Data files with rows of tables."""


@dataclass(frozen=True, slots=True)
class Named:
    """Something with a name and a place: a fixture, a client, a class of doubles; ``detail`` is what makes it."""

    name: str
    place: Place
    detail: str = ""


@dataclass(frozen=True, slots=True)
class TiedRow:
    """A mock row and its table; ``name`` is the factory, constant or file that says so, where a name does."""

    place: Place
    table: str
    role: str
    evidence: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class StoredFunction:
    """A stored function that tests speak of: where it is called, and where a double answers it."""

    name: str
    known: bool
    calls: tuple[Place, ...]
    doubles: tuple[Place, ...]


@dataclass(frozen=True, slots=True)
class Context:
    """The whole of it; ``evidence`` counts bound rows by what ties them."""

    dialect: str
    tables: int
    functions: int
    files: Files
    clients: tuple[Named, ...]
    fixtures: tuple[Named, ...]
    doubles: tuple[Named, ...]
    rows: tuple[TiedRow, ...]
    evidence: Mapping[str, int]
    loose: tuple[LooseRow, ...]
    others: int
    """Dicts that doubles answer which have nothing to do with a database."""
    rpc: tuple[StoredFunction, ...]
    unread: tuple[Named, ...]
    """SQL statements and files that could not be read, and why."""


def describe(project: BoundProject, schema_files: tuple[str, ...]) -> Context:
    """What is known of a bound project."""
    facts = project.facts
    python = tuple(sorted(path for path in facts if path.endswith((".py", ".pyi"))))
    rows = tuple(_tied(project, bound) for bound in project.rows)
    loose = LooseRows(project)
    return Context(
        dialect=project.catalog.dialect,
        tables=len(project.catalog.tables),
        functions=len(project.catalog.functions),
        files=Files(schema_files, python, tuple(sorted({row.place.path for row in rows}.difference(python)))),
        clients=_distinct(one for path, file in facts.items() for one in _clients(path, file)),
        fixtures=tuple(
            Named(one.name, Place(path, one.span), ", ".join(one.makes))
            for path, file in facts.items()
            for one in file.fixtures
            if one.makes
        ),
        doubles=_distinct(one for path, file in facts.items() for one in _doubles(path, file)),
        rows=rows,
        evidence=dict(Counter(row.evidence for row in rows).most_common()),
        loose=tuple(loose.all()),
        others=loose.others,
        rpc=tuple(_functions(project)),
        unread=tuple(_unread(project)),
    )


def _tied(project: BoundProject, bound: BoundRow) -> TiedRow:
    table = bound.table
    name = table.name if table.schema in project.catalog.search_path else f"{table.schema}.{table.name}"
    said = bound.use.name if bound.use.evidence in ("name", "configuration") else ""
    return TiedRow(Place(bound.path, bound.row.span), name, bound.role, bound.use.evidence, said)


def _distinct(found: Iterator[Named]) -> tuple[Named, ...]:
    """Each name of a file once, where it stands first."""
    first: dict[tuple[str, str], Named] = {}
    for one in found:
        first.setdefault((one.place.path, one.name), one)
    return tuple(first.values())


def _clients(path: str, file: FileFacts) -> Iterator[Named]:
    for call in file.calls:
        if call.known_client and not call.fake:
            yield Named(call.receiver, Place(path, call.table.span), call.maker or "")


def _doubles(path: str, file: FileFacts) -> Iterator[Named]:
    for call in file.calls:
        if call.fake:
            yield Named(call.maker or call.receiver, Place(path, call.table.span))
    for fixture in file.fixtures:
        for maker in fixture.makes:
            last = maker.rpartition(".")[2]
            if last in _MOCKS or says(last, CLIENT_DOUBLES):
                yield Named(fixture.name, Place(path, fixture.span), maker)
    for dispatch in file.rpc.dispatches if file.rpc is not None else ():
        yield Named(dispatch.name, Place(path, dispatch.span), "answers stored functions by name")


def _functions(project: BoundProject) -> Iterator[StoredFunction]:
    calls: dict[str, list[Place]] = {}
    doubles: dict[str, list[Place]] = {}
    for path, file in project.facts.items():
        if file.rpc is None:
            continue
        for call in file.rpc.calls:
            held = calls if call.evidence == "call" else doubles
            held.setdefault(call.function.name, []).append(Place(path, call.span))
        for answer in file.rpc.answers:
            if answer.function is not None:
                doubles.setdefault(answer.function.name, []).append(Place(path, answer.span))
    known = {function.name for function in project.catalog.functions}
    for name in sorted(calls.keys() | doubles.keys()):
        yield StoredFunction(name, name in known, tuple(calls.get(name, ())), tuple(doubles.get(name, ())))


def _unread(project: BoundProject) -> Iterator[Named]:
    for skipped in project.catalog.skipped:
        yield Named("statement", skipped.place, skipped.reason)
    for path, file in project.facts.items():
        if file.problem is not None:
            yield Named("file", Place(path, Span(1, 1, 1, 1)), file.problem)
