"""What doubles answer: the rows inside ``MagicMock(data=rows)``, ``resp.data = rows`` and response envelopes."""

from __future__ import annotations

from dblint.facts.draft import Draft
from dblint.facts.literals import dotted, string
from dblint.facts.model import MockRow
from dblint.facts.overrides import NONE, Names
from dblint.facts.words import words_of
from dblint.syntax.python import Node

_MOCKS = frozenset(("MagicMock", "Mock", "AsyncMock", "NonCallableMagicMock"))
_ENVELOPE = frozenset(("data", "count", "error", "status", "status_code", "statusText", "status_text"))
_ANSWERS = frozenset(("response", "resp", "result", "results", "query", "table", "builder", "chain", "reply"))
_DEPTH = 4


class Responses:
    """Reads the responses of one file."""

    def __init__(self, draft: Draft) -> None:
        self._draft = draft
        self._data: dict[str, list[Node]] | None = None

    @staticmethod
    def is_result(left: Node) -> bool:
        """``….execute.return_value``, ``….execute.return_value.data``, ``….execute``."""
        text = left.text
        return text.endswith(
            (".execute.return_value", ".execute.return_value.data", ".execute", ".execute.side_effect")
        )

    def rows(self, node: Node | None, optional: Names = NONE, depth: int = 0) -> list[MockRow]:
        """The rows a response holds."""
        while node is not None and node.kind in ("await", "parenthesized_expression") and len(node.named) == 1:
            node = node.named[0]
        if node is None or depth > _DEPTH:
            return []
        if node.kind == "call":
            inside = self._data_argument(node)
            if inside is not None:
                return self.rows(inside, optional, depth + 1)
        if node.kind == "list":
            return [row for one in node.named for row in self.rows(one, optional, depth + 1)]
        if node.kind == "dictionary":
            data = _enveloped(node)
            if data is not None:
                return self.rows(data, optional, depth + 1)
        if node.kind == "identifier":
            held = self._held(node)
            if held is not None:
                return self.rows(held, optional, depth + 1)
        return self._draft.records.rows(node, optional)

    def _data_argument(self, call: Node) -> Node | None:
        """``data=`` of a response's making, also through ``return_value=``; the only list given to a response class."""
        arguments = call.field("arguments")
        if arguments is None or arguments.kind != "argument_list":
            return None
        made = (dotted(call.field("function")) or "").rpartition(".")[2]
        given = arguments.named
        wanted = ("data", "return_value") if made in _MOCKS else ("data",)
        for argument in given:
            name = argument.field("name") if argument.kind == "keyword_argument" else None
            if name is not None and name.text in wanted:
                return argument.field("value")
        answering = len(given) == 1 and not _ANSWERS.isdisjoint(words_of(made))
        return given[0] if answering and given[0].kind in ("list", "dictionary", "identifier") else None

    def _data_set(self) -> dict[str, list[Node]]:
        """The assignments ``name.data = …`` by the name."""
        if self._data is None:
            self._data = {}
            for assignment in self._draft.nodes["assignment"]:
                left = assignment.field("left")
                holder = left.field("object") if left is not None and left.kind == "attribute" else None
                if left is not None and holder is not None and left.text.endswith(".data"):
                    self._data.setdefault(holder.text, []).append(assignment)
        return self._data

    def _held(self, name: Node) -> Node | None:
        """What ``name.data`` was last set to, or the response the name was made as."""
        binding = self._draft.scopes.reach(name)
        if binding is None or binding.kind != "value" or binding.value is None or binding.value.kind != "call":
            return None
        start = binding.node.start
        scope = self._draft.scopes.at(start)
        held = [
            one
            for one in self._data_set().get(name.text, ())
            if start < one.start < name.start and self._draft.scopes.at(one.start) is scope
        ]
        if held:
            return held[-1].field("right")
        return binding.value if self._data_argument(binding.value) is not None else None


def _enveloped(node: Node) -> Node | None:
    """The ``data`` of a dict that is an API response's envelope."""
    keys = {string(one.field("key")): one.field("value") for one in node.named if one.kind == "pair"}
    if "data" in keys and len(keys) > 1 and all(key in _ENVELOPE for key in keys):
        return keys["data"]
    return None
