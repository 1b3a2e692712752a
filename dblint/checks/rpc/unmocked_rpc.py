"""unmocked-rpc: the code under test calls a stored function through a double that has no branch for it."""

from __future__ import annotations

import json
from collections.abc import Iterator

from dblint.binding.code import Found
from dblint.binding.fake_uses import Dispatched
from dblint.binding.model import BoundProject
from dblint.catalog.model import Function
from dblint.checks.fakes import uses
from dblint.checks.functions import about, function_name, overloads
from dblint.checks.wording import quoted
from dblint.facts.rpc_model import BranchLayout, FunctionName, RpcDispatch
from dblint.finding import Finding, Label, Remedy
from dblint.intent import AddEntry, ReplaceText
from dblint.rule import Rule
from dblint.source import Place
from dblint.values.rpc_sample import sample_answer

_SAID = {"nothing": "gets None", "raises": "raises an error", "value": "gets the same answer as any other"}


def check(rule: Rule, project: BoundProject) -> Iterator[Finding]:
    if project.catalog.dialect != "postgres" or not any(
        _judged(facts.rpc.dispatches) for facts in project.facts.values()
    ):
        return
    asked: dict[tuple[str, RpcDispatch], dict[str, Dispatched]] = {}
    for one in uses(project).dispatched:
        dispatch = _dispatch(project, one.function)
        if dispatch is not None and one.text not in dispatch.names:
            asked.setdefault((one.function.path, dispatch), {}).setdefault(one.text, one)
    for (path, dispatch), missing in asked.items():
        found = _finding(rule, project, path, dispatch, missing)
        if found is not None:
            yield found


def _judged(dispatches: tuple[RpcDispatch, ...]) -> tuple[RpcDispatch, ...]:
    """Those that know some names and give others nothing."""
    return tuple(one for one in dispatches if one.names and not one.open and one.fallback != "value")


def _dispatch(project: BoundProject, found: Found) -> RpcDispatch | None:
    facts, function = project.facts.get(found.path), project.code.function(found)
    if facts is None or function is None:
        return None
    judged = _judged(facts.rpc.dispatches)
    return next((one for one in judged if function.head.contains(one.span)), None)


def _finding(
    rule: Rule, project: BoundProject, path: str, dispatch: RpcDispatch, missing: dict[str, Dispatched]
) -> Finding | None:
    """One finding for a double, so that one fix writes all its branches."""
    known = [
        (one, meant) for name, one in sorted(missing.items()) if (meant := _meant(project, name, dispatch)) is not None
    ]
    if not known:
        return None
    names = [function_name(project.catalog, meant) for _, meant in known]
    labels = [Label(one.place, f"`{one.text}` is called here") for one, _ in known]
    labels += [Label(meant.place, f"`{meant.name}` is made here") for _, meant in known]
    return rule.finding(
        Place(path, dispatch.span),
        f"`{dispatch.name}()` has no branch for {quoted(names)}, which the code under test calls",
        help=f"The call {_SAID[dispatch.fallback]}.",
        subject=about(project.catalog, known[0][1]),
        labels=tuple(labels[:6]),
        remedy=_remedy(project, path, dispatch, [meant for _, meant in known]),
    )


def _meant(project: BoundProject, name: str, dispatch: RpcDispatch) -> Function | None:
    """The function of that name, where the double answers for functions of this database."""
    found = overloads(project.catalog, FunctionName(name, dispatch.span))
    ours = any(overloads(project.catalog, FunctionName(one, dispatch.span)) for one in dispatch.names)
    return found[0] if found and ours and found[0].kind == "function" else None


def _remedy(project: BoundProject, path: str, dispatch: RpcDispatch, missing: list[Function]) -> Remedy | None:
    layout = dispatch.layout
    answers = [(one, sample_answer(one, project.catalog)) for one in missing]
    if layout is None or any(answer is None for _, answer in answers):
        return None
    title = f"Add a branch for {quoted(one.name for one in missing)}"
    if layout.row is not None:
        entries = tuple(
            AddEntry(path, layout.row, one.name, f"{layout.before}{answer}{layout.after}") for one, answer in answers
        )
        return Remedy(title, "safe", entries)
    if layout.insert_at is None:
        return None
    text = "".join(_branch(layout, one.name, answer or "None") for one, answer in answers)
    return Remedy(title, "safe", (ReplaceText(Place(path, layout.insert_at), text),))


def _branch(layout: BranchLayout, name: str, answer: str) -> str:
    """The branch in the double's own quotes."""
    if "'\0'" in layout.before:
        answer = _single_quoted(answer)
    return f"{layout.before.replace(chr(0), name)}{answer}{layout.after}"


def _single_quoted(answer: str) -> str:
    """The same expression with its strings in single quotes, where none of them holds one."""
    return answer if "'" in answer or "\\" in answer or json.dumps(answer).count("\\u") else answer.replace('"', "'")
