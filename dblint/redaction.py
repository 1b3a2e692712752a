"""Taking secret values out of what dblint keeps and shows: plain data, lines of files, messages."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import fields, is_dataclass, replace
from typing import Any, TypeVar

from dblint.source import Span

T = TypeVar("T")

MASK = "***"
_LONG = 8
"""From so many characters on a value is no part of an ordinary word."""


def stands_in(value: str, text: str) -> Iterator[tuple[int, int]]:
    """Where a value stands in a text: a long one anywhere, a short one between characters of no word."""
    size = len(value)
    at = text.find(value) if value else -1
    while at >= 0:
        if size >= _LONG or not (_continues(text, at - 1, at) or _continues(text, at + size - 1, at + size)):
            yield at, at + size
        at = text.find(value, at + size)


def _continues(text: str, one: int, next_: int) -> bool:
    return one >= 0 and next_ < len(text) and text[one].isalnum() and text[next_].isalnum()


def masked(text: str, values: Iterable[str]) -> str:
    """The text with ``***`` in the place of each value, the longest first."""
    for value in sorted(values, key=len, reverse=True):
        for start, end in reversed(list(stands_in(value, text))):
            text = text[:start] + MASK + text[end:]
    return text


def scrubbed(data: T, values: Sequence[str], instead: Callable[[Any], Any] = lambda one: one) -> T:
    """Plain data without the values: strings masked, and ``instead`` in the place of each record that held one in a
    field of its own."""
    return data if not values else _scrub(data, values, instead)


def _scrub(data: Any, values: Sequence[str], instead: Callable[[Any], Any]) -> Any:
    if isinstance(data, str):
        return masked(data, values)
    if isinstance(data, tuple | frozenset):
        made = [_scrub(one, values, instead) for one in data]
        return data if all(new is old for new, old in zip(made, data, strict=True)) else type(data)(made)
    if isinstance(data, Mapping):
        entries = {_scrub(key, values, instead): _scrub(one, values, instead) for key, one in data.items()}
        same = all(key in data and data[key] is one for key, one in entries.items())
        return data if same and len(entries) == len(data) else entries
    if is_dataclass(data) and not isinstance(data, type):
        return _scrub_record(data, values, instead)
    return data


def _scrub_record(data: Any, values: Sequence[str], instead: Callable[[Any], Any]) -> Any:
    init = [one.name for one in fields(data) if one.init]
    old = {name: getattr(data, name) for name in init if not name.startswith("_")}
    new = {name: _scrub(value, values, instead) for name, value in old.items()}
    changed = {name: value for name, value in new.items() if value is not old[name]}
    if not changed:
        return data
    derived = {name: type(getattr(data, name))() for name in init if name.startswith("_")}
    made = replace(data, **changed, **derived)
    return instead(made) if any(isinstance(old[name], str) for name in changed) else made


def hidden_lines(lines: Sequence[str], spans: Iterable[Span]) -> Sequence[str]:
    """The lines with a ``*`` for every character of the spans, so that columns stay."""
    shown = list(lines)
    for span in spans:
        for number in range(span.line, min(span.end_line, len(shown)) + 1):
            line = shown[number - 1]
            start = span.column - 1 if number == span.line else 0
            end = span.end_column - 1 if number == span.end_line else len(line)
            shown[number - 1] = line[:start] + "*" * (min(end, len(line)) - start) + line[end:]
    return shown


def hidden_values(lines: Sequence[str], spans: Iterable[Span]) -> set[str]:
    """What stands in the spans, line by line."""
    found = set()
    for span in spans:
        for number in range(span.line, min(span.end_line, len(lines)) + 1):
            line = lines[number - 1]
            start = span.column - 1 if number == span.line else 0
            value = line[start : span.end_column - 1 if number == span.end_line else len(line)].strip()
            if value:
                found.add(value)
    return found
