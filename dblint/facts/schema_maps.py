"""Python maps of table → column → SQL type."""

from __future__ import annotations

import re

from dblint.facts.draft import Draft, table_name
from dblint.facts.layouts import Container
from dblint.facts.literals import string
from dblint.facts.model import SchemaMap, SchemaMapEntry, TableName
from dblint.syntax.python import Node

_TYPE = re.compile(
    r"""(?ix) \s* (?: uuid | text | citext | (?:var)?char(?:acter)?(?:\s+varying)? | bpchar | numeric | decimal | money
    | (?:tiny|small|medium|big)?int(?:eger)?[248]? | (?:small|big)?serial[248]? | real | float[48]?
    | double(?:\s+precision)? | bool(?:ean)? | date | time | timetz | timestamp | timestamptz | datetime | interval
    | jsonb? | bytea | blob | inet | cidr | macaddr | xml | tsvector | tsquery | point | geometry | geography | vector
    | hstore | ltree | bit )
    \s* (?: \( [^)]* \) )? (?: \s+ with(?:out)? \s+ time \s+ zone )? (?: \s* \[\d*\] )* \s* \Z"""
)


def extract(draft: Draft) -> None:
    """Notes the dicts that say which column of which table has which type."""
    for dictionary in draft.nodes["dictionary"]:
        parent = dictionary.parent
        left = parent.field("left") if parent is not None and parent.kind == "assignment" else None
        if left is None or left.kind not in ("identifier", "attribute"):
            continue
        tables = _tables(dictionary)
        if tables:
            draft.schema_maps.append(SchemaMap(left.text.rpartition(".")[2], dictionary.span, tuple(tables)))


def _tables(dictionary: Node) -> list[tuple[TableName, tuple[SchemaMapEntry, ...]]]:
    """The tables of a map; none unless every value is a map and at least half of all types are SQL types."""
    tables = []
    for child in dictionary.named:
        key, value = child.field("key"), child.field("value")
        name = table_name(key, string(key)) if key is not None else None
        if child.kind != "pair" or name is None or value is None or value.kind != "dictionary":
            return []
        columns = _columns(value)
        if columns is None:
            return []
        tables.append((name, columns))
    types = [column.type for _, columns in tables for column in columns]
    known = sum(_TYPE.match(type_) is not None for type_ in types)
    return tables if types and known * 2 > len(types) else []


def _columns(dictionary: Node) -> tuple[SchemaMapEntry, ...] | None:
    container = Container(dictionary)
    columns = []
    for index, element in enumerate(container.elements):
        key, value = element.node.field("key"), element.node.field("value")
        name, type_ = string(key), string(value)
        if element.node.kind != "pair" or key is None or value is None or name is None or type_ is None:
            return None
        columns.append(SchemaMapEntry(name, type_, container.entry(index, key, value)))
    return tuple(columns)
