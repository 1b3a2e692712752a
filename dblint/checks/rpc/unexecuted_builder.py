"""unexecuted-builder: a query builder that is awaited, read or left without ``execute()``."""

from __future__ import annotations

from collections.abc import Iterator

from dblint.binding.clients import conftests
from dblint.binding.model import BoundProject
from dblint.facts.rpc_model import BuilderUse, UnexecutedBuilder
from dblint.finding import Finding, Remedy
from dblint.intent import ReplaceText
from dblint.rule import Rule
from dblint.source import Place

_MAKERS = frozenset(
    (
        *("create_client", "acreate_client", "create_async_client"),
        *("SyncPostgrestClient", "AsyncPostgrestClient", "SyncClient"),
    )
)
_STARTS = ("table", "from_", "rpc")
_SAID: dict[BuilderUse, str] = {
    "awaited": "this awaits a query builder, which is no awaitable",
    "left": "this builds a query and sends nothing",
    "read": "this reads a result from a query builder, which has none",
}
_DEPTH = 4


def check(rule: Rule, project: BoundProject) -> Iterator[Finding]:
    for path, facts in project.facts.items():
        for builder in facts.rpc.unexecuted:
            if _is_known(project, path, builder):
                place = Place(path, builder.span)
                yield rule.finding(
                    place,
                    _SAID[builder.use],
                    help="Only `execute()` sends the query and gives its result.",
                    remedy=Remedy(
                        "Add `.execute()`", "safe", (ReplaceText(Place(path, builder.insert_at), ".execute()"),)
                    ),
                )


def _is_known(project: BoundProject, path: str, builder: UnexecutedBuilder) -> bool:
    """The client is a real one of PostgREST; or a fake whose builders have an ``execute`` and cannot be awaited."""
    makers = set(_made(project, path, (builder.maker or builder.client).rpartition(".")[2], 0))
    if any(maker.rpartition(".")[2] in _MAKERS for maker in makers):
        return True
    return builder.use != "left" and any(_is_lazy(project, path, maker, builder) for maker in makers)


def _made(project: BoundProject, path: str, name: str, depth: int) -> Iterator[str]:
    """The callees behind a name: itself, and what the fixture of that name is made by."""
    yield name
    for home in (path, *conftests(path)):
        facts = project.facts.get(home)
        fixture = next((one for one in facts.fixtures if one.name == name), None) if facts is not None else None
        if fixture is not None and depth < _DEPTH:
            for maker in fixture.makes:
                if maker != name:
                    yield from _made(project, path, maker, depth + 1)
            return


def _is_lazy(project: BoundProject, path: str, maker: str, builder: UnexecutedBuilder) -> bool:
    """A class of the project whose ``table`` hands out an object that must be executed."""
    code = project.code
    homes = (path, *conftests(path))
    made = next((found for home in homes if (found := code.find(home, maker)) is not None), None)
    start = code.member(made, builder.steps[0]) if made is not None and made.kind == "class" else None
    function = code.function(start)
    if start is None or function is None or function.is_async or len(function.results) != 1:
        return False
    value = function.results[0].value
    handed = code.find(start.path, value.text) if value is not None and value.kind == "call" else None
    if handed is None or handed.kind != "class" or not code.whole(handed) or code.member(handed, "execute") is None:
        return False
    return not any(code.member(handed, name) for name in ("__await__", "__getattr__", "data", "count"))
