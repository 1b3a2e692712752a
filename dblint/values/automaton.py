"""Regular expressions as automata: a text is read once, whatever the pattern."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

_LARGEST = 20_000
_MOST_SETS = 5_000


class TooLargeError(Exception):
    """The automaton would have too many states."""


@dataclass(frozen=True, slots=True)
class Repeated:
    """``code`` matches one character, or ``branches`` are tried; either ``least`` to ``most`` times."""

    code: str
    least: int
    most: int | None
    branches: tuple[tuple[Repeated, ...], ...]
    anchor: bool


Branches = tuple[tuple[Repeated, ...], ...]


@dataclass(slots=True)
class Automaton:
    """States by number: each goes on by a character (``codes``), by itself (``free``) or by an anchor (``anchors``)."""

    fold: bool
    codes: dict[int, tuple[re.Pattern[str], int]] = field(default_factory=dict)
    free: dict[int, list[int]] = field(default_factory=dict)
    anchors: dict[int, tuple[str, int]] = field(default_factory=dict)
    size: int = 1
    end: int = 0
    _steps: dict[tuple[frozenset[int], str, bool], frozenset[int]] = field(default_factory=dict)

    def occurs(self, text: str) -> bool:
        """Some part of the text matches."""
        states = self._reached({0}, first=True, last=not text)
        for at, char in enumerate(text):
            if self.end in states:
                return True
            last = at + 1 == len(text)
            states = self._step(states, char, again=True, last=last)
        return self.end in states

    def longest(self, text: str, start: int) -> int | None:
        """Where the longest match that starts there ends."""
        states = self._reached({0}, first=start == 0, last=start == len(text))
        found = start if self.end in states else None
        for at in range(start, len(text)):
            states = self._step(states, text[at], again=False, last=at + 1 == len(text))
            if not states:
                break
            if self.end in states:
                found = at + 1
        return found

    def _step(self, states: frozenset[int], char: str, *, again: bool, last: bool) -> frozenset[int]:
        key = (states, char, again)
        known = None if last else self._steps.get(key)
        if known is not None:
            return known
        onward = {self.codes[one][1] for one in states if one in self.codes and self.codes[one][0].fullmatch(char)}
        found = self._reached(onward | ({0} if again else set()), first=False, last=last)
        if not last and len(self._steps) < _MOST_SETS:
            self._steps[key] = found
        return found

    def _reached(self, states: set[int], *, first: bool, last: bool) -> frozenset[int]:
        found, waiting = set(states), list(states)
        while waiting:
            one = waiting.pop()
            onward = list(self.free.get(one, ()))
            if one in self.anchors:
                sign, after = self.anchors[one]
                if (first and sign == "^") or (last and sign == "$"):
                    onward.append(after)
            fresh = [each for each in onward if each not in found]
            found.update(fresh)
            waiting += fresh
        return frozenset(found)

    def new(self) -> int:
        self.size += 1
        if self.size > _LARGEST:
            raise TooLargeError
        return self.size - 1

    def link(self, start: int, end: int) -> None:
        self.free.setdefault(start, []).append(end)


def automaton(branches: Branches, *, fold: bool) -> Automaton:
    """The automaton of a pattern's branches."""
    machine = Automaton(fold)
    machine.end = _branches(machine, branches, 0)
    return machine


def _branches(machine: Automaton, branches: Branches, start: int) -> int:
    end = machine.new()
    for branch in branches:
        at = machine.new()
        machine.link(start, at)
        for part in branch:
            at = _repeated(machine, part, at)
        machine.link(at, end)
    return end


def _repeated(machine: Automaton, part: Repeated, start: int) -> int:
    at = start
    for _ in range(part.least):
        at = _once(machine, part, at)
    if part.most is None:
        loop = machine.new()
        machine.link(at, loop)
        machine.link(_once(machine, part, loop), loop)
        return loop
    if part.most == part.least:
        return at
    end = machine.new()
    for _ in range(part.most - part.least):
        machine.link(at, end)
        at = _once(machine, part, at)
    machine.link(at, end)
    return end


def _once(machine: Automaton, part: Repeated, start: int) -> int:
    if part.branches:
        return _branches(machine, part.branches, start)
    end = machine.new()
    if part.anchor:
        middle = machine.new()
        machine.link(start, middle)
        machine.anchors[middle] = (part.code, end)
        return end
    middle = machine.new()
    machine.link(start, middle)
    machine.codes[middle] = (re.compile(part.code, re.DOTALL | re.ASCII | (re.IGNORECASE if machine.fold else 0)), end)
    return end
