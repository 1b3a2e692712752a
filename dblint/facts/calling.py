"""What the call that is being read hands to the function whose rows are read: single values and overrides."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from dblint.facts.overrides import Names, handed, optional_names, parameters, takes_keywords
from dblint.syntax.python import Node


@dataclass(frozen=True, slots=True)
class Calling:
    """One call and the function it runs; ``optional`` are the overrides that may be left out where it stands."""

    function: Node
    call: Node
    optional: Names

    @property
    def arguments(self) -> Node | None:
        return self.call.field("arguments")

    def takes(self, name: str) -> bool:
        """The name is a parameter of the function that holds overrides."""
        return name in optional_names(self.function)

    def takes_keywords(self, name: str) -> bool:
        return takes_keywords(self.function, name)

    def own(self) -> Names:
        """The parameters that a keyword fills itself."""
        return frozenset(name for name in parameters(self.function) if not takes_keywords(self.function, name))

    def given(self, parameter: str) -> list[Node]:
        """What the call itself hands over for a parameter."""
        return handed(self.function, self.call, parameter)

    @property
    def spreads(self) -> bool:
        """The call passes arguments that stand in no text of it."""
        given = self.arguments.named if self.arguments is not None else []
        return any(one.kind in ("list_splat", "dictionary_splat") for one in given)


class Callings:
    """The calls that are being read, the innermost last."""

    def __init__(self) -> None:
        self._stack: list[Calling] = []

    def __bool__(self) -> bool:
        return bool(self._stack)

    @property
    def key(self) -> tuple[object, ...]:
        """What stands for all of them."""
        return tuple((one.call.start, one.call.end, one.optional) for one in self._stack)

    @property
    def last(self) -> Calling | None:
        return self._stack[-1] if self._stack else None

    def of(self, function: Node) -> Calling | None:
        """The call that runs this function, where it is the innermost."""
        return self.last if self.last is not None and self.last.function == function else None

    def runs(self, function: Node) -> bool:
        return any(one.function == function for one in self._stack)

    @contextmanager
    def entered(self, calling: Calling) -> Iterator[None]:
        """While rows of the function are read as this call makes them."""
        self._stack.append(calling)
        try:
            yield
        finally:
            self._stack.pop()

    @contextmanager
    def left(self) -> Iterator[None]:
        """While what stands in the innermost call itself is read."""
        calling = self._stack.pop()
        try:
            yield
        finally:
            self._stack.append(calling)
