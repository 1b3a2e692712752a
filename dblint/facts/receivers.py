"""What a call is made on: the name a client goes by, what makes it, and whether it is an in-memory fake."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from dblint.facts.literals import dotted
from dblint.facts.makers import made_by
from dblint.facts.words import CLIENT_DOUBLES, CLIENTS, says
from dblint.syntax.python import Node

if TYPE_CHECKING:
    from dblint.facts.draft import Draft

_FOREIGN = frozenset(
    ("r", "query", "mysqlquery", "postgresqlquery", "sqllitequery", "tinydb", "ibis", "spark", "pa", "pq", "storage")
)
_MAKERS = frozenset(("create_client", "acreate_client", "create_async_client", "AsyncClient", "SyncPostgrestClient"))
_MOCKS = frozenset(("MagicMock", "Mock", "AsyncMock", "NonCallableMagicMock"))
_STATELESS = frozenset(("mock", "mocked", "stub", "stubbed", "factory"))
"""Doubles that hold no rows, as a fake does."""
_DEPTH = 4


@dataclass(frozen=True, slots=True)
class Client:
    """A receiver; ``foreign`` is one of another library."""

    name: str
    fake: bool
    known: bool
    foreign: bool
    maker: str | None = None


class Receivers:
    """Reads receivers of one file."""

    def __init__(self, draft: Draft) -> None:
        self._draft = draft

    def of(self, node: Node, depth: int = 0) -> Client | None:
        """The client an expression is; None for what has no name."""
        node = _bare(node)
        if node.kind == "call":
            maker = dotted(node.field("function"))
            return None if maker is None else _named(maker, made_by(self._draft, node))
        name = dotted(node)
        if name is None:
            return None
        value = self._value(node)
        if value is None or depth > _DEPTH:
            return _named(name, [])
        if value.kind == "identifier":
            behind = self.of(value, depth + 1)
            return None if behind is None else replace(behind, known=behind.known or says(name, CLIENTS))
        return _named(name, made_by(self._draft, value))

    def _value(self, node: Node) -> Node | None:
        """What a name or an attribute of the test's own object is made by."""
        if node.kind == "attribute":
            value = self._draft.scopes.attribute(node)
        else:
            binding = self._draft.scopes.reach(node)
            value = binding.value if binding is not None and binding.kind == "value" else None
        return None if value is None else _bare(value)


def _bare(node: Node) -> Node:
    while node.kind in ("await", "parenthesized_expression") and len(node.named) == 1:
        node = node.named[0]
    return node


def _named(name: str, makers: list[str]) -> Client:
    """The client of that name; of several makers the one that says it is a fake."""
    doubles = [maker for maker in makers if says(_last(maker), CLIENT_DOUBLES) and _last(maker) not in _MOCKS]
    maker = next(iter([*doubles, *makers]), None)
    last, made = _last(name), _last(maker or "")
    mocked = made in _MOCKS
    fake = not mocked and (bool(doubles) or says(last, CLIENT_DOUBLES - _STATELESS))
    known = made in _MAKERS or fake or says(last, CLIENTS) or says(made, CLIENTS)
    foreign = any(part.lower() in _FOREIGN for part in (*name.split("."), made))
    return Client(name, fake, known, foreign, maker)


def _last(name: str) -> str:
    return name.rpartition(".")[2]
