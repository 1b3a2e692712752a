"""Reads what a test file says of asynchronous code."""

from __future__ import annotations

import re
from collections.abc import Iterator

from dblint.facts.async_exits import exits
from dblint.facts.async_functions import Functions
from dblint.facts.async_model import AsyncFacts, Imported
from dblint.facts.async_paths import Paths
from dblint.facts.async_uses import Uses
from dblint.facts.draft import Draft
from dblint.facts.import_layout import import_layout
from dblint.facts.imported import import_of
from dblint.facts.literals import string
from dblint.facts.scopes import Binding
from dblint.syntax.python import Node

_ABOUT = (
    *("async", "await", "anyio", "exit__", "event_loop", "pytest_plugins", "pytest_pyfunc_call", "aiosqlite"),
    *("aiomysql", "Async", "create_client", "Tortoise"),
)
"""Words one of which stands in every file that has to do with asynchronous code."""
_RUNNING = re.compile(r"\basyncio\.run\(|\brun_until_complete\(|\banyio\.run\(|\btrio\.run\(")
_TEST = re.compile(r"""\b(?<![.\"'])(?<!def )(test\w*)\b(?![\"'])""")
_GUARD = re.compile(r"""(?m)^if __name__ == ["']__main__["']""")


def extract(draft: Draft) -> AsyncFacts | None:
    """The facts, or None where the file has nothing to do with asynchronous code."""
    text = draft.source.text
    fixtures_only = "fixture" in text and draft.source.path.endswith("conftest.py")
    if not fixtures_only and not any(word in text for word in _ABOUT):
        return None
    paths = Paths(draft)
    functions = Functions(draft, paths)
    uses = Uses(draft, paths, functions)
    top = draft.tree.root.named
    routines, classes = functions.routines(), functions.classes()
    settings, used = tuple(uses.settings()), tuple(uses.uses())
    return AsyncFacts(
        imports=import_layout(draft.tree),
        imported=tuple(_imported(draft)),
        marks=tuple(functions.marks(top)),
        plugins=tuple(_plugins(top)),
        hooks=tuple(functions.hooks()),
        is_script=bool(_GUARD.search(text) and _RUNNING.search(text)),
        mentioned=tuple(_mentioned(text, [one.name for one in routines if one.is_test and one.is_async])),
        stars=tuple(_stars(draft)),
        routines=routines,
        classes=classes,
        settings=settings,
        uses=used,
        exits=tuple(exits(draft, paths)) if "exit__" in text else (),
        makings=tuple(uses.makings()),
        doubles=tuple(uses.doubles()),
    )


def _imported(draft: Draft) -> Iterator[Imported]:
    """What the module's own imports bind."""
    for kind in ("import_statement", "import_from_statement"):
        for node in draft.nodes[kind]:
            names = node.named[1:] if kind == "import_from_statement" else node.named
            for one in names:
                alias = one.field("alias") if one.kind == "aliased_import" else None
                named = alias or (one if one.kind == "dotted_name" else None)
                if named is None or draft.scopes.at(node.start) is not draft.scopes.module:
                    continue
                local = named.text if kind == "import_from_statement" or alias else named.text.partition(".")[0]
                dotted = import_of(Binding(local, "other", node, None, draft.scopes.module))
                if dotted is not None:
                    module = node.named[0].text if kind == "import_from_statement" else ""
                    yield Imported(local, dotted, one.span, module)


def _plugins(statements: list[Node]) -> Iterator[str]:
    for statement in statements:
        assignment = statement.named[0] if statement.kind == "expression_statement" and statement.named else None
        left = assignment.field("left") if assignment is not None and assignment.kind == "assignment" else None
        right = assignment.field("right") if assignment is not None else None
        if left is not None and right is not None and left.text == "pytest_plugins":
            yield from (string(one) or "?" for one in (right.named if right.kind in ("list", "tuple") else [right]))


def _mentioned(text: str, names: list[str]) -> Iterator[str]:
    said = set(_TEST.findall(text)) if names else set()
    return (name for name in dict.fromkeys(names) if name in said)


def _stars(draft: Draft) -> Iterator[str]:
    for node in draft.nodes["import_from_statement"]:
        if any(child.kind == "wildcard_import" for child in node.children) and node.named:
            yield node.named[0].text
