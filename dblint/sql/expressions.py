"""SQL expressions as plain frozen data, the same kinds for every dialect."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, fields, is_dataclass
from typing import TYPE_CHECKING, Any, TypeAlias
from typing import Literal as Choice

from dblint.sql.definitions import TypeName

if TYPE_CHECKING:
    from dblint.sql.queries import Query


@dataclass(frozen=True, slots=True)
class Literal:
    """A constant: ``text`` is a string's content, a number's digits with its sign, ``true``, ``null``, ``b101``.

    ``offset`` is where it starts, in bytes; behind the sign of a number.
    """

    kind: Choice["null", "bool", "integer", "decimal", "string", "bits"]
    text: str
    offset: int | None = field(default=None, compare=False)


NULL = Literal("null", "null")


@dataclass(frozen=True, slots=True)
class Column:
    """A column's name and what stands before it, outermost first; ``offset`` is where it starts, in bytes."""

    name: str
    qualifier: tuple[str, ...] = ()
    offset: int | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Star:
    """``*`` or ``t.*``."""

    qualifier: tuple[str, ...] = ()
    offset: int | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Parameter:
    """``$1``."""

    number: int


@dataclass(frozen=True, slots=True)
class Keyword:
    """A value with a name of its own: ``CURRENT_TIMESTAMP``, ``CURRENT_USER``, ``DEFAULT``."""

    name: str
    precision: int | None = None


@dataclass(frozen=True, slots=True)
class Unary:
    """``NOT x``, ``~x``; a minus before a number is that number's sign."""

    operator: str
    operand: Expression


@dataclass(frozen=True, slots=True)
class Binary:
    """``operator`` as PostgreSQL spells it: ``<>``, ``||``, ``~*``, ``IS DISTINCT FROM``, ``OPERATOR(s.+)``."""

    operator: str
    left: Expression
    right: Expression


@dataclass(frozen=True, slots=True)
class Logical:
    """A chain of two or more ANDs or ORs; no operand is a chain of the same word."""

    operator: Choice["AND", "OR"]
    operands: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class SortKey:
    expression: Expression
    descending: bool = False
    nulls_first: bool | None = None
    using: str | None = None


@dataclass(frozen=True, slots=True)
class Bound:
    """One end of a window's frame: ``CURRENT ROW``, ``UNBOUNDED PRECEDING``, or ``PRECEDING`` with an offset."""

    word: str
    offset: Expression | None = None


@dataclass(frozen=True, slots=True)
class Frame:
    mode: Choice["RANGE", "ROWS", "GROUPS"]
    start: Bound
    end: Bound
    exclude: str | None = None


@dataclass(frozen=True, slots=True)
class Window:
    """What stands after OVER: ``name`` alone for ``OVER w``; ``base`` is the ``w`` of ``(w ORDER BY x)``."""

    name: str | None = None
    base: str | None = None
    partition: tuple[Expression, ...] = ()
    order: tuple[SortKey, ...] = ()
    frame: Frame | None = None


@dataclass(frozen=True, slots=True)
class Call:
    """A function call; what the grammar only dresses as syntax is one too, under the function's own name.

    ``coalesce``, ``nullif``, ``greatest``, ``least``; ``extract('year', x)``, ``timezone(zone, x)`` for AT TIME ZONE,
    ``position(text, part)``, ``btrim``. ``schema`` is None for the system's own.
    """

    name: str
    arguments: tuple[Expression, ...] = ()
    schema: str | None = None
    star: bool = False
    distinct: bool = False
    variadic: bool = False
    order: tuple[SortKey, ...] = ()
    within_group: bool = False
    where: Expression | None = None
    """The condition of FILTER."""
    over: Window | None = None


@dataclass(frozen=True, slots=True)
class NamedArgument:
    name: str
    value: Expression


@dataclass(frozen=True, slots=True)
class Cast:
    operand: Expression
    type: TypeName


@dataclass(frozen=True, slots=True)
class Case:
    operand: Expression | None
    whens: tuple[tuple[Expression, Expression], ...]
    default: Expression | None = None


