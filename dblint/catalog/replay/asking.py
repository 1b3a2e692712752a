"""A block's questions to the catalog, answered from the working state: exactly, or not at all."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from dblint.catalog.replay.comparing import UNKNOWN, compared, number, truth
from dblint.catalog.replay.naming_objects import CASTS, FUNCTIONS, Names
from dblint.catalog.replay.state import State
from dblint.catalog.replay.system_rows import Row, Value, rows_of
from dblint.source import Place
from dblint.sql import expressions as e
from dblint.sql import queries as q
from dblint.sql.definitions import ObjectName
from dblint.sql.templates import Known, constant
from dblint.sql.world import Answer, AnswerRow

_MOST_ROWS = 200_000
_AGGREGATES = frozenset(
    (
        *("count", "sum", "min", "max", "avg", "bool_or", "bool_and", "every"),
        *("array_agg", "string_agg", "json_agg", "jsonb_agg", "json_object_agg", "jsonb_object_agg"),
    )
)


@dataclass(frozen=True, slots=True)
class _Found:
    """A row of a FROM: by alias the system table's row."""

    rows: dict[str, Row]
    sure: bool = True

    @property
    def outside(self) -> bool:
        return any(row.outside for row in self.rows.values())


@dataclass(frozen=True, slots=True)
class Question:
    """Where and when something is asked: the state, the variables, and the rows of the queries around."""

    state: State
    place: Place
    variables: Mapping[str, Known]
    around: tuple[_Found, ...] = ()
    counted: int | None = None

    def answer(self, expression: e.Expression) -> Answer:
        """The value of an expression; what no variable can keep is unknown."""
        return _answer(self.value(expression))

    def rows(self, query: q.Query, own: bool) -> list[AnswerRow] | None:
        """The query's rows, None where not all are known; with ``own`` those about the project's objects."""
        if not isinstance(query, q.Select):
            return None
        found = self.selected(query)
        if found is None:
            return None
        if own:
            found = [one for one in found if not one[0].outside]
        if not all(one.sure for one, _ in found):
            return None
        return [tuple((name, _answer(value)) for name, value in values) for _, values in found]

    # Queries

    def selected(self, query: q.Select) -> list[tuple[_Found, list[tuple[str, Value]]]] | None:
        """The rows with the values of the select list."""
        found = self.matching(query)
        if found is None:
            return None
        if any(_aggregates(item.expression) for item in query.items):
            return self._counted(query, found)
        if query.tail.limit is not None and len(found) > 1:
            return None
        return [(one, self._inside(one)._items(query)) for one in found]

    def _counted(self, query: q.Select, found: Sequence[_Found]) -> list[tuple[_Found, list[tuple[str, Value]]]] | None:
        if not all(one.sure for one in found):
            return None
        total = Question(self.state, self.place, self.variables, self.around, len(found))
        return [(_Found({}), total._items(query))]

    def _items(self, query: q.Select) -> list[tuple[str, Value]]:
        return [(_label(item), self.value(item.expression)) for item in query.items]

    def matching(self, query: q.Select) -> list[_Found] | None:
        """What FROM and WHERE leave; None for what is no plain question to the catalog."""
        if query.group or query.having is not None or query.tables or query.distinct_on or query.tail.offset:
            return None
        if query.distinct and any(_aggregates(item.expression) for item in query.items):
            return None
        sources: list[tuple[str, Sequence[Row]]] = []
        conditions = list(_conjuncts(query.where))
        for source in query.sources:
            if not self._gather(source, sources, conditions):
                return None
        return self._joined(sources, conditions)

    def _gather(
        self, source: q.Source, sources: list[tuple[str, Sequence[Row]]], conditions: list[e.Expression]
    ) -> bool:
        if isinstance(source, q.Join) and source.kind in ("INNER", "CROSS") and not source.using and not source.natural:
            conditions.extend(_conjuncts(source.condition))
            return self._gather(source.left, sources, conditions) and self._gather(source.right, sources, conditions)
        if not isinstance(source, q.Relation) or source.columns:
            return False
        if self.state.relation(ObjectName(source.schema, source.name, self.place)) is not None:
            return False
        alias = source.alias or source.name
        wanted = self._wanted(conditions, alias)
        rows = rows_of(self.state, (source.schema or "pg_catalog", source.name), wanted)
        if rows is None:
            return False
        sources.append((alias, _even([row for row in rows if _may_be(row, wanted)])))
        return True

    def _wanted(self, conditions: Sequence[e.Expression], alias: str) -> dict[str, str]:
        """The columns that a source must have equal to a text."""
        found: dict[str, str] = {}
        for one in conditions:
            match one:
                case e.Binary("=", e.Column(name, qualifier), right) if qualifier[-1:] in ((), (alias,)):
                    named = isinstance(right, e.Column) and not right.qualifier and right.name in self.variables
                    value = self.value(right) if named or isinstance(right, e.Literal) else None
                    if isinstance(value, str):
                        found[name] = value
        return found

    def _joined(
        self, sources: Sequence[tuple[str, Sequence[Row]]], conditions: Sequence[e.Expression]
    ) -> list[_Found] | None:
        waiting = list(conditions)
        mentioned = {one.name for condition in conditions for one in e.walk(condition) if isinstance(one, e.Column)}
        names = {alias: frozenset(name for row in rows for name in row.values) for alias, rows in sources}
        filtered: list[tuple[str, Sequence[Row]]] = []
        for alias, rows in sources:
            own = [one for one in waiting if _about(one, alias, names)]
            worth = (row for row in rows if row.asked is None or row.asked in mentioned)
            kept = [row for row in worth if all(self._holds({alias: row}, one) is not False for one in own)]
            filtered.append((alias, kept))
        found = [_Found({})]
        for alias, rows in sorted(filtered, key=lambda one: len(one[1])):
            if len(found) * len(rows) > _MOST_ROWS:
                return None
            bound = (*found[0].rows, alias) if found else (alias,)
            ready = [one for one in waiting if _needs(one, names) <= set(bound)]
            waiting = [one for one in waiting if one not in ready]
            found = list(self._extended(found, alias, rows, ready))
        return list(self._kept(found, waiting))

    def _extended(
        self, found: Sequence[_Found], alias: str, rows: Sequence[Row], conditions: Sequence[e.Expression]
    ) -> Iterator[_Found]:
        for one in found:
            for row in rows:
                joined = _Found({**one.rows, alias: row}, one.sure and row.sure)
                yield from self._kept([joined], conditions)

    def _kept(self, found: Sequence[_Found], conditions: Sequence[e.Expression]) -> Iterator[_Found]:
        for one in found:
            answers = [self._holds(one.rows, condition) for condition in conditions]
            if all(answer is not False for answer in answers):
                yield _Found(one.rows, one.sure and all(answer is True for answer in answers))

    def _holds(self, rows: dict[str, Row], condition: e.Expression) -> bool | None:
        """Whether WHERE keeps the rows; None where that is not known."""
        value = self._inside(_Found(rows)).value(condition)
        return value if isinstance(value, bool) else False if value is None else None

    def _inside(self, found: _Found) -> Question:
        return Question(self.state, self.place, self.variables, (found, *self.around))

    # Expressions

    def value(self, expression: e.Expression) -> Value:
        read = _READERS.get(type(expression))
        return read(self, expression) if read is not None else UNKNOWN

    def column(self, one: e.Column) -> Value:
        for found in self.around:
            for alias, row in found.rows.items():
                if one.qualifier and one.qualifier[-1] != alias:
                    continue
                if one.qualifier or one.name in row.values:
                    return row.get(one.name)
            if not one.qualifier and found.rows and _systemic(one.name):
                return UNKNOWN
        name = ".".join((*one.qualifier[-1:], one.name))
        return self.variable(name)

    def variable(self, name: str) -> Value:
        if name not in self.variables:
            return UNKNOWN
        known = self.variables[name]
        if known is None:
            return None
        text = constant(known) if isinstance(known, tuple) else None
        return text if text is not None else UNKNOWN

    def subquery(self, one: e.Subquery) -> Value:
        if not isinstance(one.query, q.Select):
            return UNKNOWN
        if one.form == "exists":
            return self._exists(one.query)
        if one.form != "scalar":
            return UNKNOWN
        found = self.selected(one.query)
        if found is None or not all(each.sure for each, _ in found) or len(found) > 1:
            return UNKNOWN
        return found[0][1][0][1] if found else None

    def _exists(self, query: q.Select) -> Value:
        if any(_aggregates(item.expression) for item in query.items) or query.tail.limit == e.Literal("integer", "0"):
            return UNKNOWN
        found = self.matching(query)
        if found is None or not query.sources:
            return UNKNOWN
        if any(one.sure for one in found):
            return True
        return UNKNOWN if found else False

    def logical(self, one: e.Logical) -> Value:
        decisive = one.operator == "OR"
        values = [truth(self.value(operand)) for operand in one.operands]
        if decisive in values:
            return decisive
        if UNKNOWN in values:
            return UNKNOWN
        return None if None in values else not decisive

    def unary(self, one: e.Unary) -> Value:
        value = truth(self.value(one.operand)) if one.operator == "NOT" else UNKNOWN
        return not value if isinstance(value, bool) else value

    def binary(self, one: e.Binary) -> Value:
        left, right = self.value(one.left), self.value(one.right)
        return compared(self.state, one.operator, left, right)

    def contained(self, one: e.In) -> Value:
        if isinstance(one.items, e.Subquery):
            return UNKNOWN
        found = self._any(self.value(one.operand), [self.value(item) for item in one.items])
        return not found if one.negated and isinstance(found, bool) else found

    def quantified(self, one: e.Quantified) -> Value:
        values = one.values.operand if isinstance(one.values, e.Cast) else one.values
        if one.operator != "=" or one.quantifier != "ANY" or not isinstance(values, e.Array):
            return UNKNOWN
        return self._any(self.value(one.operand), [self.value(item) for item in values.items])

    def _any(self, value: Value, items: Sequence[Value]) -> Value:
        answers = [compared(self.state, "=", value, item) for item in items]
        if True in answers:
            return True
        return UNKNOWN if UNKNOWN in answers else None if None in answers else False

    def between(self, one: e.Between) -> Value:
        if one.symmetric:
            return UNKNOWN
        chain = e.Logical("AND", (e.Binary(">=", one.operand, one.low), e.Binary("<=", one.operand, one.high)))
        found = self.logical(chain)
        return not found if one.negated and isinstance(found, bool) else found

    def tested(self, one: e.Is) -> Value:
        value = self.value(one.operand)
        if value is UNKNOWN:
            return UNKNOWN
        if one.test == "NULL":
            found = value is None
        elif one.test in ("TRUE", "FALSE"):
            found = truth(value) is (one.test == "TRUE")
        else:
            return UNKNOWN
        return found != one.negated

    def matched(self, one: e.Match) -> Value:
        value, pattern = self.value(one.operand), self.value(one.pattern)
        if value is None or pattern is None:
            return None
        if one.escape is not None or one.operator == "SIMILAR TO":
            return UNKNOWN
        if not isinstance(value, str) or not isinstance(pattern, str) or "\\" in pattern:
            return UNKNOWN
        parts = (
            "." if part == "_" else ".*" if part == "%" else re.escape(part) for part in re.split("([_%])", pattern)
        )
        flags = re.DOTALL | (re.IGNORECASE if one.operator == "ILIKE" else 0)
        return (re.fullmatch("".join(parts), value, flags) is not None) != one.negated

    def call(self, one: e.Call) -> Value:
        if one.schema not in (None, "pg_catalog"):
            return UNKNOWN
        if one.name == "count":
            return self._count(one)
        values = [self.value(argument) for argument in one.arguments]
        if one.name == "coalesce":
            return next((value for value in values if value is not None), None)
        function = FUNCTIONS.get(one.name)
        return function(self._names(), values) if function is not None else UNKNOWN

    def _count(self, one: e.Call) -> Value:
        plain = one.star or (len(one.arguments) == 1 and isinstance(one.arguments[0], e.Literal))
        named = len(one.arguments) == 1 and isinstance(one.arguments[0], e.Column)
        known = (plain or (named and self._never_null(one.arguments[0]))) and not (
            one.distinct or one.where or one.over
        )
        return self.counted if known and self.counted is not None else UNKNOWN

    @staticmethod
    def _never_null(column: e.Expression) -> bool:
        return isinstance(column, e.Column) and column.name.endswith("name")

    def cast(self, one: e.Cast) -> Value:
        value = self.value(one.operand)
        if one.type.dimensions or one.type.schema not in (None, "pg_catalog"):
            return UNKNOWN
        convert = CASTS.get(one.type.name)
        return convert(self._names(), value) if convert is not None else UNKNOWN

    def case(self, one: e.Case) -> Value:
        if one.operand is not None:
            return UNKNOWN
        for condition, result in one.whens:
            value = truth(self.value(condition))
            if value is UNKNOWN:
                return UNKNOWN
            if value is True:
                return self.value(result)
        return self.value(one.default) if one.default is not None else None

    def _names(self) -> Names:
        return Names(self.state, self.place)

    def keyword(self, one: e.Keyword) -> Value:
        return self._names().schema() if one.name == "CURRENT_SCHEMA" else UNKNOWN


