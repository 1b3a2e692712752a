"""Texts of which only parts are known, as f-strings make them: refused where nothing could complete them."""

from __future__ import annotations

import re

from dblint.catalog.model import Catalog, Type
from dblint.facts.value_model import Value
from dblint.values.input.numbers import BITS
from dblint.values.input.read import modifiers
from dblint.values.input.refusal import RefusedInputError, UnclearInputError, malformed, shown
from dblint.values.json_input import base_of

_SPACE = " \t\n\v\f\r"
_WHOLE = frozenset("0123456789+-_xXoObBabcdefABCDEF" + _SPACE)
_LETTERS: dict[str, frozenset[str]] = {
    **dict.fromkeys(BITS, _WHOLE),
    **dict.fromkeys(("numeric", "real", "double precision"), _WHOLE | frozenset(".pPnNiItTyY()")),
    "uuid": frozenset("0123456789abcdefABCDEF{}-"),
}
"""The characters of which the texts of a type are made."""


def is_template(value: Value) -> bool:
    return value.kind == "unknown" and bool(value.items)


def take(value: Value, type_: Type, catalog: Catalog) -> None:
    """Tries whether any text with these parts is one of the type's.

    Raises:
        RefusedInputError: none is.
        UnclearInputError: some may be.
    """
    base = base_of(type_, catalog)
    parts = [part.text for part in value.items if part.kind == "str"]
    said = "".join(part.text if part.kind == "str" else "{…}" for part in value.items)
    if base is None or base.dimensions:
        raise UnclearInputError
    if base.kind == "enum":
        _enum(parts, value, base, catalog, said)
    elif base.kind == "base":
        _scalar("".join(parts), base, said)
    raise UnclearInputError


def _scalar(known: str, base: Type, said: str) -> None:
    letters = _LETTERS.get(base.name)
    if letters is not None and not set(known) <= letters:
        raise malformed(said, base.name)
    limits = modifiers(base)
    if base.name in ("character varying", "character") and limits and len(known.rstrip(" ")) > limits[0]:
        raise RefusedInputError(
            "22001", f"`{shown(said)}` has at least {len(known)} characters, {base.name}({limits[0]}) holds {limits[0]}"
        )


def _enum(parts: list[str], value: Value, base: Type, catalog: Catalog, said: str) -> None:
    enum = catalog.enum(base)
    if enum is None or not enum.complete:
        return
    pattern = "".join(re.escape(part.text) if part.kind == "str" else ".*" for part in value.items)
    if parts and not any(re.fullmatch(pattern, one, re.DOTALL) for one in enum.values):
        raise RefusedInputError("22P02", f"`{shown(said)}` is no value of the enum `{enum.name}`")
