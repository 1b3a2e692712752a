"""stale-computed-formula: a double computes a generated column otherwise than the database does."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from dblint.binding.model import BoundProject
from dblint.catalog.model import Column, Table
from dblint.checks.computed import shown_value
from dblint.checks.rows import column_named
from dblint.checks.tables import table_meant
from dblint.checks.wording import column_name, quoted, subject
from dblint.facts.formulas_model import Formula
from dblint.finding import Finding, Label
from dblint.rule import Rule
from dblint.source import Place
from dblint.values.conversions import DOCUMENTS, TEXTS
from dblint.values.held import Held, Tables
from dblint.values.numbers import FLOATS, INTEGERS, decimal
from dblint.values.python_formulas import UncomputedError, inputs, run
from dblint.values.sql_values import SqlValue, Unknown

_SAMPLES: dict[str, tuple[Any, ...]] = {
    "integer": (3, 7, 12),
    "number": (19.99, 0.25, 8.5),
    "text": ("Ada", "Lovelace", "ada@Example.com"),
    "boolean": (True, False, True),
}
_TURNS = 6


def check(rule: Rule, project: BoundProject) -> Iterator[Finding]:
    tables = Tables(project.catalog)
    made = {table.name: table for table in project.catalog.tables if any(one.generated for one in table.columns)}
    for path, facts in project.facts.items() if made else ():
        for formula in facts.formulas:
            table = _table(project, path, formula, tuple(made.values()))
            column = None if table is None else column_named(table, formula.column, project.catalog.dialect)
            if table is None or column is None or column.generated is None or not column.certain:
                continue
            found = _difference(tables(table), column, formula)
            if found is not None:
                yield _finding(rule, project, path, formula, table, column, *found)


def _table(project: BoundProject, path: str, formula: Formula, made: tuple[Table, ...]) -> Table | None:
    """The table the formula's row belongs to: as a literal or a bound row says, else the only one with such columns."""
    if formula.table is not None:
        return table_meant(project.catalog, None, formula.table)
    for bound in project.rows:
        if bound.path == path and formula.row is not None and bound.row.span == formula.row:
            return bound.table
    wanted = {formula.column, *inputs(formula.expression)}
    fitting = [table for table in project.catalog.tables if wanted <= {column.name for column in table.columns}]
    return fitting[0] if len(fitting) == 1 and fitting[0] in made and len(wanted) > 1 else None


def _difference(held: Held, column: Column, formula: Formula) -> tuple[Mapping[str, Any], Any, SqlValue] | None:
    """Inputs on which the two come to different values, and those values; None where all that can be told agree."""
    names = sorted(held.inputs(column) | inputs(formula.expression))
    known = [held.column(name) for name in names]
    if not inputs(formula.expression) or any(one is None or one.generated is not None for one in known):
        return None
    for turn in range(_TURNS):
        row = {name: _sample(held, name, at, turn) for at, name in enumerate(names)}
        if None in row.values():
            return None
        held_row = {name: _held(held, name, value) for name, value in row.items()}
        wanted = held.computed(column, held_row.__getitem__)
        try:
            given = run(formula.expression, row)
        except UncomputedError:
            continue
        if isinstance(wanted, Unknown) or wanted is None:
            continue
        if _differs(held, column, given, wanted):
            return row, given, wanted
    return None


def _sample(held: Held, name: str, at: int, turn: int) -> Any:
    code = held.scope.column(name) or ""
    family = (
        "integer"
        if code in INTEGERS
        else "number"
        if code in FLOATS or code == "numeric"
        else "text"
        if code in TEXTS
        else "boolean"
        if code == "bool"
        else ""
    )
    values = _SAMPLES.get(family, ())
    return next(itertools.islice(itertools.cycle(values), at + turn, None), None) if values else None


def _held(held: Held, name: str, value: Any) -> SqlValue:
    code = held.scope.column(name)
    if code == "numeric":
        return decimal(value)
    result: SqlValue = float(value) if code in FLOATS else value
    return result


def _differs(held: Held, column: Column, given: Any, wanted: SqlValue) -> bool:
    code = held.scope.code(column.type) or ""
    if code in DOCUMENTS or isinstance(wanted, str) is not isinstance(given, str):
        return isinstance(wanted, str) and isinstance(given, str)
    if isinstance(wanted, str):
        return bool(given != wanted.rstrip() and given != wanted)
    if not isinstance(wanted, int | float | Decimal) or not isinstance(given, int | float | Decimal):
        return False
    one, other = float(given), float(wanted)
    digits = abs(Decimal(str(wanted)).as_tuple().exponent) if isinstance(wanted, Decimal) else 0  # type: ignore[arg-type]
    unit = 10.0 ** -min(digits, 6) if digits or code not in FLOATS else 0.0
    # One unit of the last digit is how the two round, not what they compute.
    return abs(one - other) > max(unit * 1.01, abs(other) * 1e-6)


def _finding(
    rule: Rule,
    project: BoundProject,
    path: str,
    formula: Formula,
    table: Table,
    column: Column,
    row: Mapping[str, Any],
    given: Any,
    wanted: SqlValue,
) -> Finding:
    name = column_name(project.catalog, table, column)
    said = quoted(f"{key} = {value!r}" for key, value in row.items())
    told = f"`{given:.10g}`" if isinstance(given, float) else f"`{given!r}`" if isinstance(given, str) else f"`{given}`"
    return rule.finding(
        Place(path, formula.span),
        f"this formula is not that of `{name}`: for {said} it gives {told}, the database {shown_value(wanted)}",
        help=f"`{name}` is generated always as ({column.generated}).",
        subject=subject(project.catalog, table, column.name),
        labels=(Label(column.place, f"`{column.name}` is generated always as ({column.generated})"),),
    )
