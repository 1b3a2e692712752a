"""PostgreSQL's rules of type conversion: which function or operator is meant, which type several values have together.

Types go by codes: ``int4``, ``_int4`` for its array, ``schema.name`` for a type of the project's.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from dblint.catalog import builtins
from dblint.catalog.model import Type
from dblint.catalog.type_names import system_type
from dblint.sql.definitions import TypeName

UNKNOWN = "unknown"
RECORD = "record"
_STRING = "S"
_CATEGORIES = {"enum": "E", "composite": "C", "range": "R"}
_ELEMENT = frozenset({"anyelement", "anynonarray", "anyenum"})
_COMPATIBLE = frozenset({"anycompatible", "anycompatiblenonarray"})
_ANY = frozenset(
    {"any", *_ELEMENT, *_COMPATIBLE}
    | {f"any{family}{shape}" for family in ("", "compatible") for shape in ("array", "range", "multirange")}
)


@functools.cache
def _system(name: str, dimensions: int) -> Type | None:
    return system_type(TypeName(None, name, (), dimensions))


class Types:
    """Types by code; ``base`` gives the type under a domain."""

    def __init__(self, base: Callable[[Type], Type | None]) -> None:
        self._base = base
        self._known: dict[str, Type] = {}

    def code(self, type_: Type) -> str:
        """The type's code; modifiers are no part of it."""
        system = type_.schema is None and type_.kind == "base"
        element = _INTERNAL.get(type_.name, type_.name) if system else f"{type_.schema or ''}.{type_.name}"
        if not system and element not in self._known:
            text = type_.text.removesuffix("[]")
            if type_.modifiers and text.endswith(")"):
                text = text[: text.rindex("(")]
            self._known[element] = replace(type_, modifiers=(), dimensions=0, text=text)
        return f"_{element}" if type_.dimensions else element

    def type(self, code: str) -> Type | None:
        """The type of a code, without modifiers."""
        if not code.startswith("_"):
            return self._known.get(code) or _system(code, 0)
        inner = self._known.get(code[1:])
        return replace(inner, dimensions=1, text=f"{inner.text}[]") if inner is not None else _system(code[1:], 1)

    def plain(self, code: str) -> str:
        """The type under a domain, the type itself for any other."""
        known = self._known.get(code)
        if known is None or known.kind != "domain":
            return code
        base = self._base(known)
        return self.plain(self.code(base)) if base is not None else code

    def category(self, code: str) -> str:
        """The type's category, without the mark of the preferred."""
        return self._marked(code)[:1]

    def preferred(self, category: str, code: str) -> bool:
        return self._marked(code) == f"{category}!"

    def _marked(self, code: str) -> str:
        code = self.plain(code)
        if code.startswith("_"):
            return "A"
        known = self._known.get(code)
        return _CATEGORIES.get(known.kind, "U") if known is not None else builtins.category(code)

    def element(self, code: str) -> str | None:
        """What an array holds."""
        code = self.plain(code)
        if code in ("int2vector", "oidvector"):
            return code.removesuffix("vector")
        return code[1:] if code.startswith("_") else None

    def coerces(self, source: str, target: str) -> bool:
        """The value becomes the target by itself."""
        if source in (target, UNKNOWN) or target == "any":
            return True
        if target in _ANY:
            return self._fits(source, target)
        plain, target = self.plain(source), self.plain(target)
        if plain == target or target in builtins.implicit_casts(plain):
            return True
        if target == RECORD or plain == RECORD:
            return "C" in (self.category(source), self.category(target))
        inner, wanted = self.element(plain), target[1:] if target.startswith("_") else None
        return inner is not None and wanted is not None and self.coerces(inner, wanted)

    def _fits(self, source: str, target: str) -> bool:
        shape = target.removeprefix("any").removeprefix("compatible")
        if shape in ("", "element"):
            return True
        if shape == "array":
            return self.element(source) is not None
        if shape == "nonarray":
            return self.element(source) is None
        if shape == "enum":
            return self.category(source) == "E"
        multi = builtins.range_of(self.plain(source)) is not None
        return multi if shape == "multirange" else self.category(source) == "R" and not multi

    def common(self, codes: Sequence[str]) -> str | None:
        """The type that CASE, UNION and their like give their branches together."""
        if not codes:
            return None
        if codes[0] != UNKNOWN and all(code == codes[0] for code in codes):
            return codes[0]
        found: str | None = None
        for code in map(self.plain, codes):
            if code in (UNKNOWN, found):
                continue
            if found is None:
                found = code
            elif self.category(code) != self.category(found):
                return None
            elif not self.preferred(self.category(found), found) and self.coerces(found, code):
                found = found if self.coerces(code, found) else code
        return found or "text"


