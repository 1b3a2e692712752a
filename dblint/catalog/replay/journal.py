"""Changes that can be taken back: a statement that the server would refuse leaves nothing behind."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

_Key = TypeVar("_Key")
_Value = TypeVar("_Value")
_MISSING: Any = object()


class RefusedError(Exception):
    """The server would refuse the statement; the message says why."""


class AbsentColumnError(RefusedError):
    """It names a column that its table has not."""

    def __init__(self, schema: str, table: str, column: str) -> None:
        super().__init__(f'column "{column}" of relation "{table}" does not exist')
        self.table = (schema, table)
        self.column = column


class Journal:
    """Every change to the working state goes through here, so that the last statement's can be undone."""

    def __init__(self) -> None:
        self._undo: list[Callable[[], None]] = []

    def begin(self) -> None:
        """What is done so far stays."""
        self._undo.clear()

    def undo(self) -> None:
        """Take back all since ``begin``."""
        while self._undo:
            self._undo.pop()()

    def mark(self) -> int:
        """A point to return to with ``undo_to``."""
        return len(self._undo)

    def undo_to(self, mark: int) -> None:
        """Take back all since ``mark``."""
        while len(self._undo) > mark:
            self._undo.pop()()

    def set(self, thing: object, name: str, value: Any) -> None:
        """``thing.name = value``."""
        before = getattr(thing, name)
        self._undo.append(lambda: setattr(thing, name, before))
        setattr(thing, name, value)

    def put(self, mapping: dict[_Key, _Value], key: _Key, value: _Value) -> None:
        """``mapping[key] = value``."""
        before = mapping.get(key, _MISSING)
        self._undo.append(lambda: self._restore(mapping, key, before))
        mapping[key] = value

    def remove(self, mapping: dict[_Key, _Value], key: _Key) -> None:
        """Forget ``key``, if it is there."""
        if key in mapping:
            before = mapping.pop(key)
            self._undo.append(lambda: self._restore(mapping, key, before))

    def append(self, items: list[_Value], item: _Value) -> None:
        items.append(item)
        self._undo.append(lambda: items.__delitem__(-1))

    @staticmethod
    def _restore(mapping: dict[_Key, _Value], key: _Key, before: Any) -> None:
        if before is _MISSING:
            mapping.pop(key, None)
        else:
            mapping[key] = before
