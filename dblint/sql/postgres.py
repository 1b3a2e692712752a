"""PostgreSQL's front-end: a file's text to our statements, through the server's own parser."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import fields, is_dataclass, replace
from typing import Any

from dblint.source import Source
from dblint.sql import postgres_alter, postgres_kinds, postgres_relations, postgres_script
from dblint.sql.definitions import ObjectName
from dblint.sql.postgres_parser import Node, SyntaxRefusedError, parse
from dblint.sql.postgres_script import PLACEHOLDER, Piece, Script
from dblint.sql.postgres_text import Positions, StatementText
from dblint.sql.statements import Conditional, Statement, Unreadable

_Reader = Callable[[Node, StatementText], Statement | list[Statement]]


def statements(source: Source, line: int = 1) -> tuple[Statement, ...]:
    """The statements of a source that concern a catalog, in order; what cannot be read is ``Unreadable``.

    ``line`` is where the text starts, for a text that is a part of its file.
    """
    try:
        nodes = parse(source.text)
    except SyntaxRefusedError:
        return tuple(_recovered(source, line))
    positions = Positions(source, line)
    return tuple(made for node in nodes for made in _converted(node, positions))


def _recovered(source: Source, line: int) -> Iterable[Statement]:
    """The statements of a text with something in it that the parser refuses: first without what surrounds the SQL."""
    script = postgres_script.read(source.text)
    positions = Positions(replace(source, text=script.text), line)
    for piece in script.pieces:
        made = _piece(script, piece, positions)
        yield from (Conditional(one.place, one) for one in made) if piece.conditional else made


def _piece(script: Script, piece: Piece, positions: Positions) -> list[Statement]:
    """The statements of one piece; finer pieces where a bracket never closes."""
    reason = ""
    for text in dict.fromkeys((script.text, script.bare)):
        try:
            nodes = parse(text[piece.start : piece.end])
        except SyntaxRefusedError as error:
            reason = reason or str(error)
            continue
        at = positions.byte(piece.start)
        marked = PLACEHOLDER in text[piece.start : piece.end]
        return [_named(one) if marked else one for node in nodes for one in _converted(node, positions, at)]
    parts = postgres_script.finer(script, piece)
    if parts:
        return [made for part in parts for made in _piece(script, part, positions)]
    length = positions.byte(piece.end) - positions.byte(piece.start)
    place = StatementText(positions, positions.byte(piece.start), length).place
    return [Unreadable(place, reason.replace(PLACEHOLDER, ""))]


def _named(statement: Statement) -> Statement:
    """The statement, or why it cannot be used: the name of what it makes is only known at run time.

    A schema that only run time knows is taken for the default one.
    """
    if PLACEHOLDER not in _strings(statement):
        return statement
    plain: Statement = _without_schemas(statement)
    names = [getattr(plain, field, None) for field in ("name", "table", "names")]
    for name in names:
        for one in name if isinstance(name, tuple) else (name,):
            if isinstance(one, ObjectName) and PLACEHOLDER in one.name:
                return Unreadable(statement.place, "the name of what it makes is only known at run time")
    return plain


def _strings(value: Any) -> str:
    """All text inside plain data."""
    if isinstance(value, str):
        return value
    if isinstance(value, tuple):
        return "".join(map(_strings, value))
    if is_dataclass(value):
        return "".join(_strings(getattr(value, one.name)) for one in fields(value))
    return ""


def _without_schemas(value: Any) -> Any:
    if isinstance(value, tuple):
        return tuple(map(_without_schemas, value))
    if not is_dataclass(value) or isinstance(value, type):
        return value
    changed = {one.name: _without_schemas(getattr(value, one.name)) for one in fields(value) if one.init}
    schema = changed.get("schema")
    if isinstance(schema, str) and PLACEHOLDER in schema:
        changed["schema"] = None
    return replace(value, **changed)


def _converted(node: Node, positions: Positions, base: int = 0) -> list[Statement]:
    text = StatementText(positions, base + node.get("stmt_location", 0), node.get("stmt_len") or None, base)
    kind, inner = next(iter(node["stmt"].items()))
    read = _READERS.get(kind)
    if read is None:
        return []
    try:
        made = read(inner, text)
    except RecursionError:
        return [Unreadable(text.place, "nested too deeply")]
    except (LookupError, TypeError, ValueError) as error:
        return [Unreadable(text.place, f"a {kind} of a shape dblint does not know ({error!r})")]
    return made if isinstance(made, list) else [made]


def _foreign_table(node: Node, text: StatementText) -> Statement:
    return postgres_relations.create_table(node["base"], text, foreign=True)


def _select(node: Node, text: StatementText) -> list[Statement]:
    if postgres_relations.into_clause(node) is not None:
        return [postgres_relations.select_into(node, text)]
    return postgres_kinds.select_calls(node, text)


def _schema(node: Node, text: StatementText) -> list[Statement]:
    """CREATE SCHEMA and what stands inside it, as statements of their own."""
    schema = postgres_kinds.create_schema(node, text)
    made: list[Statement] = [schema]
    for element in node.get("schemaElts", ()):
        kind, inner = next(iter(element.items()))
        relation = inner.get("relation") or inner.get("view") or inner.get("sequence")
        if relation is not None:
            relation.setdefault("schemaname", schema.name)
        read = _READERS.get(kind)
        if read is not None:
            found = read(inner, text)
            made.extend(found if isinstance(found, list) else [found])
    return made


_READERS: dict[str, _Reader] = {
    "AlterDomainStmt": postgres_alter.alter_domain,
    "AlterEnumStmt": postgres_kinds.alter_enum,
    "AlterObjectSchemaStmt": postgres_alter.set_schema,
    "AlterTableStmt": postgres_alter.alter_table,
    "CallStmt": postgres_kinds.call,
    "CompositeTypeStmt": postgres_kinds.create_composite,
    "CreateDomainStmt": postgres_kinds.create_domain,
    "CreateEnumStmt": postgres_kinds.create_enum,
    "CreateExtensionStmt": postgres_kinds.create_extension,
    "CreateForeignTableStmt": _foreign_table,
    "CreateFunctionStmt": postgres_kinds.create_function,
    "CreateRangeStmt": postgres_kinds.create_range,
    "CreateSchemaStmt": _schema,
    "CreateSeqStmt": postgres_kinds.create_sequence,
    "CreateStmt": postgres_relations.create_table,
    "CreateTableAsStmt": postgres_relations.create_table_as,
    "CreateTrigStmt": postgres_kinds.create_trigger,
    "DefineStmt": postgres_kinds.define,
    "DoStmt": postgres_kinds.do_block,
    "DropStmt": postgres_alter.drop,
    "IndexStmt": postgres_relations.create_index,
    "RenameStmt": postgres_alter.rename,
    "SelectStmt": _select,
    "TransactionStmt": postgres_kinds.transaction,
    "VariableSetStmt": postgres_kinds.set_variable,
    "ViewStmt": postgres_relations.create_view,
}
