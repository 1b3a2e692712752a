"""Method chains: ``client.schema("s").table("t").insert(row).execute()`` as a root and its steps."""

from __future__ import annotations

from dataclasses import dataclass

from dblint.facts.draft import Draft, table_name
from dblint.facts.literals import string
from dblint.facts.model import TableName
from dblint.facts.receivers import Client
from dblint.syntax.python import Node

TABLE_METHODS = ("table", "from_", "from")
VERBS = frozenset(("select", "insert", "upsert", "update", "delete"))
_DEPTH = 4


@dataclass(frozen=True, slots=True)
class Step:
    """One link: an attribute and, where it is called, the call."""

    name: str
    node: Node
    call: Node | None

    @property
    def arguments(self) -> list[Node]:
        given = self.call.field("arguments") if self.call is not None else None
        return given.named if given is not None and given.kind == "argument_list" else []


@dataclass(frozen=True, slots=True)
class TableChain:
    """A chain that names a table: the client, the table, and the steps behind."""

    client: Client
    table: TableName
    method: str
    steps: tuple[Step, ...]

    @property
    def operations(self) -> tuple[str, ...]:
        return tuple(step.name for step in self.steps if step.call is not None)

    @property
    def known(self) -> bool:
        operations = self.operations
        return self.client.known or ("execute" in operations and not VERBS.isdisjoint(operations))


class Chains:
    """Reads chains of one file, through the names that hold their beginnings."""

    def __init__(self, draft: Draft) -> None:
        self._scopes = draft.scopes
        self._literal = draft.literal
        self._receivers = draft.receivers

    def table(self, node: Node) -> TableChain | None:
        """The chain that ends in ``node``, if a literal in it names a table."""
        root, steps = self._steps(node)
        at = next((index for index, step in enumerate(steps) if step.name in TABLE_METHODS and step.call), None)
        if at is None:
            return None
        before = steps[:at]
        if any(step.name in ("storage", "rpc") for step in before):
            return None
        given = steps[at].arguments
        if len(given) != 1:
            return None
        named = self._literal(given[0])
        table = table_name(named, string(named), self._schema(before)) if named is not None else None
        client = self._client(root, [step for step in before if step.name != "schema"])
        if table is None or client is None or client.foreign:
            return None
        return TableChain(client, table, steps[at].name, tuple(steps[at + 1 :]))

    def _schema(self, before: list[Step]) -> str | None:
        for step in before:
            if step.name == "schema" and len(step.arguments) == 1:
                return string(self._literal(step.arguments[0]))
        return None

    def _steps(self, node: Node, depth: int = 0) -> tuple[Node, list[Step]]:
        """The chain's root and its links in order, a name that holds a table's builder followed."""
        steps: list[Step] = []
        at = node
        while True:
            call = at if at.kind == "call" else None
            link = at.field("function") if call is not None else at
            if link is not None and link.kind == "attribute":
                name, held = link.field("attribute"), link.field("object")
                if name is None or held is None:
                    break
                steps.append(Step(name.text, link, call))
                at = held
            elif at.kind in ("parenthesized_expression", "await") and len(at.named) == 1:
                at = at.named[0]
            else:
                break
        steps.reverse()
        if at.kind == "identifier" and depth < _DEPTH and not any(step.name in TABLE_METHODS for step in steps):
            held_by = self._builder(at)
            if held_by is not None:
                root, earlier = self._steps(held_by, depth + 1)
                return root, earlier + steps
        return at, steps

    def _builder(self, name: Node) -> Node | None:
        """The expression a name is bound to, if that is a chain itself."""
        binding = self._scopes.reach(name)
        if binding is None or binding.kind != "value" or binding.value is None:
            return None
        value = binding.value
        while value.kind in ("parenthesized_expression", "await") and len(value.named) == 1:
            value = value.named[0]
        function = value.field("function") if value.kind == "call" else None
        return value if function is not None and function.kind == "attribute" else None

    def _client(self, root: Node, before: list[Step]) -> Client | None:
        """The client in front of the table: a name, an attribute, or what a call returns."""
        if not before:
            return self._receivers.of(root)
        return self._receivers.of(before[-1].call or before[-1].node)
