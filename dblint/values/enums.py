"""Would an enum column take a literal: scalars, arrays as lists or as text, PostgreSQL's and MySQL's way."""

from __future__ import annotations

from dblint.catalog.model import Catalog, EnumType, Type
from dblint.facts.model import Value
from dblint.values.array_text import array_elements
from dblint.values.nearest import nearest
from dblint.values.verdict import ACCEPTS, UNKNOWN, Verdict, refuses


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
        elements = array_elements(value.text)
        texts = [] if elements is None else [element for element in elements if element is not None]
        verdicts = [UNKNOWN] if elements is None else [_text(enum, text, catalog) for text in texts]
    elif value.kind in ("list", "tuple"):
        verdicts = [_element(enum, item, catalog) for item in value.items]
    else:
        return UNKNOWN
    return next((verdict for verdict in verdicts if verdict.refused), UNKNOWN if UNKNOWN in verdicts else ACCEPTS)


def _element(enum: EnumType, item: Value, catalog: Catalog) -> Verdict:
    return _array(enum, item, catalog) if item.kind in ("list", "tuple") else _scalar(enum, item, catalog)


def _refused(enum: EnumType, text: str) -> Verdict:
    return refuses(f"`{text}` is no value of the enum `{enum.name}`", nearest(text, enum.values))
