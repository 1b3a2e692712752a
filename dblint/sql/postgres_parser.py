"""The one door to libpg_query: PostgreSQL text to its parser's JSON trees; positions in them count UTF-8 bytes."""

from __future__ import annotations

import functools
import importlib.util
import json
import re
from ctypes import Structure
from pathlib import Path
from types import ModuleType
from typing import Any

from dblint.errors import DblintError

Node = dict[str, Any]

# libpg_query prints the special variables of a trigger (TG_OP and so on) with a brace too many, right before "found".
_PROMISES = re.compile(rb'(?:\{\}\},)+(?=\{"PLpgSQL_var":\{"refname":"found")')


class SyntaxRefusedError(DblintError):
    """PostgreSQL's own parser refuses the text; ``position`` is the character it points at, from 0."""

    def __init__(self, message: str, position: int | None = None) -> None:
        super().__init__(message)
        self.position = position


def parse(text: str) -> list[Node]:
    """The statements of ``text``: ``{"stmt": {kind: fields}, "stmt_location": byte, "stmt_len": bytes}`` each.

    ``stmt_location`` is absent at 0, ``stmt_len`` where the text ends without a semicolon.

    Raises:
        SyntaxRefusedError: one statement at least is no PostgreSQL.
    """
    native = _native()
    result = native.lib.pg_query_parse(_encoded(text))
    try:
        _raise(result)
        found: list[Node] = _loaded(result.parse_tree).get("stmts", [])
        return found
    finally:
        native.lib.pg_query_free_parse_result(result)


def split(text: str) -> list[tuple[int, int]]:
    """Where the statements of ``text`` lie, as byte offset and byte length, found by the scanner alone.

    A ``BEGIN ATOMIC`` body is cut at its semicolons: only ``parse`` knows where such a statement ends.

    Raises:
        SyntaxRefusedError: the scanner cannot read the text to its end, an open quote mostly.
    """
    native = _native()
    result = native.lib.pg_query_split_with_scanner(_encoded(text))
    try:
        _raise(result)
        pointers = (result.stmts[at].contents for at in range(result.n_stmts))
        return [(one.stmt_location, one.stmt_len) for one in pointers]
    finally:
        native.lib.pg_query_free_split_result(result)


def parse_plpgsql(text: str) -> list[Node]:
    """The plpgsql bodies of a whole ``CREATE FUNCTION``, ``CREATE PROCEDURE`` or ``DO`` statement.

    Raises:
        SyntaxRefusedError: the statement or the body is not readable.
    """
    native = _native()
    result = native.lib.pg_query_parse_plpgsql(_encoded(text))
    try:
        _raise(result)
        found: list[Node] = _loaded(_PROMISES.sub(lambda run: run[0].replace(b"{}}", b"{}"), result.plpgsql_funcs))
        return found
    finally:
        native.lib.pg_query_free_plpgsql_parse_result(result)


def available() -> bool:
    """libpg_query can be used here."""
    try:
        _native()
    except SyntaxRefusedError:
        return False
    return True


@functools.cache
def _native() -> ModuleType:
    """postgast's bindings alone: its package would import protobuf, which costs more than the reading itself."""
    package = importlib.util.find_spec("postgast")
    if package is None or package.origin is None:
        raise SyntaxRefusedError("libpg_query is not installed: `pip install postgast`")
    spec = importlib.util.spec_from_file_location("dblint_postgast_native", Path(package.origin).parent / "native.py")
    if spec is None or spec.loader is None:
        raise SyntaxRefusedError("postgast has no native bindings here")
    module = importlib.util.module_from_spec(spec)
    try:
        spec.loader.exec_module(module)
    except OSError as error:
        raise SyntaxRefusedError(str(error)) from error
    return module


def _encoded(text: str) -> bytes:
    if "\0" in text:
        raise SyntaxRefusedError("a NUL character", text.index("\0"))
    try:
        return text.encode()
    except UnicodeEncodeError as error:
        raise SyntaxRefusedError("text that is no Unicode", error.start) from error


def _raise(result: Structure) -> None:
    if not result.error:
        return
    error = result.error.contents
    position = error.cursorpos - 1 if error.cursorpos > 0 else None
    raise SyntaxRefusedError(error.message.decode(errors="replace"), position)


def _loaded(tree: bytes) -> Any:
    try:
        return json.loads(tree, strict=False)
    except RecursionError as error:
        raise SyntaxRefusedError("nested too deeply") from error
