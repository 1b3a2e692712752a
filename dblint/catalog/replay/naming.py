"""The names the server gives to constraints, indexes and sequences that have none."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from dblint.catalog.replay.state import State

_LONGEST = 63


def object_name(first: str, second: str | None, label: str) -> str:
    """``first_second_label`` cut to the server's length, the longer part first."""
    parts = [first.encode(), second.encode() if second is not None else b""]
    room = _LONGEST - len(label.encode()) - 1 - (1 if second is not None else 0)
    sizes = [len(part) for part in parts]
    while sum(sizes) > room:
        sizes[0 if sizes[0] > sizes[1] else 1] -= 1
    cut = [part[:size].decode(errors="ignore") for part, size in zip(parts, sizes, strict=True)]
    return "_".join((cut[0], cut[1], label) if second is not None else (cut[0], label))


def relation_name(
    state: State, schema: str, first: str, second: str | None, label: str, constraint: bool = False
) -> str:
    """A free name for an index or a sequence."""

    def taken(name: str) -> bool:
        named = (schema, name) in state.relations
        return named or (constraint and state.constraint_names.get((schema, name), 0) > 0)

    return _first_free(first, second, label, taken)


def constraint_name(
    state: State, schema: str, first: str, second: str | None, label: str, others: Iterable[str] = ()
) -> str:
    """A free name for a constraint without an index; ``others`` are the table's own."""
    own = frozenset(others)

    def taken(name: str) -> bool:
        return name in own or state.constraint_names.get((schema, name), 0) > 0

    return _first_free(first, second, label, taken)


def joined(columns: Iterable[str]) -> str:
    """The columns of a key as the middle of a name."""
    return "_".join(columns).encode()[:_LONGEST].decode(errors="ignore")


def distinct(columns: Iterable[str]) -> list[str]:
    """The names of an index's columns, numbered where one comes twice."""
    names: list[str] = []
    for column in columns:
        name, count = column, 0
        while name in names:
            count += 1
            name = f"{column[: _LONGEST - len(str(count))]}{count}"
        names.append(name)
    return names


def _first_free(first: str, second: str | None, label: str, taken: Callable[[str], bool]) -> str:
    name, count = object_name(first, second, label), 0
    while taken(name):
        count += 1
        name = object_name(first, second, f"{label}{count}")
    return name