@dataclass(frozen=True, slots=True)
class In:
    """``items`` is a list, or the subquery alone."""

    operand: Expression
    items: tuple[Expression, ...] | Subquery
    negated: bool = False


@dataclass(frozen=True, slots=True)
class Is:
    """``IS [NOT] NULL | TRUE | FALSE | UNKNOWN | JSON [OBJECT …]``."""

    operand: Expression
    test: str
    negated: bool = False


@dataclass(frozen=True, slots=True)
class Between:
    operand: Expression
    low: Expression
    high: Expression
    negated: bool = False
    symmetric: bool = False


@dataclass(frozen=True, slots=True)
class Match:
    """A pattern match by wildcard; regular expressions are ``Binary`` with ``~``."""

    operator: Choice["LIKE", "ILIKE", "SIMILAR TO"]
    operand: Expression
    pattern: Expression
    negated: bool = False
    escape: Expression | None = None


@dataclass(frozen=True, slots=True)
class Quantified:
    """``x = ANY (array)``, ``x < ALL (SELECT …)``."""

    operator: str
    operand: Expression
    quantifier: Choice["ANY", "ALL"]
    values: Expression


@dataclass(frozen=True, slots=True)
class Array:
    items: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Row:
    items: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Subscript:
    """``x[index]``, or with ``slice`` ``x[lower:index]``."""

    operand: Expression
    index: Expression | None
    slice: bool = False
    lower: Expression | None = None


@dataclass(frozen=True, slots=True)
class Field:
    """``(x).name``; None for ``(x).*``."""

    operand: Expression
    name: str | None


@dataclass(frozen=True, slots=True)
class Collate:
    operand: Expression
    collation: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Subquery:
    query: Query
    form: Choice["scalar", "exists", "array"] = "scalar"


@dataclass(frozen=True, slots=True)
class Opaque:
    """A construct dblint does not read further (XML, SQL/JSON): its name, the expressions in it, its RETURNING type."""

    name: str
    operands: tuple[Expression, ...] = ()
    returning: TypeName | None = None


Expression: TypeAlias = (
    Literal
    | Column
    | Star
    | Parameter
    | Keyword
    | Unary
    | Binary
    | Logical
    | Call
    | NamedArgument
    | Cast
    | Case
    | In
    | Is
    | Between
    | Match
    | Quantified
    | Array
    | Row
    | Subscript
    | Field
    | Collate
    | Subquery
    | Opaque
)


def logical(operator: Choice["AND", "OR"], operands: tuple[Expression, ...]) -> Expression:
    """The chain of ``operands``, with inner chains of the same word taken in."""
    flat: list[Expression] = []
    for operand in operands:
        flat.extend(operand.operands if isinstance(operand, Logical) and operand.operator == operator else (operand,))
    return flat[0] if len(flat) == 1 else Logical(operator, tuple(flat))


def negated(operand: Expression) -> Expression:
    """``- operand``, where a number takes the sign itself."""
    if isinstance(operand, Literal) and operand.kind in ("integer", "decimal"):
        text = operand.text[1:] if operand.text.startswith("-") else f"-{operand.text}"
        return Literal(operand.kind, "0" if text == "-0" else text, operand.offset)
    return Unary("-", operand)


def parts(expression: Expression) -> Iterator[Expression]:
    """The expressions directly inside this one; a subquery's own are not among them."""
    if not isinstance(expression, Subquery):
        for one in fields(expression):
            yield from _inside(getattr(expression, one.name))


def walk(expression: Expression) -> Iterator[Expression]:
    """The expression and all inside it, outermost first; subqueries are met, not entered."""
    waiting = [expression]
    while waiting:
        one = waiting.pop()
        yield one
        waiting.extend(reversed(list(parts(one))))


def _inside(value: Any) -> Iterator[Expression]:
    if isinstance(value, tuple):
        for one in value:
            yield from _inside(one)
    elif isinstance(value, SortKey | Frame | Bound | Window):
        for one in fields(value):
            yield from _inside(getattr(value, one.name))
    elif is_dataclass(value) and not isinstance(value, TypeName):
        yield value  # type: ignore[misc]
