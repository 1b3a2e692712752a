"""The credentials in a Python file: string constants, their joins, and named values that belong together."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from dblint.facts.credential_forms import Named, names_password
from dblint.facts.credential_texts import LITERAL, Judge, Piece, is_hinted
from dblint.facts.credential_words import HOLE, is_placeholder
from dblint.facts.credentials_model import Credentials
from dblint.source import Source
from dblint.syntax.modules import Module, children, module, walk

_SETTERS = frozenset({"setenv", "putenv", "setitem", "setdefault"})
_ADDRESS = re.compile(r"(?:neo4j|bolt|clickhouse|couchbase|mongodb)[+\w]*://([^/:?@]+)")
_ON = (ast.List, ast.Tuple, ast.Set, ast.IfExp, ast.BoolOp, ast.Starred, ast.NamedExpr, ast.Await)
_TEXTS = (ast.Constant, ast.JoinedStr, ast.BinOp)
_HANDS_OUT = (ast.Return, ast.Yield)


@dataclass(frozen=True, slots=True)
class _Slot:
    """What an expression is for: the name its value goes by, and what a fix may put into its place."""

    name: str = ""
    replaced: Literal["", "lookup", "stand-in"] = ""


_NOTHING = _Slot()
_VALUE = _Slot("", "lookup")


def read(source: Source) -> tuple[Credentials, set[str]]:
    """The credentials of a file, and their values, for the scrubbing of all else that is said of the file."""
    if not is_hinted(source.text):
        return Credentials(), set()
    parsed = module(source)
    judge = _Reader(source, parsed).judge if parsed is not None else _literals(source)
    return Credentials(tuple(judge.found), judge.hidden()), judge.values


def _literals(source: Source) -> Judge:
    """What the literals of broken code say, each by itself."""
    judge = Judge(source.path, source.text)
    for literal in LITERAL.finditer(source.text):
        judge.take(Piece(literal[literal.lastgroup or 0], literal.start(), literal.end()))
    return judge


class _Reader:
    """Walks one file's tree; every text is judged once, as the longest join it is a part of."""

    def __init__(self, source: Source, parsed: Module) -> None:
        self._module = parsed
        self._constants = _constants(parsed)
        self._join = _Join(self._constants)
        words: set[str] = set()
        if "eyJ" in source.text:
            words.update(filter(_is_made_up, self._constants.values()))
        self.judge = Judge(source.path, source.text, words)
        self._visit(parsed.tree, _NOTHING)

    def _visit(self, node: ast.AST, slot: _Slot) -> None:
        text = self._join.of(node) if isinstance(node, _TEXTS) else None
        if isinstance(node, ast.expr) and text is not None:
            self.judge.take(self._piece(node, text, slot))
            for hole in _holes(node):
                self._visit(hole, _NOTHING)
            return
        self._take_groups(node, slot)
        for child, own in _children(node, slot):
            self._visit(child, own)

    def _piece(self, node: ast.expr, text: str, slot: _Slot) -> Piece:
        span = self._module.span(node)
        plain = isinstance(text, str) and not any(isinstance(one, ast.Name) for one in walk(node))
        is_bytes = isinstance(node, ast.Constant) and isinstance(node.value, bytes)
        replaced = slot.replaced if plain and not is_bytes else ""
        return Piece(text, self.judge.offset(*span.start), self.judge.offset(*span.end), slot.name, replaced)

    def _take_groups(self, node: ast.AST, slot: _Slot) -> None:
        if isinstance(node, ast.Call):
            given = [(one.value, _Slot(one.arg, "lookup")) for one in node.keywords if one.arg]
            self._take_named(given)
            self._take_named(list(_authenticated(node)))
        elif isinstance(node, ast.Dict):
            self._take_named([(value, own) for value, own in _entries(node, slot) if own.name])
        elif isinstance(node, ast.arguments):
            self._take_named(_defaults(node))
        body = getattr(node, "body", None)
        if isinstance(body, list):
            self._take_named([one for statement in body for one in _named(statement)])

    def _take_named(self, named: Sequence[tuple[ast.expr, _Slot]]) -> None:
        if not any(names_password(slot.name) for _, slot in named):
            return
        pieces, others = [], []
        for value, slot in named:
            text = self._join.of(value)
            if text is not None and not hasattr(value, "lineno"):
                others.append(Named(slot.name, text))
            elif text is not None:
                pieces.append(self._piece(value, text, slot))
            else:
                others.append(Named(slot.name, self._constants.get(value.id) if isinstance(value, ast.Name) else None))
        self.judge.take_group(pieces, others)


@dataclass(frozen=True, slots=True)
class _Join:
    """Puts texts together, with a hole for what only a run tells."""

    constants: Mapping[str, str]

    def of(self, node: ast.AST) -> str | None:
        """What a constant or a join with one says; None for any other expression."""
        if isinstance(node, ast.Constant):
            if isinstance(node.value, bytes):
                return node.value.decode("latin-1")
            return node.value if isinstance(node.value, str) else None
        if isinstance(node, ast.JoinedStr):
            return "".join(map(self._part, node.values))
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
            sides = (self.of(node.left), self.of(node.right))
            if any(side is not None for side in sides):
                return self._known(node.left) + self._known(node.right)
        return None

    def _part(self, node: ast.expr) -> str:
        if isinstance(node, ast.FormattedValue):
            return self._known(node.value) if node.format_spec is None else HOLE
        return self._known(node)

    def _known(self, node: ast.expr) -> str:
        text = self.of(node)
        if text is None and isinstance(node, ast.Name):
            text = self.constants.get(node.id)
        return HOLE if text is None else text


