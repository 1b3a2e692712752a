"""How findings speak of a row's values and of what a CHECK accepts."""

from __future__ import annotations

from collections.abc import Iterable

from dblint.facts.model import Value
from dblint.sql import expressions as sql

_LONGEST = 60
_MOST = 12


def shown(value: Value) -> str:
    """A literal as a message quotes it."""
    if value.kind == "null":
        return "`None`"
    if value.kind == "str":
        return f"`{_cut(repr(value.text))}`"
    if value.kind == "call":
        return f"`{_cut(value.text)}({', '.join(item.text for item in value.items)})`"
    if value.kind in ("list", "tuple", "dict"):
        return f"this {value.kind}"
    return f"`{_cut(value.text)}`"


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"


def accepted(expression: sql.Expression) -> tuple[str, ...]:
    """The texts that an expression lists as the only ones: ``x IN ('a', 'b')``, ``x = ANY (ARRAY['a', 'b'])``."""
    if isinstance(expression, sql.In) and not expression.negated and isinstance(expression.items, tuple):
        return _texts(expression.items)
    if isinstance(expression, sql.Quantified) and (expression.operator, expression.quantifier) == ("=", "ANY"):
        listed = _bare(expression.values)
        return _texts(listed.items) if isinstance(listed, sql.Array) else ()
    if isinstance(expression, sql.Logical) and expression.operator == "OR":
        return tuple(text for operand in expression.operands for text in accepted(operand))
    return ()


def _texts(items: Iterable[sql.Expression]) -> tuple[str, ...]:
    bare = [_bare(item) for item in items]
    return tuple(one.text for one in bare if isinstance(one, sql.Literal) and one.kind != "null")


def _bare(expression: sql.Expression) -> sql.Expression:
    while isinstance(expression, sql.Cast):
        expression = expression.operand
    return expression


def listed(texts: tuple[str, ...]) -> str:
    """The texts as a sentence lists them."""
    more = f" and {len(texts) - _MOST} more" if len(texts) > _MOST else ""
    return ", ".join(f"`{text}`" for text in texts[:_MOST]) + more
