"""String expressions that hold SQL, as one text with the place of each of its characters."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeGuard

from dblint.facts.literals import Resolve, dotted, item, string
from dblint.facts.statements_model import HOLE, Anchor, SqlText
from dblint.syntax.python import Node

if TYPE_CHECKING:
    from dblint.facts.draft import Draft

_DEPTH = 12
WRAPPERS = frozenset(("text", "SQL", "dedent", "cleandoc", "str", "DDL", "RawSQL", "sql_text", "TextClause"))
"""Functions that hand on their first argument as the text it is."""
_PASSING = frozenset(
    ("strip", "lstrip", "rstrip", "bindparams", "columns", "execution_options", "as_string", "encode", "expandtabs")
)
_BEGINNING = (
    r"(?:select|insert\s+into|insert\s+or|insert\s+ignore|update|delete\s+from|with|merge\s+into|replace\s+into"
    r"|values|truncate|create|alter|drop|copy\s+[\w.\"]+\s*(?:\([^)]*\)\s*)?(?:from|to)\s+std(?:in|out))\b"
)
_SQL = re.compile(rf"(?:\s|--[^\n]*\n|/\*.*?\*/|\()*{_BEGINNING}", re.IGNORECASE | re.DOTALL)
_PERCENT_KEY = re.compile(r"%\((\w+)\)")
_PERCENT = re.compile(r"%(?:%|(?:\(\w+\))?[#0\- +]*(?:\*|\d+)?(?:\.\d+)?[sdifrgexXau])")
_ESCAPED = frozenset("\n\r\\'\"abfnrtv01234567xNuU")
_LINES = re.compile(r"([^\r\n]*)(\r\n|\r|\n)?")
_BRACES = re.compile(r"\{\{|\}\}|\{(?P<field>[^{}]*)\}")


@dataclass(frozen=True, slots=True)
class Piece:
    """Text that stands at an offset of the file, there as it is, or a hole or escape of length 1."""

    text: str
    start: int


def read(draft: Draft, node: Node | None, resolve: Resolve | None = None) -> SqlText | None:
    """The text of a string expression; None for what is none, or of which nothing is known.

    ``resolve`` says what a name is bound to in one run of the code.
    """
    pieces = _Reader(draft, resolve or draft.records.resolve).pieces(node, 0) if node is not None else None
    if not pieces or node is None or all(piece.text == HOLE for piece in pieces):
        return None
    return _joined(draft, node, pieces)


def is_sql(text: str) -> bool:
    """The text begins as a statement does."""
    return _SQL.match(text) is not None


def wrapper(node: Node) -> str | None:
    """The function that an SQL text goes through on its way: ``text``, ``SQL``."""
    while node.kind == "call":
        function = node.field("function")
        name = dotted(function)
        if name is not None and name.rpartition(".")[2] in WRAPPERS:
            return name.rpartition(".")[2]
        held = function.field("object") if function is not None and function.kind == "attribute" else None
        if held is None:
            return None
        node = held
    return None


def wraps(call: Node) -> bool:
    """A call that hands on its first argument as the text it is."""
    return (dotted(call.field("function")) or "").rpartition(".")[2] in WRAPPERS


def passes(call: Node) -> bool:
    """A method of a text that gives it back, filled or trimmed; or a call that wraps one."""
    function = call.field("function")
    method = function.field("attribute") if function is not None and function.kind == "attribute" else None
    return wraps(call) or (method is not None and method.text in _PASSING | {"format"})


def _joined(draft: Draft, node: Node, pieces: Iterable[Piece]) -> SqlText:
    parts: list[str] = []
    anchors: list[Anchor] = []
    length = 0
    for piece in pieces:
        at = draft.tree.span(piece.start, piece.start)
        anchors.append((length, at.line, at.column))
        parts.append(piece.text)
        length += len(piece.text)
    return SqlText("".join(parts), node.span, tuple(anchors))


class _Reader:
    def __init__(self, draft: Draft, resolve: Resolve) -> None:
        self._draft = draft
        self._resolve = resolve

    def pieces(self, node: Node | None, depth: int) -> list[Piece] | None:
        """The pieces of an expression; None for what is no text that can be followed."""
        if node is None or depth > _DEPTH:
            return None
        match node.kind:
            case "string":
                return self._string(node, depth)
            case "concatenated_string":
                return self._many(node.named, depth)
            case "parenthesized_expression":
                return self.pieces(node.named[0], depth + 1) if len(node.named) == 1 else None
            case "binary_operator":
                return self._operator(node, depth)
            case "call":
                return self._call(node, depth)
            case "identifier" | "attribute":
                return self.pieces(self._resolve(node), depth + 1)
            case "subscript":
                return self.pieces(item(node, self._resolve), depth + 1)
        return None

    def _some(self, node: Node | None, depth: int) -> list[Piece]:
        """The pieces of a part; a hole where it cannot be followed."""
        found = self.pieces(node, depth + 1)
        return [Piece(HOLE, node.start if node is not None else 0)] if found is None else found

    def _many(self, nodes: Iterable[Node], depth: int) -> list[Piece] | None:
        found: list[Piece] = []
        for one in nodes:
            part = self.pieces(one, depth + 1)
            if part is None:
                return None
            found += part
        return found

    def _string(self, node: Node, depth: int) -> list[Piece] | None:
        children = node.children
        opening, closing = children[0], children[-1]
        if opening.kind != "string_start" or closing.kind != "string_end":
            return None
        prefix = opening.text.rstrip("\"'").lower()
        if "b" in prefix or "t" in prefix:
            return None
        text = self._draft.tree.text
        plain = text[opening.end : closing.start]
        if "f" not in prefix and ("\\" not in plain or "r" in prefix):
            return _verbatim(plain, opening.end)
        found: list[Piece] = []
        for child in children[1:-1]:
            if child.kind == "interpolation":
                found += self._interpolation(child, depth)
            elif child.kind == "string_content":
                self._content(child, found, raw="r" in prefix)
        return found

    def _interpolation(self, node: Node, depth: int) -> list[Piece]:
        inner = node.named
        found = self._field(inner[0], depth + 1) if len(inner) == 1 else ""
        return [Piece(HOLE, node.start)] if isinstance(found, str) else found

    def _content(self, node: Node, found: list[Piece], *, raw: bool) -> None:
        """The stretches between a content's escapes, and what these stand for."""
        text = self._draft.tree.text
        done = node.start
        for child in node.children:
            if child.kind not in ("escape_sequence", "escape_interpolation") or (
                raw and child.kind == "escape_sequence"
            ):
                continue
            if child.start > done:
                found += _verbatim(text[done : child.start], done)
            meant = child.text[0] if child.kind == "escape_interpolation" else _escape(child.text)
            if meant:
                found.append(Piece(meant, child.start))
            done = child.end
        if node.end > done:
            found += _verbatim(text[done : node.end], done)

    def _operator(self, node: Node, depth: int) -> list[Piece] | None:
        left, right, operator = node.field("left"), node.field("right"), node.field("operator")
        if operator is None:
            return None
        if operator.text == "+":
            return self._some(left, depth) + self._some(right, depth)
        if operator.text == "%":
            template = self.pieces(left, depth + 1)
            return None if template is None else self._percent(template, right, depth)
        return None

    def _percent(self, template: list[Piece], given: Node | None, depth: int) -> list[Piece]:
        """``"… %s" % (TABLE, 1)``: what is known of the values stands in their places."""
        if given is not None and given.kind in ("identifier", "attribute"):
            given = self._resolve(given) or given
        listed = given.named if given is not None and given.kind == "tuple" else [given]
        named = {string(one.field("key")): one.field("value") for one in given.named} if _is_dict(given) else {}
        count = 0

        def meant(found: str) -> list[Piece] | str:
            nonlocal count
            if found == "%%":
                return "%"
            key = _PERCENT_KEY.match(found)
            if key is not None:
                return self._field(named.get(key[1]), depth)
            value = listed[count] if count < len(listed) and "*" not in found else None
            count += 1
            return self._field(value, depth)

        return _filled(template, _PERCENT, meant)

    def _call(self, node: Node, depth: int) -> list[Piece] | None:
        function, arguments = node.field("function"), node.field("arguments")
        if function is None or arguments is None or arguments.kind != "argument_list":
            return None
        given = arguments.named
        name = (dotted(function) or "").rpartition(".")[2]
        if name in WRAPPERS and given and given[0].kind != "keyword_argument":
            return self.pieces(given[0], depth + 1)
        if function.kind != "attribute":
            return None
        held, method = function.field("object"), function.field("attribute")
        if method is None:
            return None
        if method.text in _PASSING:
            return self.pieces(held, depth + 1)
        if method.text == "format":
            template = self.pieces(held, depth + 1)
            return None if template is None else self._formatted(template, given, depth)
        return self._join(held, given, depth) if method.text == "join" else None

    def _join(self, separator: Node | None, given: list[Node], depth: int) -> list[Piece] | None:
        """``" ".join(["SELECT …", "FROM …"])``, ``sql.SQL(", ").join([sql.Identifier("a"), …])``."""
        between = self.pieces(separator, depth + 1)
        parts = self._parts(given[0], depth) if len(given) == 1 else None
        if between is None or parts is None:
            return None
        found: list[Piece] = []
        for index, (part, start) in enumerate(parts):
            known = [Piece(letter, start) for letter in (part or HOLE)] if isinstance(part, str) else part
            found += [*(between if index else []), *known]
        return found

    def _parts(self, given: Node, depth: int) -> list[tuple[list[Piece] | str, int]] | None:
        """What a ``join`` takes, one by one."""
        given = self._known(given)
        if given.kind in ("list", "tuple"):
            if any(one.kind == "list_splat" for one in given.named):
                return None
            return [(self._field(one, depth + 1), one.start) for one in given.named]
        if given.kind == "binary_operator" and _operator_of(given) == "*":
            return self._many_parts(given.field("left"), given.field("right"), depth)
        callee = dotted(given.field("function")) if given.kind == "call" else None
        arguments = given.field("arguments")
        if callee == "map" and arguments is not None and len(arguments.named) == 2:
            maker, listed = arguments.named[0], self._known(arguments.named[1])
            if (dotted(maker) or "").rpartition(".")[2] == "Identifier" and listed.kind in ("list", "tuple"):
                return [(self._identifier([one]), one.start) for one in listed.named]
        if given.kind in ("list_comprehension", "generator_expression"):
            return self._each(given, depth)
        return None

    def _many_parts(
        self, one: Node | None, times: Node | None, depth: int
    ) -> list[tuple[list[Piece] | str, int]] | None:
        """``[sql.Placeholder()] * 3``, ``["%s"] * 3``, ``sql.Placeholder() * 3``."""
        if one is None or times is None or times.kind != "integer" or not times.text.isdigit():
            return None
        single = one.named[0] if one.kind in ("list", "tuple") and len(one.named) == 1 else one
        return [(self._field(single, depth + 1), one.start)] * min(int(times.text), 99)

    def _each(self, made: Node, depth: int) -> list[tuple[list[Piece] | str, int]] | None:
        """``[sql.Identifier(name) for name in NAMES]``, ``["%s" for _ in NAMES]``."""
        clauses = [one for one in made.named if one.kind in ("for_in_clause", "if_clause")]
        body = made.field("body")
        target, over = (clauses[0].field("left"), clauses[0].field("right")) if len(clauses) == 1 else (None, None)
        listed = self._known(over) if over is not None else None
        if body is None or target is None or target.kind != "identifier" or listed is None:
            return None
        if listed.kind not in ("list", "tuple") or any(one.kind == "list_splat" for one in listed.named):
            return None
        found = []
        outer = self._resolve
        for one in listed.named:
            self._resolve = lambda name, one=one: one if name.text == target.text else outer(name)  # type: ignore[misc]
            found.append((self._field(body, depth + 1), one.start))
        self._resolve = outer
        return found

    def _formatted(self, template: list[Piece], given: list[Node], depth: int) -> list[Piece]:
        """``str.format`` and ``sql.SQL(…).format``: fields become what is known of their values."""
        positional = [one for one in given if one.kind not in ("keyword_argument", "list_splat", "dictionary_splat")]
        named = {
            name.text: one.field("value")
            for one in given
            if one.kind == "keyword_argument" and (name := one.field("name")) is not None
        }
        count = 0

        def meant(found: str) -> list[Piece] | str:
            nonlocal count
            if found in ("{{", "}}"):
                return found[0]
            field = found[1:-1].partition("!")[0]
            value = named.get(field)
            if field == "" or field.isdigit():
                at = int(field) if field else count
                count += field == ""
                value = positional[at] if at < len(positional) else None
            return self._field(value, depth)

        return _filled(template, _BRACES, meant)

    def _field(self, value: Node | None, depth: int) -> list[Piece] | str:
        """What is known of a field's value; empty for nothing."""
        if value is None or depth > _DEPTH:
            return ""
        if value.kind in ("identifier", "attribute", "subscript"):
            bound = item(value, self._resolve) if value.kind == "subscript" else self._resolve(value)
            return self._field(bound, depth + 1)
        if value.kind == "binary_operator" and _operator_of(value) == "*":
            return self._repeated(value.field("left"), value.field("right"), depth)
        if value.kind == "call":
            made = self._composed(value, depth)
            if made is not None:
                return made
        if value.kind == "integer":
            return [Piece(value.text, value.start)]
        return self.pieces(value, depth + 1) or ""

    def _repeated(self, one: Node | None, times: Node | None, depth: int) -> list[Piece] | str:
        """``sql.Placeholder() * 3``, as what a ``join`` puts commas between."""
        found = self._field(one, depth + 1)
        if isinstance(found, str) or times is None or times.kind != "integer" or not times.text.isdigit():
            return ""
        return found * min(int(times.text), 99)

    def _composed(self, call: Node, depth: int) -> list[Piece] | str | None:
        """psycopg's ``Identifier``, ``Placeholder`` and ``Literal``; None for another call."""
        arguments = call.field("arguments")
        given = arguments.named if arguments is not None else []
        callee = (dotted(call.field("function")) or "").rpartition(".")[2]
        names = [string(one.field("value") if one.kind == "keyword_argument" else self._known(one)) for one in given]
        if callee == "Identifier":
            return self._identifier(given)
        if callee == "Placeholder" and len(given) < 2:
            text = f"%({names[0]})s" if names and names[0] else "%s" if not given else ""
            return [Piece(letter, call.start) for letter in text] or ""
        if callee == "Literal" and len(given) == 1:
            known = self._known(given[0])
            if known.kind == "integer":
                return [Piece(known.text, known.start)]
            quoted = "'" + names[0].replace("'", "''") + "'" if names[0] is not None else ""
            return [Piece(letter, known.start) for letter in quoted] or ""
        return None

    def _identifier(self, given: list[Node]) -> list[Piece] | str:
        """``sql.Identifier("schema", "orders")``; empty where a name is not known."""
        found: list[Piece] = []
        for one in map(self._known, given):
            name = string(one)
            if name is None:
                return ""
            found += [Piece(".", one.start)] if found else []
            found += [Piece('"', one.start), Piece(name.replace('"', '""'), one.start + 1), Piece('"', one.start)]
        return found

    def _known(self, node: Node) -> Node:
        """What a name is bound to, else the node itself."""
        bound = self._resolve(node) if node.kind in ("identifier", "attribute") else None
        return node if bound is None else bound


