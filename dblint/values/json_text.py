"""The JSON text that a Python literal becomes on its way to PostgREST."""

from __future__ import annotations

import json
from typing import Any

from dblint.facts.value_model import Value


class UnknownPartError(Exception):
    """A part of the value is only known at run time."""


def token(value: Value) -> str:
    """The text of a number or truth value as ``json.dumps`` writes it."""
    if value.kind == "bool":
        return value.text.lower()
    if value.kind == "int":
        return decimal_digits(value.text)
    found = float(value.text)
    if found != found or found in (float("inf"), float("-inf")):
        raise UnknownPartError  # Clients differ: JSON has no such number.
    return repr(found)


def decimal_digits(text: str) -> str:
    """A whole number as Python spells it, in decimal digits."""
    plain = text.replace("_", "")
    sign, digits = ("-", plain[1:]) if plain.startswith("-") else ("", plain)
    return sign + digits if digits.isdecimal() else f"{sign}{int(digits, 0)}"


def content(value: Value) -> Any:
    """What the JSON text says.

    Raises:
        UnknownPartError: a part is not known, or no JSON.
    """
    match value.kind:
        case "null":
            return None
        case "str":
            return value.text
        case "bool":
            return value.text == "True"
        case "int":
            return int(value.text, 0) if len(value.text) < 4000 else 0
        case "float":
            return float(token(value))
        case "list" | "tuple":
            return [content(item) for item in value.items]
        case "dict":
            return {key: content(item) for key, item in zip(value.keys, value.items, strict=True)}
    raise UnknownPartError


def document(value: Value) -> str:
    """The whole as JSON text, as httpx writes it."""
    return json.dumps(content(value), ensure_ascii=False, separators=(",", ":"))
