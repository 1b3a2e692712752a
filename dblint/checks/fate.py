"""What became of a column or table that a test still names: renamed, dropped, or never there."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from dblint.catalog.model import Catalog, EventKind, Table
from dblint.checks.wording import at
from dblint.finding import Label
from dblint.source import Place
from dblint.values.nearest import nearest


@dataclass(frozen=True, slots=True)
class Fate:
    """``told`` follows the first words of a message; ``meant`` is the name to use now, if there is one.

    ``evident`` is true where the SQL itself says what became of the name, ``proven`` where its RENAMEs lead to
    ``meant``; else ``meant`` is only the nearest name there is.
    """

    told: str
    labels: tuple[Label, ...]
    meant: str | None = None
    proven: bool = False
    evident: bool = False


def column_fate(catalog: Catalog, table: Table, name: str) -> Fate:
    """Why the table has no column of that name."""
    key = name if catalog.dialect == "postgres" else name.lower()
    standing = {column.name: column.place for column in table.columns}
    losses = [_Loss(one.column, one.kind, one.order, one.place, one.now) for one in table.history]
    steps = _steps(key, losses)
    if steps:
        return _told(steps, standing)
    return _nearest(name, standing) or Fate("", (Label(table.place, f"`{table.name}` is made here"),))


def table_fate(catalog: Catalog, schema: str, name: str) -> Fate:
    """Why the schema has no table of that name."""
    standing = {table.name: table.place for table in catalog.tables if table.schema == schema}
    losses = [
        _Loss(one.name, one.kind, one.order, one.place, one.now and one.now.removeprefix(f"{schema}."))
        for one in catalog.events
        if one.what == "table" and one.schema == schema
    ]
    steps = _steps(name, losses)
    return _told(steps, standing) if steps else _nearest(name, standing) or Fate("", ())


def function_fate(catalog: Catalog, schema: str, name: str) -> Fate:
    """Why the schema has no function of that name."""
    standing = {one.name: one.place for one in catalog.functions if one.schema == schema}
    losses = [
        _Loss(one.name, one.kind, one.order, one.place, one.now and one.now.removeprefix(f"{schema}."))
        for one in catalog.events
        if one.what == "function" and one.schema == schema
    ]
    steps = _steps(name, losses)
    return _told(steps, standing) if steps else _nearest(name, standing) or Fate("", ())


@dataclass(frozen=True, slots=True)
class _Loss:
    """An event that may take a name away."""

    name: str
    kind: EventKind
    order: int
    place: Place
    now: str | None


def _steps(name: str, events: Iterable[_Loss]) -> Sequence[_Loss]:
    """The last event that took the name away, and those that took away the names it had afterwards."""
    losses = sorted((one for one in events if one.kind in ("renamed", "dropped")), key=lambda one: one.order)
    step = next((one for one in reversed(losses) if one.name == name), None)
    steps = []
    while step is not None:
        steps.append(step)
        now, order = step.now, step.order
        step = next((one for one in losses if one.order > order and one.name == now), None)
    return steps


def _told(steps: Sequence[_Loss], standing: Mapping[str, Place]) -> Fate:
    words = []
    labels = []
    for step in steps:
        done = "dropped it" if step.kind == "dropped" else f"renamed it to `{step.now}`"
        words.append(f"{at(step.place)} {done}")
        verb = "is dropped here" if step.kind == "dropped" else f"is renamed to `{step.now}` here"
        labels.append(Label(step.place, f"`{step.name}` {verb}"))
    last = steps[-1]
    meant = last.now if last.kind == "renamed" and last.now in standing else None
    return Fate(": " + ", then ".join(words), tuple(labels), meant, proven=meant is not None, evident=True)


def _nearest(name: str, standing: Mapping[str, Place]) -> Fate | None:
    meant = nearest(name, tuple(standing))
    if meant is None:
        return None
    return Fate(f"; the nearest is `{meant}`", (Label(standing[meant], f"`{meant}` is made here"),), meant)
