"""Would an enum column take a literal: scalars, arrays as lists or as text, PostgreSQL's and MySQL's way."""

from __future__ import annotations

import re
from collections.abc import Iterator

from dblint.catalog.model import Catalog, EnumType, Type
from dblint.facts.model import Value
from dblint.values.nearest import nearest
from dblint.values.verdict import ACCEPTS, UNKNOWN, Verdict, refuses

_ARRAY_TOKEN = re.compile(
    r'\s*(?:(?P<open>\{)|(?P<close>\})|(?P<comma>,)|"(?P<quoted>(?:[^"\\]|\\.)*)"|(?P<bare>[^{},"\\]+))'
)


def enum_verdict(type_: Type, value: Value, catalog: Catalog) -> Verdict:
    """Whether a column of an enum, or of an array of one, takes the literal; ``meant`` is the nearest value."""
    dimensions = type_.dimensions
    for _ in catalog.domains:
        domain = catalog.domain(type_)
        if domain is None:
            break
        type_ = domain.type
        dimensions += type_.dimensions
    enum = catalog.enum(type_)
    if enum is None or not enum.complete:
        return UNKNOWN
    return _array(enum, value, catalog) if dimensions else _scalar(enum, value, catalog)


def _scalar(enum: EnumType, value: Value, catalog: Catalog) -> Verdict:
    if value.kind == "null":
        return ACCEPTS
    if value.kind == "str":
        return _text(enum, value.text, catalog)
    if value.kind == "int" and catalog.dialect != "mysql" and value.text not in enum.values:
        return _refused(enum, value.text)
    return UNKNOWN


def _text(enum: EnumType, text: str, catalog: Catalog) -> Verdict:
    if catalog.dialect == "mysql":
        return _mysql_text(enum, text)
    return ACCEPTS if text in enum.values else _refused(enum, text)


def _mysql_text(enum: EnumType, text: str) -> Verdict:
    """MySQL compares by collation, which folds case but where it is binary, and reads a quoted number as an index."""
    if text in enum.values:
        return ACCEPTS
    if text.isdecimal():
        return ACCEPTS if 1 <= int(text) <= len(enum.values) else UNKNOWN
    folded = text.rstrip(" ").casefold()
    if not text.isascii() or folded in {value.casefold() for value in enum.values}:
        return UNKNOWN
    return _refused(enum, text)


def _array(enum: EnumType, value: Value, catalog: Catalog) -> Verdict:
    if value.kind == "null":
        return ACCEPTS
    if value.kind == "str":
        elements = _array_elements(value.text)
        verdicts = [UNKNOWN] if elements is None else [_text(enum, element, catalog) for element in elements]
    elif value.kind in ("list", "tuple"):
        verdicts = [_element(enum, item, catalog) for item in value.items]
    else:
        return UNKNOWN
    return next((verdict for verdict in verdicts if verdict.refused), UNKNOWN if UNKNOWN in verdicts else ACCEPTS)


def _element(enum: EnumType, item: Value, catalog: Catalog) -> Verdict:
    return _array(enum, item, catalog) if item.kind in ("list", "tuple") else _scalar(enum, item, catalog)


def _array_elements(text: str) -> list[str] | None:
    """The elements of ``{a,"b c",{d}}`` without its NULLs; None when it is no such text."""
    stripped = text.strip()
    if not (stripped.startswith("{") and stripped.endswith("}")) or stripped.count("{") != stripped.count("}"):
        return None
    try:
        return list(_elements(stripped))
    except ValueError:
        return None


def _elements(text: str) -> Iterator[str]:
    at = 0
    while at < len(text):
        found = _ARRAY_TOKEN.match(text, at)
        if found is None:
            raise ValueError(text)
        at = found.end()
        if found["quoted"] is not None:
            yield re.sub(r"\\(.)", r"\1", found["quoted"])
        elif found["bare"] is not None and found["bare"].strip().upper() not in ("", "NULL"):
            yield found["bare"].strip()


def _refused(enum: EnumType, text: str) -> Verdict:
    return refuses(f"`{text}` is no value of the enum `{enum.name}`", nearest(text, enum.values))
