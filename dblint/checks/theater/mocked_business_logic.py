"""mocked-business-logic: a test that replaces a function of the project which only computes."""

from __future__ import annotations

import re
from collections.abc import Iterator

from dblint.binding.model import BoundProject
from dblint.catalog.model import Column, Table
from dblint.checks.first_party import is_test_file
from dblint.checks.mocks import theaters
from dblint.checks.purity import is_pure
from dblint.checks.wording import column_name
from dblint.facts.code_model import Function
from dblint.facts.theater_model import Replacement
from dblint.facts.words import words_of
from dblint.finding import Finding, Label, Subject
from dblint.rule import Rule
from dblint.source import Place

_WORD = re.compile(r"[^\W\d]\w*")


def check(rule: Rule, project: BoundProject) -> Iterator[Finding]:
    for path, facts in theaters(project):
        for one in facts.replacements:
            found = project.code.target(path, one.target) if one.by != "other" and not one.calls else None
            if found is None or found.kind != "function" or is_test_file(found.path):
                continue
            function = project.code.function(found)
            if function is not None and is_pure(project.code, found):
                yield _finding(rule, project, path, one, function, Place(found.path, function.head))


def _finding(
    rule: Rule, project: BoundProject, path: str, one: Replacement, function: Function, place: Place
) -> Finding:
    name = function.last_name
    computed = _computed_by(project, function)
    what = "" if computed is None else f", as `{column_name(project.catalog, *computed)}` is computed by the database"
    return rule.finding(
        Place(path, one.span),
        f"`{name}` only computes{what}: replaced, its rule is not tested and its callers get a made-up value",
        help=f"Let `{name}` run; it needs no database and no network.",
        subject=Subject(function=name),
        labels=(Label(place, "it computes from its arguments alone"),),
    )


def _computed_by(project: BoundProject, function: Function) -> tuple[Table, Column] | None:
    """The generated column whose name the function's says and whose inputs its parameters name."""
    words = set(words_of(function.last_name))
    given = {one.name for one in function.parameters}
    for table in project.catalog.tables:
        for column in table.columns:
            inputs = set(_WORD.findall(column.generated or "")) & {one.name for one in table.columns}
            if inputs and inputs <= given and set(words_of(column.name)) <= words:
                return table, column
    return None
