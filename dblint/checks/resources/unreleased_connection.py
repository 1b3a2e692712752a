"""unreleased-connection: a connection taken from a pool and not given back on every way out."""

from __future__ import annotations

from collections.abc import Iterator

from dblint.binding.model import BoundProject
from dblint.checks.opened import remedy, when
from dblint.facts.resources_model import Opened
from dblint.finding import Finding, Label
from dblint.rule import Rule
from dblint.source import Place

_POOLS = ("create_pool", "ConnectionPool")


def check(rule: Rule, project: BoundProject) -> Iterator[Finding]:
    for path, facts in project.facts.items():
        for one in facts.resources.opened if facts.resources is not None else ():
            if one.kind == "acquired" and _is_from_a_pool(project, path, one):
                yield rule.finding(
                    Place(path, one.span),
                    f"`{one.name}` {when(one, 'released')}",
                    help=f"The pool waits for it when it is closed. Give it back with `{one.close}` in a `finally`, or "
                    "use `async with pool.acquire()`.",
                    labels=(Label(Place(path, one.closed), "a failure above skips this"),) if one.closed else (),
                    remedy=remedy(rule, path, one),
                )


def _is_from_a_pool(project: BoundProject, path: str, one: Opened) -> bool:
    """The test makes the pool itself, or the fixture of that name does in this file or a conftest above it."""
    if one.fixture is None:
        return True
    found = [
        fixture
        for other, facts in project.facts.items()
        if other == path or _is_above(other, path)
        for fixture in facts.fixtures
        if fixture.name == one.fixture
    ]
    return bool(found) and all(any(made.endswith(_POOLS) for made in fixture.makes) for fixture in found)


def _is_above(other: str, path: str) -> bool:
    return other.endswith("conftest.py") and path.startswith(other.removesuffix("conftest.py"))
