"""What jsonb's operators and functions give."""

from __future__ import annotations

import json
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from dblint.values.array_text import array_elements
from dblint.values.numbers import RefusedError
from dblint.values.sql_values import UNKNOWN, Json, SqlValue

_DEEPEST = 50


def read(text: str) -> Json:
    """A JSON text as a document.

    Raises:
        RefusedError: the text is no JSON.
    """
    try:
        return Json(json.loads(text, parse_float=Decimal, parse_constant=_refused, object_pairs_hook=dict))
    except (ValueError, RecursionError) as error:
        raise RefusedError from error


def _refused(_: str) -> Any:
    raise RefusedError


def is_whole(content: Any, depth: int = 0) -> bool:
    """Nothing in the document is unknown."""
    if content is UNKNOWN or depth > _DEEPEST:
        return False
    parts = content.values() if isinstance(content, dict) else content if isinstance(content, list) else ()
    return all(is_whole(one, depth + 1) for one in parts)


def kind(content: Any) -> str:
    """What ``jsonb_typeof`` says."""
    names: dict[type, str] = {dict: "object", list: "array", str: "string", bool: "boolean", type(None): "null"}
    return names.get(type(content), "number")


def member(content: Any, key: Any) -> tuple[bool, Any]:
    """Whether the document has the member, and the member."""
    if isinstance(content, dict) and isinstance(key, str):
        return key in content, content.get(key)
    if isinstance(content, list) and isinstance(key, int):
        inside = -len(content) <= key < len(content)
        return inside, content[key] if inside else None
    if not isinstance(content, dict | list) and key in (0, -1) and isinstance(key, int):
        return True, content  # A scalar is stored as an array of one.
    return False, None


def at_path(content: Any, path: tuple[Any, ...]) -> tuple[bool, Any]:
    """The member at the end of a path of texts."""
    for step in path:
        if content is UNKNOWN:
            return True, UNKNOWN
        key = step
        if isinstance(content, list):
            try:
                key = int(step)
            except ValueError:
                return False, None
        found, content = member(content, key)
        if not found:
            return False, None
    return True, content


def as_json(found: tuple[bool, Any]) -> SqlValue:
    there, content = found
    return None if not there else UNKNOWN if content is UNKNOWN else Json(content)


def as_text(found: tuple[bool, Any]) -> SqlValue:
    there, content = found
    if not there or content is None:
        return None
    if content is UNKNOWN or (isinstance(content, dict | list) and not is_whole(content)):
        return UNKNOWN
    return content if isinstance(content, str) else written(content)


def written(content: Any) -> str:
    """The document as jsonb prints it."""
    if isinstance(content, dict):
        keys = sorted(content, key=lambda key: (len(key.encode()), key.encode()))
        return "{" + ", ".join(f"{_quoted(key)}: {written(content[key])}" for key in keys) + "}"
    if isinstance(content, list):
        return "[" + ", ".join(map(written, content)) + "]"
    if isinstance(content, Decimal):
        return format(content, "f")
    return _quoted(content) if isinstance(content, str) else json.dumps(content)


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def has_key(content: Any, key: str) -> bool:
    """``?``: a key of an object, or a string in an array."""
    if isinstance(content, list):
        if UNKNOWN in content:
            raise RefusedError
        return any(isinstance(one, str) and one == key for one in content)
    return key in content if isinstance(content, dict) else content == key and isinstance(content, str)


def contains(outer: Any, inner: Any, *, top: bool = True) -> bool:
    """``outer @> inner``."""
    if isinstance(outer, dict) and isinstance(inner, dict):
        return all(key in outer and contains(outer[key], value, top=False) for key, value in inner.items())
    if isinstance(outer, list) and isinstance(inner, list):
        return all(any(contains(one, wanted, top=False) for one in outer) for wanted in inner)
    if top and isinstance(outer, list) and not isinstance(inner, dict | list):
        return any(same(one, inner) for one in outer)
    return same(outer, inner)


def same(one: Any, other: Any) -> bool:
    if kind(one) != kind(other):
        return False
    if isinstance(one, dict):
        return one.keys() == other.keys() and all(same(one[key], other[key]) for key in one)
    if isinstance(one, list):
        return len(one) == len(other) and all(map(same, one, other))
    return bool(one == other)


def joined(one: Any, other: Any) -> Any:
    """``one || other``."""
    if isinstance(one, dict) and isinstance(other, dict):
        return {**one, **other}
    if isinstance(one, dict) and isinstance(other, list):
        return [one, *other]
    if isinstance(one, list) and isinstance(other, dict):
        return [*one, other]
    if isinstance(one, dict) or isinstance(other, dict):
        raise RefusedError
    parts = (part if isinstance(part, list) else [part] for part in (one, other))
    return [each for part in parts for each in part]


def without(content: Any, key: Any) -> Any:
    """``content - key``."""
    if isinstance(content, dict) and isinstance(key, str):
        return {name: value for name, value in content.items() if name != key}
    if isinstance(content, list) and isinstance(key, str):
        return [one for one in content if not (isinstance(one, str) and one == key)]
    if isinstance(content, list) and isinstance(key, int):
        at = key + len(content) if key < 0 else key
        return [one for number, one in enumerate(content) if number != at]
    raise RefusedError


def without_nulls(content: Any) -> Any:
    if isinstance(content, dict):
        return {key: without_nulls(value) for key, value in content.items() if value is not None}
    return [without_nulls(one) for one in content] if isinstance(content, list) else content


def path_of(text: str) -> Iterator[Any]:
    """The steps of ``'{a,b}'``."""
    elements = array_elements(text)
    if elements is None or None in elements:
        raise RefusedError
    return iter(elements)
