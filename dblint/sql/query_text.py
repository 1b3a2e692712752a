"""Queries as PostgreSQL text that reads back as the same query."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from dblint.sql.expression_text import sort_keys, window
from dblint.sql.expression_text import text as expression_text
from dblint.sql.expressions import Expression
from dblint.sql.postgres_quoting import identifier, qualified, type_text
from dblint.sql.queries import (
    Assignment,
    CommonTable,
    Conflict,
    Delete,
    Derived,
    GroupingSet,
    Insert,
    Item,
    Join,
    Merge,
    MergeAction,
    Modification,
    Name,
    Query,
    Relation,
    Select,
    SetOperation,
    Source,
    TableConstruct,
    TableFunction,
    Tail,
    Update,
    Values,
)


def text(query: Query | Modification) -> str:
    """``query`` as PostgreSQL text, its WITH in front."""
    return _with(query.tables, query.recursive) + _WRITERS[type(query)](query)


def _with(tables: tuple[CommonTable, ...], recursive: bool) -> str:
    if not tables:
        return ""
    listed = ", ".join(f"{identifier(one.name)}{_names(one.columns)} AS ({text(one.query)})" for one in tables)
    return f"WITH {'RECURSIVE ' if recursive else ''}{listed} "


def _names(names: Iterable[str]) -> str:
    listed = ", ".join(map(identifier, names))
    return f"({listed})" if listed else ""


def _list(expressions: Iterable[Expression]) -> str:
    return ", ".join(expression_text(one) for one in expressions)


def _clause(word: str, content: str) -> str:
    return f" {word} {content}" if content else ""


def _condition(word: str, condition: Expression | None) -> str:
    return _clause(word, expression_text(condition) if condition is not None else "")


def _items(items: tuple[Item, ...]) -> str:
    return ", ".join(
        expression_text(item.expression) + (f" AS {identifier(item.alias)}" if item.alias is not None else "")
        for item in items
    )


def _select(one: Select) -> str:
    distinct = " DISTINCT" if one.distinct else ""
    on = f" ON ({_list(one.distinct_on)})" if one.distinct_on else ""
    windows = ", ".join(f"{identifier(name)} AS {window(spec)}" for name, spec in one.windows)
    return (
        f"SELECT{distinct}{on} {_items(one.items)}".rstrip()
        + _clause("FROM", _sources(one.sources))
        + _condition("WHERE", one.where)
        + _clause("GROUP BY", ", ".join(map(_group, one.group)))
        + _condition("HAVING", one.having)
        + _clause("WINDOW", windows)
        + _tail(one.tail)
    )


def _group(one: Expression | GroupingSet) -> str:
    if not isinstance(one, GroupingSet):
        return expression_text(one)
    return f"{one.kind} ({', '.join(map(_group, one.items))})".strip()


def _tail(tail: Tail) -> str:
    order = _clause("ORDER BY", sort_keys(tail.order))
    offset = _condition("OFFSET", tail.offset)
    if tail.ties and tail.limit is not None:
        return f"{order}{offset} FETCH FIRST ({expression_text(tail.limit)}) ROWS WITH TIES"
    return f"{order}{_condition('LIMIT', tail.limit)}{offset}"


def _values(one: Values) -> str:
    return f"VALUES {', '.join(f'({_list(row)})' for row in one.rows)}{_tail(one.tail)}"


def _set_operation(one: SetOperation) -> str:
    word = f"{one.operator} ALL" if one.all else one.operator
    return f"({text(one.left)}) {word} ({text(one.right)}){_tail(one.tail)}"


# What stands in FROM


def _sources(sources: Iterable[Source]) -> str:
    return ", ".join(_SOURCES[type(source)](source) for source in sources)


def _alias(alias: str | None, columns: tuple[str, ...]) -> str:
    return f" AS {identifier(alias)}{_names(columns)}" if alias is not None else ""


def _relation(one: Relation) -> str:
    return qualified(one.schema, one.name) + _alias(one.alias, one.columns)


def _lateral(lateral: bool) -> str:
    return "LATERAL " if lateral else ""


def _derived(one: Derived) -> str:
    return f"{_lateral(one.lateral)}({text(one.query)}){_alias(one.alias, one.columns)}"


def _table_function(one: TableFunction) -> str:
    called = _list(one.calls) if len(one.calls) == 1 else f"ROWS FROM ({_list(one.calls)})"
    ordinality = " WITH ORDINALITY" if one.ordinality else ""
    definitions = ", ".join(f"{identifier(name)} {type_text(type_)}" for name, type_ in one.definitions)
    alias = f" AS {identifier(one.alias) if one.alias is not None else ''}({definitions})"
    return _lateral(one.lateral) + called + ordinality + (alias if definitions else _alias(one.alias, one.columns))


def _construct(one: TableConstruct) -> str:
    return f"{_lateral(one.lateral)}{one.name}({_list(one.operands)}){_alias(one.alias, one.columns)}"


def _join(one: Join) -> str:
    right = _sources([one.right])
    word = "JOIN" if one.kind == "INNER" else f"{one.kind} JOIN"
    using_alias = f" AS {identifier(one.using_alias)}" if one.using_alias is not None else ""
    joined = (
        f"{_sources([one.left])} {'NATURAL ' if one.natural else ''}{word} "
        + (f"({right})" if isinstance(one.right, Join) and one.right.alias is None else right)
        + _clause("USING", _names(one.using))
        + using_alias
        + _condition("ON", one.condition)
    )
    return f"({joined}){_alias(one.alias, one.columns)}" if one.alias is not None else joined


_SOURCES: dict[type, Callable[[Any], str]] = {
    Relation: _relation,
    Derived: _derived,
    TableFunction: _table_function,
    TableConstruct: _construct,
    Join: _join,
}


# Statements that change rows


def _assignments(assignments: Iterable[Assignment]) -> str:
    return ", ".join(f"{identifier(one.column.name)} = {expression_text(one.value)}" for one in assignments)


def _targets(columns: tuple[Name, ...]) -> str:
    return _clause("", _names(column.name for column in columns)).rstrip()


def _insert(one: Insert) -> str:
    source = text(one.query) if one.query is not None else "DEFAULT VALUES"
    conflict = _conflict(one.conflict) if one.conflict is not None else ""
    returning = _clause("RETURNING", _items(one.returning))
    return f"INSERT INTO {_relation(one.target)}{_targets(one.columns)} {source}{conflict}{returning}"


def _conflict(one: Conflict) -> str:
    keys = ", ".join(f"({expression_text(key)})" for key in one.keys)
    target = f" ON CONSTRAINT {identifier(one.constraint)}" if one.constraint is not None else ""
    inferred = f" ({keys}){_condition('WHERE', one.predicate)}" if keys else ""
    action = f"UPDATE SET {_assignments(one.assignments)}" if one.assignments else "NOTHING"
    return f" ON CONFLICT{target}{inferred} DO {action}{_condition('WHERE', one.where)}"


def _update(one: Update) -> str:
    return (
        f"UPDATE {_relation(one.target)} SET {_assignments(one.assignments)}"
        + _clause("FROM", _sources(one.sources))
        + _condition("WHERE", one.where)
        + _clause("RETURNING", _items(one.returning))
    )


def _delete(one: Delete) -> str:
    return (
        f"DELETE FROM {_relation(one.target)}"
        + _clause("USING", _sources(one.sources))
        + _condition("WHERE", one.where)
        + _clause("RETURNING", _items(one.returning))
    )


def _merge(one: Merge) -> str:
    actions = "".join(f" {_merge_action(action)}" for action in one.actions)
    on = expression_text(one.condition)
    returning = _clause("RETURNING", _items(one.returning))
    return f"MERGE INTO {_relation(one.target)} USING {_sources([one.source])} ON {on}{actions}{returning}"


def _merge_action(one: MergeAction) -> str:
    match = "NOT MATCHED" if one.kind == "insert" else "MATCHED"
    action = {
        "insert": f"INSERT{_targets(one.columns)} VALUES ({_list(one.values)})",
        "update": f"UPDATE SET {_assignments(one.assignments)}",
        "delete": "DELETE",
        "nothing": "DO NOTHING",
    }[one.kind]
    return f"WHEN {match}{_condition('AND', one.condition)} THEN {action}"


_WRITERS: dict[type, Callable[[Any], str]] = {
    Select: _select,
    Values: _values,
    SetOperation: _set_operation,
    Insert: _insert,
    Update: _update,
    Delete: _delete,
    Merge: _merge,
}
