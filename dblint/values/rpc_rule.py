"""Which stored function a call means: PostgREST's own rule over argument names, and PostgreSQL's over a call in SQL.

Types are never consulted by the first and never guessed here for the second.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from dblint.catalog.model import Argument, Function

Outcome = Literal["found", "refused", "ambiguous", "unknown"]
Refusal = Literal["", "arguments", "procedure", "function", "trigger", "unnamed"]
_INPUTS = ("in", "inout", "variadic")
_BODIES = frozenset(("json", "jsonb"))
_UNNAMED = _BODIES | {"bytea", "text", "xml"}


@dataclass(frozen=True, slots=True)
class Resolution:
    """``functions`` are those meant, or for a refusal those of the name that could have been."""

    outcome: Outcome
    functions: tuple[Function, ...] = ()
    why: Refusal = ""


UNKNOWN = Resolution("unknown")


def postgrest(overloads: Sequence[Function], keys: Collection[str], *, posted: bool = True) -> Resolution:
    """What PostgREST makes of ``POST /rpc/f`` (``posted``) or ``GET /rpc/f`` with these argument names."""
    if not overloads or not all(_is_sure(one) for one in overloads):
        return UNKNOWN
    functions = [one for one in overloads if one.kind == "function"]
    if not functions:
        return Resolution("refused", tuple(overloads), "procedure")
    served = [one for one in functions if not _returns(one, "trigger")]
    if not served:
        return Resolution("refused", tuple(functions), "trigger")
    callable_ = [one for one in served if _has_a_name_for_all(one)]
    if not callable_:
        return Resolution("refused", tuple(served), "unnamed")
    named = [one for one in callable_ if _takes(one, frozenset(keys))]
    fallback = [one for one in callable_ if posted and one not in named and takes_body(one)]
    meant = named or fallback
    if not meant:
        return Resolution("refused", tuple(callable_), "arguments")
    return Resolution("found" if len(meant) == 1 else "ambiguous", tuple(meant))


def inputs(function: Function) -> tuple[Argument, ...]:
    """The parameters a caller gives."""
    return tuple(one for one in function.arguments if one.mode in _INPUTS)


def required(function: Function) -> frozenset[str]:
    """The names a PostgREST call must give."""
    return frozenset(one.name or "" for one in inputs(function) if not one.has_default)


def optional(function: Function) -> frozenset[str]:
    return frozenset(one.name or "" for one in inputs(function) if one.has_default)


def takes_body(function: Function) -> bool:
    """One unnamed json or jsonb parameter takes the whole body of a POST."""
    given = inputs(function)
    return len(given) == 1 and not given[0].name and _plain_type(given[0]) in _BODIES


def _is_sure(function: Function) -> bool:
    """An OUT parameter before an input one shifts the names PostgREST sees; such a function is left aside."""
    modes = [one.mode for one in function.arguments]
    return function.certain and "out" not in modes[: len(inputs(function))]


def _returns(function: Function, name: str) -> bool:
    return function.returns is not None and function.returns.name == name


def _has_a_name_for_all(function: Function) -> bool:
    bare = [one for one in inputs(function) if not one.name]
    return not bare or (len(bare) == 1 and _plain_type(bare[0]) in _UNNAMED)


def _plain_type(argument: Argument) -> str:
    return argument.type.name if not argument.type.dimensions else ""


def _takes(function: Function, keys: frozenset[str]) -> bool:
    """K = R, K ⊆ O, or K without O = R."""
    return keys - optional(function) == required(function)


def in_sql(
    overloads: Sequence[Function], positional: int, named: Sequence[str] = (), *, called: bool = False
) -> Resolution:
    """What PostgreSQL makes of ``f(…)`` (``CALL f(…)`` where ``called``), as far as counts and names alone tell.

    ``found`` holds every overload that could be meant: which of them the types decide.
    """
    if not overloads or not all(one.certain for one in overloads):
        return UNKNOWN
    if len(set(named)) != len(named):
        return UNKNOWN
    kinds = ("procedure",) if called else ("function", "aggregate")
    fitting = [one for one in overloads if _accepts(one, positional, named, called=called)]
    meant = [one for one in fitting if one.kind in kinds]
    if meant:
        return Resolution("found", tuple(meant))
    if any(one.kind == "aggregate" for one in overloads):
        return UNKNOWN
    right = [one for one in overloads if one.kind in kinds]
    if not right:
        return Resolution("refused", tuple(overloads), "function" if called else "procedure")
    return Resolution("refused", tuple(right), "arguments")


def parameters(function: Function, *, called: bool = False) -> tuple[Argument, ...]:
    """The parameters an SQL call gives: a CALL gives those that only come back, too."""
    modes = (*_INPUTS, "out") if called and function.kind == "procedure" else _INPUTS
    return tuple(one for one in function.arguments if one.mode in modes)


def _accepts(function: Function, positional: int, named: Sequence[str], *, called: bool) -> bool:
    given = parameters(function, called=called)
    variadic = bool(given) and given[-1].mode == "variadic"
    if named:
        # Without the word VARIADIC no name can match the elements a variadic parameter is taken apart into.
        return not variadic and _accepts_named(given, positional, named)
    least = sum(not one.has_default for one in given)
    if variadic:
        # At least one element, or the array itself; a default stands for the whole array.
        return positional >= least
    return least <= positional <= len(given)


def _accepts_named(given: Sequence[Argument], positional: int, named: Iterable[str]) -> bool:
    if positional > len(given):
        return False
    names = [one.name for one in given]
    rest = names[positional:]
    if any(name not in rest for name in named):
        return False
    wanted = set(named)
    return all(one.has_default or one.name in wanted for one in given[positional:])