def _is_dict(node: Node | None) -> TypeGuard[Node]:
    return node is not None and node.kind == "dictionary" and all(one.kind == "pair" for one in node.named)


def _operator_of(node: Node) -> str:
    operator = node.field("operator")
    return operator.text if operator is not None else ""


def _verbatim(text: str, start: int) -> list[Piece]:
    """The pieces of a stretch without escapes; Python reads every line ending as one character."""
    if "\r" not in text:
        return [Piece(text, start)]
    return [Piece(one[1] + ("\n" if one[2] else ""), start + one.start()) for one in _LINES.finditer(text) if one[0]]


def _filled(template: list[Piece], pattern: re.Pattern[str], meant: Callable[[str], list[Piece] | str]) -> list[Piece]:
    """The pieces with what a pattern finds in them replaced; by a hole where ``meant`` says nothing."""
    found: list[Piece] = []
    for piece in template:
        done = 0
        for match in pattern.finditer(piece.text) if piece.text != HOLE else ():
            new = meant(match[0])
            if match.start() > done:
                found.append(Piece(piece.text[done : match.start()], piece.start + done))
            if isinstance(new, str):
                found += (Piece(letter, piece.start + match.start()) for letter in (new or HOLE))
            else:
                found += new
            done = match.end()
        if done < len(piece.text):
            found.append(Piece(piece.text[done:], piece.start + done))
    return found


def _escape(text: str) -> str:
    """What an escape sequence stands for; one that Python does not know stands for itself."""
    if text[1] not in _ESCAPED:
        return text
    try:
        meant = ast.literal_eval(f'"{text}"' if text != '\\"' else "'\"'")
    except (SyntaxError, ValueError):
        return text
    return meant if isinstance(meant, str) else text