def _even(rows: list[Row]) -> list[Row]:
    """The rows with all columns that any of them has."""
    names = dict.fromkeys((name for row in rows for name in row.values), UNKNOWN)
    return [row if len(row.values) == len(names) else replace(row, values={**names, **row.values}) for row in rows]


def _may_be(row: Row, wanted: Mapping[str, str]) -> bool:
    return all(not isinstance(row.values.get(name), str) or row.values[name] == text for name, text in wanted.items())


def _systemic(name: str) -> bool:
    """A column of a system table may be called so, though no row known tells it."""
    return name.startswith(_PREFIXES) or name in ("oid", "tableowner", "hasindexes", "definition", "data_type")


_PREFIXES = (
    *("rel", "att", "con", "typ", "nsp", "pro", "tg", "enum", "table_", "column_", "constraint_", "routine_", "udt_"),
    *(
        "schema_",
        "trigger_",
        "sequence_",
        "event_",
        "is_",
        "character_",
        "numeric_",
        "datetime_",
        "action_",
        "ordinal_",
    ),
)


def _answer(value: Value) -> Answer:
    value = number(value)
    return value if value is None or isinstance(value, str | int) else UNKNOWN


def _label(item: q.Item) -> str:
    if item.alias is not None:
        return item.alias
    return item.expression.name if isinstance(item.expression, e.Column | e.Call) else "?column?"


