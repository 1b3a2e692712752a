"""What happened to tables and columns: small questions over the catalog's events."""

from __future__ import annotations

from dataclasses import dataclass

from dblint.catalog.model import Catalog, ColumnEvent, ObjectEvent, Table


@dataclass(slots=True)
class _Life:
    """One column from its birth on, through all its names."""

    birth: ColumnEvent
    names: list[str]
    death: ColumnEvent | None = None


def last_event(table: Table, column: str) -> ColumnEvent | None:
    """The last thing that happened to a column of that name, be it today's or an old one."""
    return next((event for event in reversed(table.history) if _concerns(event, column)), None)


def renamed_to(table: Table, old: str) -> str | None:
    """The name today of the column last called ``old``; None where it was never renamed or stands no more."""
    for life in reversed(_lives(table)):
        if old in life.names[:-1]:
            return life.names[-1] if life.death is None and table.column(life.names[-1]) is not None else None
        if old == life.names[-1]:
            return None
    return None


def dropped_table(catalog: Catalog, schema: str | None, name: str) -> ObjectEvent | None:
    """The event that took the table away, dropped or renamed; None while a table of that name stands."""
    if catalog.table(schema, name) is not None:
        return None
    places = (schema,) if schema is not None else catalog.search_path
    gone = (event for event in reversed(catalog.events) if event.kind in ("dropped", "renamed"))
    return next((one for one in gone if one.what == "table" and one.name == name and one.schema in places), None)


def columns_before(table: Table, order: int) -> frozenset[str]:
    """Those columns of today, by today's names, that the table had just before statement ``order``."""
    lives = (life for life in _lives(table) if life.death is None and life.birth.order < order)
    return frozenset(life.names[-1] for life in lives)


def names_of(table: Table, column: str) -> frozenset[str]:
    """Every name that a column of today ever had."""
    life = _life(table, column)
    return frozenset(life.names) if life is not None else frozenset({column})


def added_by(table: Table, column: str) -> ColumnEvent | None:
    """The event that brought a column of today into the table, whatever its name was then."""
    life = _life(table, column)
    return life.birth if life is not None else None


def _life(table: Table, column: str) -> _Life | None:
    return next((one for one in reversed(_lives(table)) if one.death is None and one.names[-1] == column), None)


def _concerns(event: ColumnEvent, column: str) -> bool:
    return event.column == column or (event.kind == "renamed" and event.now == column)


def _lives(table: Table) -> list[_Life]:
    """All columns that ever were, in the order of their birth."""
    lives: list[_Life] = []
    standing: dict[str, _Life] = {}
    for event in table.history:
        if event.kind in ("created", "added"):
            standing[event.column] = _Life(event, [event.column])
            lives.append(standing[event.column])
        elif event.kind == "dropped" and event.column in standing:
            standing.pop(event.column).death = event
        elif event.kind == "renamed" and event.now is not None:
            life = standing.pop(event.column, None)
            if life is not None:
                life.names.append(event.now)
                standing[event.now] = life
    return lives
