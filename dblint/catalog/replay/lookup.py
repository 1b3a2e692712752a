"""The working state as a query sees it."""

from __future__ import annotations

from collections.abc import Sequence

from dblint.catalog.model import Function, Type
from dblint.catalog.replay import types
from dblint.catalog.replay.freeze import frozen_function
from dblint.catalog.replay.journal import RefusedError
from dblint.catalog.replay.objects import Index, Kind, Relation, Routine, TypeUse
from dblint.catalog.replay.objects import Sequence as SequenceObject
from dblint.catalog.replay.state import State
from dblint.catalog.scopes import Columns, ViewColumn
from dblint.catalog.type_names import system_type
from dblint.source import Place
from dblint.sql.definitions import ObjectName, TypeName


class StateLookup:
    """Answers a query's questions, and notes what was asked for: the query depends on it."""

    def __init__(self, state: State, place: Place) -> None:
        self._state = state
        self._place = place
        self.used: dict[Relation | Routine, None] = {}

    def relation(self, schema: str | None, name: str) -> tuple[Columns, Type | None] | None:
        """The columns of a relation and its row type; None for what the project does not make.

        Raises:
            RefusedError: the project makes the relation, but not yet or no more.
        """
        wanted = ObjectName(schema, name, self._place)
        found = self._state.named(wanted)
        if isinstance(found, Relation) and found.kind != "composite":
            self.used[found] = None
            return self._columns(found), types.plain(TypeUse(None, found), self._state.default_path)
        if found is None and not self._state.foreign(wanted):
            raise RefusedError(f'relation "{name}" does not exist')
        if isinstance(found, Index):
            raise RefusedError(f'"{name}" is an index')
        if isinstance(found, SequenceObject):
            return _SEQUENCE, None
        return None

    def functions(self, schema: str | None, name: str) -> Sequence[Function]:
        places = (schema,) if schema is not None else self._state.path
        found = [one for place in places for one in self._state.routines.get((place, name), ())]
        if len(found) == 1:
            self.used[found[0]] = None
        return [frozen_function(one, self._state.default_path) for one in found]

    def type(self, type_: TypeName) -> Type | None:
        return types.plain(types.resolve(self._state, type_, self._place), self._state.default_path)

    def base(self, type_: Type) -> Type | None:
        found = self._state.kinds.get((type_.schema or "", type_.name))
        return types.plain(found.base, self._state.default_path) if isinstance(found, Kind) else None

    def fields(self, type_: Type) -> Columns | None:
        found = self._state.relations.get((type_.schema or "", type_.name))
        return self._columns(found) if isinstance(found, Relation) else None

    def _columns(self, relation: Relation) -> Columns:
        """The columns as a query sees them; made once for as long as nothing about them changes."""
        # A column that is renamed or retyped stays the same object: only the tuple's identity tells.
        renamed = self._state.types_renamed
        seen = relation.seen
        if seen is not None and seen[0] is relation.columns and seen[1:] == (relation.complete, renamed):
            return relation.shown
        path = self._state.default_path
        found = tuple(ViewColumn(one.name, types.plain(one.type, path)) for one in relation.columns)
        relation.seen = (relation.columns, relation.complete, renamed)
        relation.shown = Columns(found, relation.complete)
        return relation.shown


def _system(name: str) -> Type | None:
    return system_type(TypeName(None, name))


_SEQUENCE = Columns(
    (
        ViewColumn("last_value", _system("int8")),
        ViewColumn("log_cnt", _system("int8")),
        ViewColumn("is_called", _system("bool")),
    )
)