def _holes(node: ast.AST) -> Iterator[ast.expr]:
    """The expressions of a join that are no texts themselves."""
    if isinstance(node, ast.JoinedStr):
        for part in node.values:
            if isinstance(part, ast.FormattedValue):
                yield part.value
    elif isinstance(node, ast.BinOp):
        for side in (node.left, node.right):
            if isinstance(side, ast.JoinedStr | ast.BinOp):
                yield from _holes(side)
            elif not isinstance(side, ast.Constant):
                yield side


def _children(node: ast.AST, slot: _Slot) -> Iterator[tuple[ast.AST, _Slot]]:
    """The nodes below, each with what it is for."""
    if isinstance(node, ast.Assign | ast.AnnAssign):
        yield from _named_or_plain(node)
    elif isinstance(node, ast.Call):
        yield from _call(node)
    elif isinstance(node, ast.Dict):
        yield from _entries(node, slot)
        yield from ((key, _NOTHING) for key in node.keys if key is not None)
    elif isinstance(node, ast.arguments):
        yield from _defaults(node)
    else:
        own = slot if isinstance(node, _ON) else _VALUE if isinstance(node, _HANDS_OUT) else _NOTHING
        yield from ((child, own) for child in children(node))


def _named_or_plain(node: ast.Assign | ast.AnnAssign) -> Iterator[tuple[ast.AST, _Slot]]:
    named = list(_named(node))
    yield from named
    if not named and node.value is not None:
        yield node.value, _VALUE


def _named(statement: ast.AST) -> Iterator[tuple[ast.expr, _Slot]]:
    """The value that a statement gives a name: a variable, an entry, an environment variable."""
    if isinstance(statement, ast.Assign | ast.AnnAssign) and statement.value is not None:
        target = statement.targets[0] if isinstance(statement, ast.Assign) else statement.target
        key = _text(target.slice) if isinstance(target, ast.Subscript) else None
        if isinstance(target, ast.Subscript) and key is not None:
            yield statement.value, _Slot(key, "stand-in" if _last(target.value) == "environ" else "lookup")
        elif _last(target):
            yield statement.value, _Slot(_last(target), "lookup")
    elif isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Call):
        yield from ((value, slot) for value, slot in _put(statement.value) if slot.name)


def _call(node: ast.Call) -> Iterator[tuple[ast.AST, _Slot]]:
    yield node.func, _NOTHING
    put = dict(_put(node))
    for one in node.args:
        yield one, put.get(one, _VALUE)
    for keyword in node.keywords:
        yield keyword.value, _Slot(keyword.arg or "", "lookup")


def _put(node: ast.Call) -> Iterator[tuple[ast.expr, _Slot]]:
    """The arguments a call puts into the environment: ``setenv("X", value)``, ``patch.dict(os.environ, {...})``."""
    called, given = _last(node.func), node.args
    if called in ("setenv", "putenv") and len(given) >= 2 and (key := _text(given[0])) is not None:
        yield given[1], _Slot(key, "stand-in")
    elif called in ("setitem", "setdefault") and len(given) >= 2 and (key := _text(given[-2])) is not None:
        on = given[0] if called == "setitem" else node.func.value if isinstance(node.func, ast.Attribute) else given[0]
        yield given[-1], _Slot(key, "stand-in" if _last(on) == "environ" else "lookup")
    elif called == "dict" and len(given) >= 2:
        yield given[1], _Slot("", "stand-in")


def _authenticated(node: ast.Call) -> Iterator[tuple[ast.expr, _Slot]]:
    """``driver("neo4j+s://host", auth=("neo4j", "…"))``: the address and the password of a call."""
    auth = next((one.value for one in node.keywords if one.arg in ("auth", "basic_auth")), None)
    if isinstance(auth, ast.Tuple) and len(auth.elts) == 2 and node.args:
        found = _ADDRESS.match(_text(node.args[0]) or "")
        if found is not None:
            yield ast.Constant(found[1]), _Slot("host")
            yield auth.elts[1], _Slot("password", "lookup")


def _entries(node: ast.Dict, slot: _Slot) -> Iterator[tuple[ast.expr, _Slot]]:
    own = replace(slot, replaced=slot.replaced or "lookup")
    for key, value in zip(node.keys, node.values, strict=True):
        yield value, replace(own, name=_text(key) or "")


def _defaults(node: ast.arguments) -> list[tuple[ast.expr, _Slot]]:
    positional = [*node.posonlyargs, *node.args][-len(node.defaults) :] if node.defaults else []
    pairs = [*zip(positional, node.defaults, strict=True), *zip(node.kwonlyargs, node.kw_defaults, strict=True)]
    return [(value, _Slot(one.arg, "lookup")) for one, value in pairs if value is not None]


def _last(node: ast.AST) -> str:
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""


def _text(node: ast.AST | None) -> str | None:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


def _is_made_up(text: str) -> bool:
    return 3 < len(text) < 100 and is_placeholder(text)


def _constants(parsed: Module) -> Mapping[str, str]:
    """The names that stand for one text: assigned once in the whole file, and no parameter anywhere."""
    stored: dict[str, int] = {}
    texts: dict[str, str] = {}
    bare = _Join({})
    for node in parsed.nodes:
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            stored[node.id] = stored.get(node.id, 0) + 1
        elif isinstance(node, ast.arg):
            stored[node.arg] = 2
        elif isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            text = bare.of(node.value)
            if text is not None and HOLE not in text:
                texts[node.targets[0].id] = text
    return {name: text for name, text in texts.items() if stored.get(name) == 1}
