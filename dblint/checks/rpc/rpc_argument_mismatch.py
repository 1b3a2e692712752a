"""rpc-argument-mismatch: arguments that no overload of a stored function takes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from dblint.binding.model import BoundProject
from dblint.catalog import builtins
from dblint.catalog.model import Catalog, Function
from dblint.checks.functions import about, function_name, is_exposed, listed, overloads, rpc_calls, signature
from dblint.checks.rows import distinct
from dblint.facts.rpc_model import RpcArgument, RpcCall
from dblint.finding import Finding, Label, Remedy
from dblint.intent import DropEntry, RenameKey, ReplaceString
from dblint.rule import Rule
from dblint.source import Place
from dblint.values.nearest import nearest
from dblint.values.rpc_rule import Resolution, in_sql, inputs, optional, postgrest, required, takes_body

_WHY = {
    "procedure": "is a procedure, which only CALL runs",
    "trigger": "returns a trigger, and only a trigger can call it",
    "unnamed": "has parameters without names, which PostgREST cannot fill",
    "function": "is a function, which CALL does not run",
}


def check(rule: Rule, project: BoundProject) -> Iterator[Finding]:
    return distinct(_findings(rule, project))


def _findings(rule: Rule, project: BoundProject) -> Iterator[Finding]:
    for path, call in rpc_calls(project):
        found = overloads(project.catalog, call.function)
        if not found or not is_exposed(project.catalog, call.function) or _may_be_another(project.catalog, call):
            continue
        if call.reads:
            yield from _reads(rule, project.catalog, path, call, found)
            continue
        resolution = _resolved(call, found)
        if resolution.outcome == "refused":
            yield _refused(rule, project.catalog, path, call, resolution)
        elif resolution.outcome == "ambiguous":
            yield _ambiguous(rule, project.catalog, path, call, resolution.functions)


def _may_be_another(catalog: Catalog, call: RpcCall) -> bool:
    """PostgreSQL has functions of that name itself, which SQL finds first, or SQL beside the schema makes one."""
    builtin = call.form != "rpc" and bool(builtins.functions(call.function.name))
    return builtin or call.function.name.lower() in catalog.functions_beside


def _resolved(call: RpcCall, found: Sequence[Function]) -> Resolution:
    keys = [one.name for one in call.arguments if one.name is not None]
    if call.form == "rpc":
        made = postgrest(found, keys, posted=call.posted)
        if not call.open or (made.outcome == "refused" and made.why != "arguments"):
            return made
        return made if made.outcome == "refused" and _strange(call, made.functions) else Resolution("unknown")
    if call.open:
        return Resolution("unknown")
    # ``callproc`` writes SELECT * FROM f(…), which runs no procedure.
    return in_sql(found, len(call.arguments) - len(keys), keys, called=call.form == "call")


def _strange(call: RpcCall, found: Sequence[Function]) -> list[RpcArgument]:
    """The arguments that no overload has a parameter for: more arguments cannot help."""
    if any(takes_body(one) for one in found):
        return []
    names = {one.name for function in found for one in inputs(function)}
    return [one for one in call.arguments if one.name is not None and one.name not in names]


def _reads(rule: Rule, catalog: Catalog, path: str, call: RpcCall, found: Sequence[Function]) -> Iterator[Finding]:
    """The parameters that a double's branch reads, and the function has not."""
    if not all(one.certain for one in found):
        return
    names = {one.name or "" for function in found for one in inputs(function)}
    for one in _strange(call, found):
        meant = nearest(one.name or "", names)
        yield rule.finding(
            Place(path, one.span),
            f"`{function_name(catalog, found[0])}` has no parameter `{one.name}`",
            help=f"It takes {listed([name for name in names if name])}." if any(names) else "It takes no arguments.",
            subject=about(catalog, found[0]),
            labels=_made(catalog, found),
            remedy=None
            if meant is None
            else Remedy(f"Read `{meant}`", "unsafe", (ReplaceString(Place(path, one.span), meant),)),
        )


def _refused(rule: Rule, catalog: Catalog, path: str, call: RpcCall, resolution: Resolution) -> Finding:
    place = Place(path, call.function.span)
    found = resolution.functions
    name = function_name(catalog, found[0])
    if resolution.why != "arguments":
        return rule.finding(
            place, f"`{name}` {_WHY[resolution.why]}", subject=about(catalog, found[0]), labels=_made(catalog, found)
        )
    return rule.finding(
        place,
        f"no `{name}` takes {_given(call)}{_told(call, found)}",
        help=f"There is {' and '.join(f'`{signature(catalog, one)}`' for one in found)}.",
        subject=about(catalog, found[0]),
        labels=_made(catalog, found),
        remedy=_remedy(path, call, found),
    )


def _given(call: RpcCall) -> str:
    names = [one.name for one in call.arguments if one.name is not None]
    count = len(call.arguments) - len(names)
    said = f"{count} argument{'' if count == 1 else 's'}" if count else ""
    return " and ".join(part for part in (said, f"({', '.join(names)})" if names else "") if part) or "no arguments"


def _told(call: RpcCall, found: Sequence[Function]) -> str:
    """What is missing and what is too much, where there is one function to compare with."""
    keys = {one.name for one in call.arguments if one.name is not None}
    if len(found) != 1 or len(keys) != len(call.arguments):
        return ""
    missing, extra = _difference(keys, found[0])
    parts = []
    if missing and not call.open:
        parts.append(f"{listed(missing)} {'is' if len(missing) == 1 else 'are'} missing")
    if extra:
        parts.append(f"it has no parameter {listed(extra)}")
    return f": {' and '.join(parts)}" if parts else ""


def _difference(keys: set[str], function: Function) -> tuple[list[str], list[str]]:
    needed, possible = required(function), optional(function)
    return sorted(needed - keys), sorted(keys - needed - possible)


def _remedy(path: str, call: RpcCall, found: Sequence[Function]) -> Remedy | None:
    """The one key that no parameter has gets the name of the one that is meant, or goes where nothing else is wrong."""
    keys = {one.name for one in call.arguments if one.name is not None}
    if len(found) != 1 or len(keys) != len(call.arguments):
        return None
    missing, extra = _difference(keys, found[0])
    if len(extra) != 1:
        return None
    wrong = next(one for one in call.arguments if one.name == extra[0])
    if wrong.layout is None:
        return None
    free = optional(found[0]) - keys
    meant = missing[0] if len(missing) == 1 else None if missing else nearest(extra[0], free)
    if meant is not None:
        return Remedy(f"Rename to `{meant}`", "unsafe", (RenameKey(path, wrong.layout, meant),))
    if missing or call.open:
        return None
    return Remedy(f"Leave out `{extra[0]}`", "unsafe", (DropEntry(path, wrong.layout),))


def _ambiguous(rule: Rule, catalog: Catalog, path: str, call: RpcCall, found: Sequence[Function]) -> Finding:
    name = function_name(catalog, found[0])
    return rule.finding(
        Place(path, call.function.span),
        f"PostgREST cannot choose between {len(found)} functions `{name}` that take {_given(call)}",
        help="It looks at the names of arguments and never at their types.",
        subject=about(catalog, found[0]),
        labels=_made(catalog, found),
    )


def _made(catalog: Catalog, found: Sequence[Function]) -> tuple[Label, ...]:
    return tuple(Label(one.place, f"`{signature(catalog, one)}` is made here") for one in found[:3])
