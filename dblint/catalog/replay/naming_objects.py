"""The functions and casts a block asks the catalog with: names to objects and back."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from dblint.catalog.model import Type
from dblint.catalog.replay.comparing import UNKNOWN, truth
from dblint.catalog.replay.objects import Relation
from dblint.catalog.replay.state import State
from dblint.catalog.replay.system_rows import Elsewhere, Modifier, Oid, Outside, Value
from dblint.source import Place
from dblint.sql.definitions import ObjectName
from dblint.sql.postgres_quoting import identifier

_NAME = re.compile(r'(?:("[^"]+"|[A-Za-z_][\w$]*)\.)?("[^"]+"|[A-Za-z_][\w$]*)')


def _folded(part: str) -> str:
    return part[1:-1] if part.startswith('"') else part.lower()


@dataclass(frozen=True, slots=True)
class Names:
    """Names as they are understood now."""

    state: State
    place: Place

    def schema(self) -> Value:
        """The schema new objects go to."""
        return next((one for one in self.state.path if self.state.schemas.get(one, False)), UNKNOWN)

    def relation(self, value: Value) -> Value:
        """What ``to_regclass`` gives."""
        if not isinstance(value, str):
            return None if value is None else UNKNOWN
        name = self._name(value)
        if name is None:
            return UNKNOWN
        found = self.state.named(name)
        if found is not None:
            sure = not isinstance(found, Relation) or (
                found.certain and (found.schema, found.name) not in self.state.unsure
            )
            return Oid(found) if sure else UNKNOWN
        return UNKNOWN if self.state.foreign(name) or self.state.dynamic else None

    def type(self, value: Value) -> Value:
        """What ``to_regtype`` gives, for the project's own types."""
        if not isinstance(value, str):
            return None if value is None else UNKNOWN
        name = self._name(value)
        if name is None:
            return UNKNOWN
        found = self.state.kind(name)
        if found is not None:
            return Oid(found)
        row = self.state.relation(name)
        if row is not None:
            return Oid(row) if row.certain else UNKNOWN
        return UNKNOWN if self.state.foreign(name) or self.state.dynamic else None

    def _name(self, text: str) -> ObjectName | None:
        parts = _NAME.fullmatch(text.strip())
        if parts is None:
            return None
        schema, name = (_folded(part) if part is not None else None for part in parts.groups())
        return ObjectName(schema, name or "", self.place)


def _format_type(_: Names, values: Sequence[Value]) -> Value:
    if len(values) != 2 or not isinstance(values[0], Type):
        return UNKNOWN
    if isinstance(values[1], Modifier) and values[1].type == values[0]:
        return values[0].text
    return values[0].name + "[]" * values[0].dimensions if values[1] is None and values[0].schema is None else UNKNOWN


def _text_function(change: Callable[[str], str]) -> Callable[[Names, Sequence[Value]], Value]:
    def apply(_: Names, values: Sequence[Value]) -> Value:
        only = values[0] if len(values) == 1 else UNKNOWN
        return change(only) if isinstance(only, str) else None if only is None else UNKNOWN

    return apply


FUNCTIONS: dict[str, Callable[[Names, Sequence[Value]], Value]] = {
    "to_regclass": lambda names, values: names.relation(values[0] if values else UNKNOWN),
    "to_regtype": lambda names, values: names.type(values[0] if values else UNKNOWN),
    "current_schema": lambda names, _: names.schema(),
    "format_type": _format_type,
    "lower": _text_function(str.lower),
    "upper": _text_function(str.upper),
    "quote_ident": _text_function(identifier),
}


def _as_text(names: Names, value: Value) -> Value:
    if isinstance(value, Oid) and isinstance(value.thing, Relation):
        return _shown_name(names.state, value.thing)
    if isinstance(value, bool):
        return str(value).lower()
    return str(value) if isinstance(value, int) else value if value is None or isinstance(value, str) else UNKNOWN


def _shown_name(state: State, relation: Relation) -> str:
    """A relation as ``regclass`` prints it."""
    seen = next((one for one in state.path if (one, relation.name) in state.relations), None)
    name = identifier(relation.name)
    return name if seen == relation.schema else f"{identifier(relation.schema)}.{name}"


def _as_name(names: Names, value: Value) -> Value:
    return value if isinstance(value, Outside | Elsewhere) else _as_text(names, value)


def _as_number(_: Names, value: Value) -> Value:
    if isinstance(value, str):
        return int(value) if re.fullmatch(r"-?\d+", value) else UNKNOWN
    return value if value is None or isinstance(value, int | Modifier) else UNKNOWN


def _as_relation(names: Names, value: Value) -> Value:
    if isinstance(value, str):
        found = names.relation(value)
        return found if found is not None else UNKNOWN
    return value


def _as_type(names: Names, value: Value) -> Value:
    if isinstance(value, str):
        found = names.type(value)
        return found if found is not None else UNKNOWN
    return value if isinstance(value, Oid) else UNKNOWN


def _as_schema(names: Names, value: Value) -> Value:
    there = isinstance(value, str) and names.state.schemas.get(value, False)
    return Oid(value) if there else value if isinstance(value, Oid) else UNKNOWN


CASTS: dict[str, Callable[[Names, Value], Value]] = {
    **dict.fromkeys(("text", "varchar"), _as_text),
    "name": _as_name,
    **dict.fromkeys(("int4", "int8", "int2"), _as_number),
    "bool": lambda _, value: truth(value),
    "regclass": _as_relation,
    "regtype": _as_type,
    "regnamespace": _as_schema,
    "oid": lambda _, value: value if isinstance(value, Oid | Outside) else UNKNOWN,
}