_SPELLED_OTHERWISE = (
    *("bool", "char", "float4", "float8", "int2", "int4", "int8", "varbit", "varchar", "bpchar"),
    *("time", "timestamp", "timestamptz", "timetz"),
)
_INTERNAL = {
    found.name: name for name in _SPELLED_OTHERWISE if (found := system_type(TypeName(None, name))) is not None
}


# Which function or operator is meant


@dataclass(frozen=True, slots=True)
class Candidate:
    """One function or operator; ``arguments`` runs beside those given."""

    arguments: tuple[str, ...]
    signature: builtins.Signature


@functools.cache
def fitting(signature: builtins.Signature, count: int) -> Candidate | None:
    """The function as a call with so many arguments sees it; None where it takes no such call."""
    taken = signature.arguments
    if len(taken) - signature.defaults <= count <= len(taken) and not (signature.variadic and count == len(taken)):
        return Candidate(taken[:count], signature)
    if signature.variadic and count >= len(taken):
        last = taken[-1]
        item = last if last == "any" else _item_of(last)
        return Candidate(taken[:-1] + (item,) * (count - len(taken) + 1), signature)
    return None


def _item_of(array: str) -> str:
    polymorphic = {"anyarray": "anyelement", "anycompatiblearray": "anycompatible"}
    return polymorphic.get(array, array.removeprefix("_"))


def choose(types: Types, given: Sequence[str], candidates: Sequence[Candidate]) -> Candidate | None:
    """The candidate that PostgreSQL takes for arguments of these types; None where it takes none."""
    exact = [one for one in candidates if one.arguments == tuple(given)]
    if exact:
        return exact[0]
    left = [one for one in candidates if _takes(types, one, given)]
    if len(left) <= 1:
        return left[0] if left else None
    return _selected(types, [types.plain(code) for code in given], left)


def choose_operator(types: Types, left: str | None, right: str, candidates: Sequence[Candidate]) -> Candidate | None:
    """As ``choose``, where an untyped side of an operator takes the other side's type first."""
    if left is None:
        return choose(types, [right], candidates)
    first, second = (right if left == UNKNOWN else left), (left if right == UNKNOWN else right)
    for pair in ((first, second), (types.plain(first), types.plain(second))):
        exact = [one for one in candidates if one.arguments == pair]
        if exact and UNKNOWN not in pair:
            return exact[0]
    return choose(types, [left, right], candidates)


def _selected(types: Types, given: Sequence[str], candidates: list[Candidate]) -> Candidate | None:
    def exact(one: Candidate) -> int:
        return sum(code == taken for code, taken in zip(given, one.arguments, strict=True) if code != UNKNOWN)

    def preferring(one: Candidate) -> int:
        pairs = [(code, taken) for code, taken in zip(given, one.arguments, strict=True) if code != UNKNOWN]
        return sum(code == taken or types.preferred(types.category(code), taken) for code, taken in pairs)

    for score in (exact, preferring):
        candidates = _best(candidates, score)
        if len(candidates) == 1:
            return candidates[0]
    if UNKNOWN not in given:
        return None
    candidates = _by_category(types, given, candidates)
    if len(candidates) == 1:
        return candidates[0]
    known = {code for code in given if code != UNKNOWN}
    if len(known) != 1:
        return None
    same = list(known) * len(given)
    taking = [one for one in candidates if _takes(types, one, same)]
    return taking[0] if len(taking) == 1 else None


