"""Rows that may be a table's and that nothing ties to one: what stands in the way, and what would close the gap."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from dblint.binding.model import BoundProject
from dblint.catalog.model import Table
from dblint.facts.doubles_model import DoubleResult
from dblint.facts.model import FileFacts, MockRow, RowUse
from dblint.facts.words import CLIENTS, STORES, says
from dblint.source import Place, Span

_LIKE = 0.6
_LEAST_KEYS = 3
_NEAR = (CLIENTS - {"client"}) | STORES | {"conn", "connection", "cursor", "cur", "pool", "session", "repo"}
_OUTSIDE = frozenset(
    ("httpx", "requests", "aiohttp", "http", "subprocess", "openai", "anthropic", "llm", "smtp", "boto", "redis")
)
_ASKING = frozenset(
    (
        *("table", "from_", "execute", "fetch", "fetchrow", "fetchval", "fetchone", "fetchall", "fetchmany"),
        *("scalar_one", "scalar_one_or_none", "scalars", "mappings"),
    )
)


@dataclass(frozen=True, slots=True)
class LooseRow:
    """A row near a database that no table was found for; ``hint`` is what would tie it, as it is to be written."""

    place: Place
    why: str
    hint: str


class LooseRows:
    """The loose rows of a project; ``others`` counts those of doubles that have nothing to do with a database."""

    def __init__(self, project: BoundProject) -> None:
        self._project = project
        self._bound = {(bound.path, bound.row.span) for bound in project.rows}
        self._tables = {
            table.name: frozenset(column.name for column in table.columns)
            for table in project.catalog.tables
            if table.schema in project.catalog.search_path
        }
        self._owners: dict[str, list[str]] = {}
        for name, columns in self._tables.items():
            for column in columns:
                self._owners.setdefault(column, []).append(name)
        self.others = 0

    def all(self) -> Iterator[LooseRow]:
        """Each row once, in the order of the files."""
        for path, file in self._project.facts.items():
            seen: set[Span] = set()
            for row, why in (*self._told(file), *self._answers(file)):
                open_ = row.home or row.deliberate or (path, row.span) in self._bound or row.span in seen
                if open_ or not row.entries:
                    continue
                seen.add(row.span)
                found = why(row)
                if found is None:
                    self.others += 1
                else:
                    yield LooseRow(Place(path, row.span), *found)

    def _told(self, file: FileFacts) -> Iterator[tuple[MockRow, _Why]]:
        for use in file.uses:
            if use.table is not None or (use.evidence == "name" and use.words):
                yield file.rows[use.row], _Told(self, use)

    def _answers(self, file: FileFacts) -> Iterator[tuple[MockRow, _Why]]:
        for double in file.doubles:
            for index in double.rows:
                yield file.rows[index], _Answered(self, double)

    def likest(self, row: MockRow) -> tuple[str, int, int] | None:
        """The one table that most of the row's keys are columns of, how many are, and of how many."""
        keys = {entry.key for entry in row.entries}
        shares: dict[str, int] = {}
        for key in keys:
            for name in self._owners.get(key, ()):
                shares[name] = shares.get(name, 0) + 1
        best = max(shares.values(), default=0)
        likest = [name for name, share in shares.items() if share == best]
        alike = best >= _LIKE * len(keys) if len(keys) >= _LEAST_KEYS else best == len(keys) > 1
        if not alike or len(likest) != 1:
            return None
        return likest[0], best, len(keys)

    def known(self, use: RowUse) -> Table | None:
        assert use.table is not None
        return self._project.catalog.table(use.table.schema, use.table.name)


class _Why:
    """Says what stands in the way of a row; None for one that is none of a database."""

    def __call__(self, row: MockRow) -> tuple[str, str] | None:
        raise NotImplementedError


@dataclass(frozen=True, slots=True)
class _Told(_Why):
    rows: LooseRows
    use: RowUse

    def __call__(self, row: MockRow) -> tuple[str, str] | None:
        use = self.use
        if use.table is None:
            likest = self.rows.likest(row)
            if likest is None:
                return None
            why = f"the name `{use.name}` is no table's, and {_shared(likest)}"
            return why, f'tables = {{"{use.name}" = "{likest[0]}"}}'
        if self.rows.known(use) is None:
            return f"the schema has no table `{use.table.name}`", "add the file that makes it to `schema`"
        return f"it is not like a row of `{use.table.name}`", f"# dblint: table={use.table.name}"


@dataclass(frozen=True, slots=True)
class _Answered(_Why):
    rows: LooseRows
    double: DoubleResult

    def __call__(self, row: MockRow) -> tuple[str, str] | None:
        likest = self.rows.likest(row)
        near, name = _is_near(self.double), self.double.root.target or self.double.root.name
        if not near and (likest is None or any(says(part, _OUTSIDE) for part in name.split("."))):
            return None
        if likest is None and len(row.entries) < _LEAST_KEYS:
            return None
        short = ".".join(name.split(".")[-2:])
        said = f"nothing tells which query this answers{f' for `{short}`' if short else ''}"
        told = said if likest is None else f"{said}, and {_shared(likest)}"
        return told, f"# dblint: table={likest[0] if likest else 'NAME'}"


def _shared(likest: tuple[str, int, int]) -> str:
    name, shared, keys = likest
    return f"{'all' if shared == keys else shared} of its {keys} keys are columns of `{name}`"


def _is_near(double: DoubleResult) -> bool:
    """The double stands for a database's client, connection or repository by its names or by what it is asked."""
    names = (double.root.name, *(double.root.target or "").split(".")[-2:], double.root.maker or "")
    return any(says(name, _NEAR) for name in names) or any(step.name in _ASKING for step in double.path)


def by_hint(loose: tuple[LooseRow, ...]) -> Mapping[tuple[str, str, str], list[int]]:
    """The lines of rows of one file that the same is said of."""
    found: dict[tuple[str, str, str], list[int]] = {}
    for one in loose:
        found.setdefault((one.place.path, one.why, one.hint), []).append(one.place.span.line)
    return found
