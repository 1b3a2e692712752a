"""Relations that a query makes: views, materialized views, CREATE TABLE AS and SELECT INTO."""

from __future__ import annotations

from dblint.catalog.replay import tables
from dblint.catalog.replay.journal import RefusedError
from dblint.catalog.replay.objects import Column, Relation
from dblint.catalog.replay.state import TEMPORARY, State
from dblint.sql.statements import CreateTableAs, CreateView


def create_view(state: State, statement: CreateView) -> Relation | None:
    existing = _replaced(state, statement) if statement.replace else None
    made = _columns(statement)
    if existing is not None:
        state.journal.set(existing, "columns", made)
        state.journal.set(existing, "place", statement.name.place)
        return existing
    kind = "materialized view" if statement.materialized else "view"
    relation = tables.new_relation(state, statement.name, kind, statement.temporary, statement.if_not_exists)  # type: ignore[arg-type]
    if relation is None:
        return None
    relation.columns = made
    relation.complete = bool(made)
    tables.publish(state, relation)
    return relation


def _replaced(state: State, statement: CreateView) -> Relation | None:
    schema = TEMPORARY if statement.temporary else state.home(statement.name)
    found = state.relations.get((schema, statement.name.name))
    if found is None:
        return None
    if not isinstance(found, Relation) or found.kind != "view":
        raise RefusedError(f'"{statement.name.name}" is not a view')
    return found


def _columns(statement: CreateView | CreateTableAs) -> tuple[Column, ...]:
    return tuple(Column(name, None, statement.name.place) for name in statement.columns)


def create_table_as(state: State, statement: CreateTableAs) -> Relation | None:
    relation = tables.new_relation(state, statement.name, "table", statement.temporary, statement.if_not_exists)
    if relation is None:
        return None
    relation.columns = _columns(statement)
    relation.complete = bool(relation.columns)
    tables.publish(state, relation)
    return relation