def _takes(types: Types, candidate: Candidate, given: Sequence[str]) -> bool:
    """Each argument becomes what is declared, and those of one polymorphic family agree."""
    declared = candidate.arguments
    if not all(map(types.coerces, given, declared)):
        return False
    exact = [code for code in _contributions(types, "any", declared, given) if code != UNKNOWN]
    loose = _contributions(types, "anycompatible", declared, given)
    return len(set(exact)) <= 1 and (not loose or types.common(loose) is not None)


def _best(candidates: list[Candidate], score: Callable[[Candidate], int]) -> list[Candidate]:
    most = max(map(score, candidates))
    return [one for one in candidates if score(one) == most]


def _by_category(types: Types, given: Sequence[str], candidates: list[Candidate]) -> list[Candidate]:
    """The candidates whose categories suit the untyped arguments; strings are tried first."""
    slots: dict[int, tuple[str, bool]] = {}
    for at, code in enumerate(given):
        if code != UNKNOWN:
            continue
        categories = {types.category(one.arguments[at]) for one in candidates}
        if _STRING not in categories and len(categories) > 1:
            return candidates
        category = _STRING if _STRING in categories else categories.pop()
        slots[at] = category, any(types.preferred(category, one.arguments[at]) for one in candidates)
    suiting = [
        one
        for one in candidates
        if all(
            types.category(one.arguments[at]) == category
            and (not has_preferred or types.preferred(category, one.arguments[at]))
            for at, (category, has_preferred) in slots.items()
        )
    ]
    return suiting or candidates


# What a polymorphic function gives


def resolve(types: Types, code: str, declared: Sequence[str], given: Sequence[str]) -> str | None:
    """The type that a declared result means for these arguments; None where it cannot be told."""
    if code not in _ANY:
        return code
    family = "anycompatible" if code.startswith("anycompatible") else "any"
    element = _element_meant(types, family, declared, given)
    shape = "array" if code.endswith("array") and not code.endswith("nonarray") else "element"
    if code.endswith("range"):
        return _range_meant(types, code, declared, given)
    if element is None:
        return None
    return f"_{element}" if shape == "array" else element


def _element_meant(types: Types, family: str, declared: Sequence[str], given: Sequence[str]) -> str | None:
    found = _contributions(types, family, declared, given)
    known = [code for code in found if code != UNKNOWN]
    if not known:
        return "text" if found else None
    return types.common(known) if family == "anycompatible" else known[0]


def _contributions(types: Types, family: str, declared: Sequence[str], given: Sequence[str]) -> list[str]:
    """What each argument says of the element that the family stands for."""
    pairs = zip(declared, given, strict=True)
    return [one for taken, code in pairs if (one := _contribution(types, family, taken, code)) is not None]


def _contribution(types: Types, family: str, taken: str, code: str) -> str | None:
    if taken in (_COMPATIBLE if family == "anycompatible" else _ELEMENT):
        return code
    if not taken.startswith(family) or (family == "any" and taken.startswith("anycompatible")):
        return None
    if taken.endswith("array"):
        return UNKNOWN if code == UNKNOWN else types.element(code)
    return builtins.subtype(types.plain(code)) if taken.endswith("range") else None


def _range_meant(types: Types, code: str, declared: Sequence[str], given: Sequence[str]) -> str | None:
    for taken, one in zip(declared, given, strict=True):
        if not taken.endswith("range") or one == UNKNOWN:
            continue
        plain = types.plain(one)
        if taken == code:
            return plain
        return builtins.multirange_of(plain) if code.endswith("multirange") else builtins.range_of(plain)
    return None
