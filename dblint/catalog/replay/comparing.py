"""Values of the system catalog compared as the server compares them, as far as they are known."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable

from dblint.catalog.model import Type
from dblint.catalog.replay.objects import Relation
from dblint.catalog.replay.state import State
from dblint.catalog.replay.system_rows import Elsewhere, Modifier, Oid, Outside, Positive, Value
from dblint.sql.world import UNKNOWN_VALUE

UNKNOWN = UNKNOWN_VALUE


def truth(value: Value) -> Value:
    """The value as a condition takes it."""
    if isinstance(value, str):
        return {"true": True, "t": True, "false": False, "f": False}.get(value.lower(), UNKNOWN)
    return value if value is None or isinstance(value, bool) else UNKNOWN


_COMPARE: dict[str, Callable[[object, object], bool]] = {
    "=": operator.eq,
    "<>": operator.ne,
    "!=": operator.ne,
}
_ORDER: dict[str, Callable[[int, int], bool]] = {
    "<": operator.lt,
    ">": operator.gt,
    "<=": operator.le,
    ">=": operator.ge,
}


def compared(state: State, sign: str, left: Value, right: Value) -> Value:
    """What the operator gives for two values."""
    if sign not in _COMPARE and sign not in _ORDER:
        return UNKNOWN
    if left is None or right is None:
        return None
    if isinstance(left, Outside | Elsewhere) or isinstance(right, Outside | Elsewhere):
        return sign != "=" if sign in _COMPARE and _differs(state, left, right) else UNKNOWN
    if left is UNKNOWN or right is UNKNOWN:
        return UNKNOWN
    one, other = _alike(left, right)
    if isinstance(one, Positive):
        return (
            True
            if isinstance(other, int) and ((sign == ">" and other <= 0) or (sign == ">=" and other <= 1))
            else UNKNOWN
        )
    if type(one) is not type(other) or isinstance(one, Type):
        return UNKNOWN
    if sign in _COMPARE:
        return _COMPARE[sign](one, other)
    return _ORDER[sign](one, other) if isinstance(one, int) and isinstance(other, int) else UNKNOWN


def _differs(state: State, left: Value, right: Value) -> bool:
    """Something outside the project is surely nothing of the project's."""
    outside, other = (left, right) if isinstance(left, Outside | Elsewhere) else (right, left)
    name = other.thing if isinstance(other, Oid) else other
    if isinstance(outside, Elsewhere):
        return name in state.plan.owned
    if isinstance(other, str):
        stands = any((schema, other) in state.relations for schema in state.schemas)
        return stands or other in state.plan.names or other in state.plan.schemas or other in state.schemas
    return isinstance(other, Oid) and not (isinstance(other.thing, Relation) and not other.thing.complete)


def _alike(left: Value, right: Value) -> tuple[Value, Value]:
    """The two as values of one type, where a text or a modifier stands for a number."""
    left, right = number(left), number(right)
    if isinstance(left, str) and not isinstance(right, str):
        right, left = _alike(right, left)
        return left, right
    if isinstance(right, str) and isinstance(left, bool):
        return left, truth(right)
    if isinstance(right, str) and isinstance(left, int):
        return left, int(right) if re.fullmatch(r"-?\d+", right) else UNKNOWN
    return left, right


def number(value: Value) -> Value:
    """A type's modifier as the number that ``atttypmod`` holds."""
    if not isinstance(value, Modifier):
        return value
    if value.type is None or value.type.kind != "base":
        return UNKNOWN
    digits = [int(one) for one in value.type.modifiers if one.isdigit()]
    if not value.type.modifiers:
        return -1
    if value.type.name in ("character varying", "character") and len(digits) == 1:
        return digits[0] + 4
    if value.type.name == "numeric" and len(digits) == 2:
        return (digits[0] << 16 | digits[1]) + 4
    return UNKNOWN
