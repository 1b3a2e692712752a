"""Relations that a query makes: views, materialized views, CREATE TABLE AS and SELECT INTO."""

from __future__ import annotations

from collections.abc import Sequence

from dblint.catalog import views
from dblint.catalog.replay import columns, tables, types
from dblint.catalog.replay.journal import RefusedError
from dblint.catalog.replay.lookup import StateLookup
from dblint.catalog.replay.objects import Column, Relation, RelationKind
from dblint.catalog.replay.state import TEMPORARY, State
from dblint.catalog.replay.usage import used_columns
from dblint.catalog.scopes import NOTHING_KNOWN, Columns, ViewColumn
from dblint.sql.statements import CreateTableAs, CreateView


def create_view(state: State, statement: CreateView) -> Relation | None:
    found, used = _read(state, statement)
    existing = _replaced(state, statement) if statement.replace else None
    if existing is not None:
        _replace(state, existing, found)
        relation = existing
        state.journal.set(relation, "place", statement.name.place)
        for used_before in relation.uses:
            state.unuse(relation, used_before)
    else:
        kind: RelationKind = "materialized view" if statement.materialized else "view"
        made = tables.new_relation(state, statement.name, kind, statement.temporary, statement.if_not_exists)
        if made is None:
            return None
        relation = made
        _fill(state, relation, found)
        tables.publish(state, relation)
    state.journal.set(relation, "uses", tuple(used))
    for one in used:
        state.use(relation, one)
    return relation


def _read(state: State, statement: CreateView | CreateTableAs) -> tuple[Columns, list[object]]:
    """The columns of the statement's query, and what it uses."""
    if statement.query is None:
        return NOTHING_KNOWN.renamed(statement.columns), []
    lookup = StateLookup(state, statement.name.place)
    found = views.columns(statement.query, lookup, statement.columns)
    names = [column.name for column in found.columns]
    if found.complete and (len(set(names)) != len(names) or len(statement.columns) > len(names)):
        raise RefusedError("a column is specified more than once, or there are more names than columns")
    relations = [one for one in lookup.used if isinstance(one, Relation)]
    return found, [*lookup.used, *dict.fromkeys(used_columns(statement.query, relations))]


def _replaced(state: State, statement: CreateView) -> Relation | None:
    schema = TEMPORARY if statement.temporary else state.home(statement.name)
    found = state.relations.get((schema, statement.name.name))
    if found is None:
        return None
    if not isinstance(found, Relation) or found.kind != "view":
        raise RefusedError(f'"{statement.name.name}" is not a view')
    return found


def _replace(state: State, relation: Relation, found: Columns) -> None:
    """CREATE OR REPLACE may only add columns at the end."""
    if relation.complete and found.complete:
        before = [column.name for column in relation.columns]
        after = [column.name for column in found.columns]
        if after[: len(before)] != before:
            raise RefusedError("cannot change or drop columns of a view")
        _same_types(state, relation, found)
        _add(state, relation, found.columns[len(before) :])
        return
    state.journal.set(relation, "columns", ())
    state.journal.set(relation, "complete", found.complete)
    _add(state, relation, found.columns)


def _same_types(state: State, relation: Relation, found: Columns) -> None:
    for column, now in zip(relation.columns, found.columns, strict=False):
        if now.type is None:
            continue
        use = types.thawed(state, now.type)
        if column.type is not None and not columns.agree(column.type, use):
            raise RefusedError(f'cannot change data type of view column "{column.name}"')
        state.journal.set(column, "type", use)
    state.journal.set(relation, "columns", (*relation.columns,))


def _fill(state: State, relation: Relation, found: Columns) -> None:
    relation.complete = found.complete
    columns.fill(state, relation, [_column(state, relation, one) for one in found.columns])


def _add(state: State, relation: Relation, found: Sequence[ViewColumn]) -> None:
    for one in found:
        columns.append(state, relation, _column(state, relation, one), "created")


def _column(state: State, relation: Relation, one: ViewColumn) -> Column:
    use = types.thawed(state, one.type)
    column = Column(one.name, use, relation.place, owner=relation)
    types.depends(state, column, use)
    return column


def create_table_as(state: State, statement: CreateTableAs) -> Relation | None:
    relation = tables.new_relation(state, statement.name, "table", statement.temporary, statement.if_not_exists)
    if relation is None:
        return None
    found, _ = _read(state, statement)
    _fill(state, relation, found)
    tables.publish(state, relation)
    return relation