def _aggregates(expression: e.Expression) -> bool:
    return any(isinstance(one, e.Call) and one.name in _AGGREGATES for one in e.walk(expression))


def _conjuncts(condition: e.Expression | None) -> Iterator[e.Expression]:
    if isinstance(condition, e.Logical) and condition.operator == "AND":
        yield from condition.operands
    elif condition is not None:
        yield condition


def _needs(condition: e.Expression, names: Mapping[str, frozenset[str]]) -> set[str]:
    """The sources a condition speaks of; a subquery may speak of all."""
    found: set[str] = set()
    for one in e.walk(condition):
        if isinstance(one, e.Subquery):
            found.update(names)
        elif isinstance(one, e.Column) and one.qualifier:
            found.update(alias for alias in names if alias == one.qualifier[-1])
        elif isinstance(one, e.Column):
            found.update(alias for alias, columns in names.items() if one.name in columns)
    return found


def _about(condition: e.Expression, alias: str, names: Mapping[str, frozenset[str]]) -> bool:
    return _needs(condition, names) == {alias}


def _literal(_: Question, one: e.Literal) -> Value:
    if one.kind == "null":
        return None
    if one.kind == "bool":
        return one.text == "true"
    if one.kind == "integer":
        return int(one.text)
    return one.text if one.kind == "string" else UNKNOWN


_READERS: dict[type, Callable[[Question, Any], Value]] = {
    e.Literal: _literal,
    e.Column: Question.column,
    e.Subquery: Question.subquery,
    e.Logical: Question.logical,
    e.Unary: Question.unary,
    e.Binary: Question.binary,
    e.In: Question.contained,
    e.Quantified: Question.quantified,
    e.Is: Question.tested,
    e.Between: Question.between,
    e.Match: Question.matched,
    e.Call: Question.call,
    e.Cast: Question.cast,
    e.Case: Question.case,
    e.Keyword: Question.keyword,
}
