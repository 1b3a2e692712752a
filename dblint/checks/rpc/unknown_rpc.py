"""unknown-rpc: a stored function is called or answered that no migration leaves standing."""

from __future__ import annotations

from collections.abc import Iterator

from dblint.binding.model import BoundProject
from dblint.binding.rpc_results import functions_by_row
from dblint.checks.fate import Fate, function_fate
from dblint.checks.functions import called_name, overloads, rpc_calls, shows_all_functions
from dblint.checks.rows import distinct
from dblint.facts.rpc_model import FunctionName, RpcCall, RpcEvidence
from dblint.finding import Finding, Remedy, Subject
from dblint.intent import ReplaceString
from dblint.rule import Rule
from dblint.source import Place


def check(rule: Rule, project: BoundProject) -> Iterator[Finding]:
    return distinct(_findings(rule, project))


def _findings(rule: Rule, project: BoundProject) -> Iterator[Finding]:
    calls = list(rpc_calls(project))
    resolved = [(path, call) for path, call in calls if overloads(project.catalog, call.function)]
    known = {(path, call.evidence) for path, call in resolved}
    clients = {(path, call.client) for path, call in resolved if call.client and call.form == "rpc"}
    clients |= {(path, call.client) for path, call in calls if call.client in project.settings.clients}
    for path, call in calls:
        if overloads(project.catalog, call.function) or not shows_all_functions(project, path, call.function):
            continue
        fate = _fate(project, call)
        if fate.evident or (path, call.client) in clients or (known and _is_sure(path, call, known, fate)):
            yield _finding(rule, path, call, fate)
    yield from _answered(rule, project, bool(known))


def _answered(rule: Rule, project: BoundProject, known: bool) -> Iterator[Finding]:
    """Mocks of answers that the code under test gets from a function which is not there."""
    if not known:
        return
    names = functions_by_row(project.code, project.facts)
    for path, facts in project.facts.items():
        for answer in facts.rpc.answers:
            asked = {names[(path, row.span)] for row in answer.rows if (path, row.span) in names}
            if answer.function is not None or answer.deliberate or len(asked) != 1:
                continue
            meant = FunctionName(asked.pop(), answer.span)
            if overloads(project.catalog, meant) or not shows_all_functions(project, path, meant):
                continue
            call = RpcCall(meant, answer.span, "sql", "call", "")
            yield _finding(rule, path, call, _fate(project, call))


def _is_sure(path: str, call: RpcCall, known: set[tuple[str, RpcEvidence]], fate: Fate) -> bool:
    """A dict is keyed by functions' names where one of its file's keys is one; in SQL extensions have theirs, too."""
    if call.form in ("sql", "call", "sqlalchemy"):
        return fate.meant is not None
    return (path, "registry") in known if call.evidence == "registry" else call.sure


def _fate(project: BoundProject, call: RpcCall) -> Fate:
    schemas = (call.function.schema,) if call.function.schema else project.catalog.search_path
    fates = [function_fate(project.catalog, schema, call.function.name) for schema in schemas]
    return max(fates, key=lambda fate: (fate.evident, fate.meant is not None), default=Fate("", ()))


def _finding(rule: Rule, path: str, call: RpcCall, fate: Fate) -> Finding:
    place = Place(path, call.function.span)
    name = called_name(call.function)
    remedy = Remedy(f"Rename to `{fate.meant}`", "unsafe", (ReplaceString(place, fate.meant),)) if fate.meant else None
    return rule.finding(
        place,
        f"the schema has no function `{name}`{fate.told}",
        help=None if fate.proven or not fate.meant else f"Did you mean `{fate.meant}`?",
        subject=Subject(function=name),
        labels=fate.labels,
        remedy=remedy if _is_editable(call) else None,
    )


def _is_editable(call: RpcCall) -> bool:
    """A string of its own that is the name alone."""
    return call.function.schema is None and call.form in ("rpc", "callproc")
