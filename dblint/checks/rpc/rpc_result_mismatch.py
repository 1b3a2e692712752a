"""rpc-result-mismatch: a mocked result whose shape or columns are not what the function RETURNS."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from dblint.binding.model import BoundProject
from dblint.binding.rpc_results import functions_by_row
from dblint.catalog.model import Catalog, Function
from dblint.checks.functions import about, function_name, is_exposed, overloads, signature
from dblint.checks.rows import distinct
from dblint.checks.wording import at, quoted
from dblint.facts.rpc_model import AnswerRow, FunctionName, RpcAnswer, RpcArgument
from dblint.facts.value_model import Value
from dblint.finding import Finding, Label, Remedy, Subject
from dblint.intent import RenameKey, ReplaceText, ReplaceValue
from dblint.rule import Rule
from dblint.source import Place, Span
from dblint.values.nearest import nearest
from dblint.values.rpc_shape import Form, ResultShape, result_shape

_SCALARS = frozenset(("str", "int", "float", "bool"))
_SAID: dict[Form, str] = {
    "nothing": "nothing",
    "scalar": "one value",
    "scalars": "a list of values",
    "object": "one object",
    "objects": "a list of objects",
}


@dataclass(frozen=True, slots=True)
class _Judged:
    """An answer and the function it stands for."""

    path: str
    answer: RpcAnswer
    function: Function
    shape: ResultShape


def check(rule: Rule, project: BoundProject) -> Iterator[Finding]:
    return distinct(_findings(rule, project))


def _findings(rule: Rule, project: BoundProject) -> Iterator[Finding]:
    if project.catalog.dialect != "postgres":
        return
    known = functions_by_row(project.code, project.facts)
    for path, facts in project.facts.items():
        for answer in facts.rpc.answers:
            judged = _judged(project.catalog, path, _named(answer, path, known))
            if judged is None:
                continue
            wrong = _wrong_shape(judged)
            if wrong is not None:
                yield _shape_finding(rule, project.catalog, judged, wrong)
            elif judged.shape.fields is not None:
                yield from _wrong_columns(rule, project.catalog, judged)


def _named(answer: RpcAnswer, path: str, known: Mapping[tuple[str, Span], str]) -> RpcAnswer:
    """The answer with the function that the code under test calls to get it."""
    names = {known[(path, row.span)] for row in answer.rows if (path, row.span) in known}
    if answer.function is not None or len(names) != 1:
        return answer
    return replace(answer, function=FunctionName(names.pop(), answer.span))


def _judged(catalog: Catalog, path: str, answer: RpcAnswer) -> _Judged | None:
    """The answer with the shape that all overloads share."""
    if answer.function is None or answer.deliberate or not is_exposed(catalog, answer.function):
        return None
    found = overloads(catalog, answer.function)
    if not found or not all(one.certain and one.kind == "function" for one in found):
        return None
    if answer.function.name.lower() in catalog.functions_beside:
        return None
    shapes = {result_shape(one, catalog) for one in found}
    shape = shapes.pop() if len(shapes) == 1 else ResultShape("unknown")
    return None if shape.form == "unknown" else _Judged(path, answer, found[-1], shape)


def _wrong_shape(judged: _Judged) -> str | None:
    """What the answer is instead of what the function returns."""
    value, form = judged.answer.value, judged.shape.form
    if value.kind in ("null", "unknown", "call"):
        return None
    if form == "nothing":
        return _described(value) if value.items or value.kind in _SCALARS or judged.answer.rows else None
    if form in ("objects", "scalars"):
        if value.kind != "list":
            return _described(value)
        return _wrong_items(value.items, "dict" if form == "objects" else "scalar")
    if form == "object":
        return _described(value) if value.kind in _SCALARS or (value.kind == "list" and value.items) else None
    is_empty = not value.items and not any(row.entries or row.open for row in judged.answer.rows)
    return _described(value) if value.kind in ("dict", "list") and not is_empty else None


def _wrong_items(items: Sequence[Value], wanted: str) -> str | None:
    for item in items:
        if wanted == "dict" and item.kind in _SCALARS:
            return "a list of values"
        if wanted == "scalar" and item.kind == "dict":
            return "a list of objects"
    return None


def _described(value: Value) -> str:
    if value.kind == "dict":
        return "one object"
    if value.kind != "list":
        return "one value"
    if not value.items:
        return "an empty list"
    return "a list of objects" if value.items[0].kind == "dict" else "a list"


def _shape_finding(rule: Rule, catalog: Catalog, judged: _Judged, what: str) -> Finding:
    name = function_name(catalog, judged.function)
    return rule.finding(
        Place(judged.path, judged.answer.span),
        f"the double answers {what}, but `{name}` returns {_SAID[judged.shape.form]}",
        help=_help(judged),
        subject=about(catalog, judged.function),
        labels=(_made(catalog, judged.function),),
        remedy=_reshaped(judged),
    )


def _help(judged: _Judged) -> str | None:
    if judged.shape.form == "nothing":
        return "A function that returns void answers with an empty list."
    return (
        None if judged.shape.fields is None else f"Its columns are {quoted(one.name for one in judged.shape.fields)}."
    )


def _reshaped(judged: _Judged) -> Remedy | None:
    """One object put into a list, the only one taken out of it, the only value taken out of its row."""
    place, form = Place(judged.path, judged.answer.span), judged.shape.form
    if form == "nothing":
        return Remedy("Answer with an empty list", "unsafe", (ReplaceValue(place, "[]"),))
    wanted = "dict" if form in ("object", "objects") else "scalar"
    value = judged.answer.value
    if form in ("objects", "scalars") and (value.kind == "dict") == (wanted == "dict") and value.kind != "list":
        start, end = place.span.start, place.span.end
        edits = (ReplaceText(_between(place, start, start), "["), ReplaceText(_between(place, end, end), "]"))
        return Remedy("Put it into a list", "unsafe", edits)
    inner = _inner(judged.answer, wanted) if form in ("object", "scalar") else None
    if inner is None:
        return None
    before, after = _between(place, place.span.start, inner.start), _between(place, inner.end, place.span.end)
    return Remedy("Take it out", "unsafe", (ReplaceText(before, ""), ReplaceText(after, "")))


def _between(place: Place, start: tuple[int, int], end: tuple[int, int]) -> Place:
    return Place(place.path, Span(*start, *end))


def _inner(answer: RpcAnswer, wanted: str) -> Span | None:
    """The only element of the list, or the only value of the only row, if that is what is wanted."""
    items = answer.value.items
    if answer.inner is not None and (items[0].kind == "dict") == (wanted == "dict"):
        return answer.inner
    only = [entry.layout for row in answer.rows for entry in row.entries]
    if wanted == "scalar" and len(answer.rows) == len(only) == 1 and only[0] is not None and not answer.rows[0].open:
        return only[0].value
    return None


def _wrong_columns(rule: Rule, catalog: Catalog, judged: _Judged) -> Iterator[Finding]:
    former = _former(catalog, judged)
    for row in judged.answer.rows:
        if judged.shape.form == "object" and judged.answer.value.kind != "dict":
            continue
        if not _is_of_result(row, judged.answer):
            continue
        for entry in row.entries:
            if entry.name not in judged.shape.names:
                yield _unknown(rule, catalog, judged, row, entry, former)
        missing = _missing(judged, row, former)
        if missing:
            yield _lacking(rule, catalog, judged, row, missing)


def _is_of_result(row: AnswerRow, answer: RpcAnswer) -> bool:
    """The row stands in the answer itself, and not in a document inside it."""
    return answer.span.contains(row.span) or not answer.plain


def _former(catalog: Catalog, judged: _Judged) -> ResultShape | None:
    """What the function returned before it was dropped and made anew."""
    named = [
        one
        for one in catalog.former_functions
        if (one.schema, one.name) == (judged.function.schema, judged.function.name)
    ]
    return result_shape(named[-1], catalog) if named else None


def _unknown(
    rule: Rule, catalog: Catalog, judged: _Judged, row: AnswerRow, entry: RpcArgument, former: ResultShape | None
) -> Finding:
    place = Place(judged.path, entry.span)
    name = function_name(catalog, judged.function)
    given = {one.name for one in row.entries}
    free = [one for one in judged.shape.names if one not in given]
    gone = former is not None and entry.name in former.names
    meant = nearest(entry.name or "", free)
    since = f" since {at(judged.function.place)}" if gone else ""
    remedy = None
    if meant is not None and entry.layout is not None:
        remedy = Remedy(f"Rename to `{meant}`", "unsafe", (RenameKey(judged.path, entry.layout, meant),))
    return rule.finding(
        place,
        f"`{name}` returns no column `{entry.name}`{since}",
        help=f"It returns {quoted(one.name for one in judged.shape.fields or ())}.",
        subject=_subject(catalog, judged, entry.name),
        labels=(_made(catalog, judged.function),),
        remedy=remedy,
    )


def _missing(judged: _Judged, row: AnswerRow, former: ResultShape | None) -> list[str]:
    """The columns a row lacks that held every column the function returned before."""
    names = {one.name for one in row.entries}
    if row.open or former is None or former.fields is None or not former.names <= names:
        return []
    added = judged.shape.names - former.names
    return [] if not added or names & added else [one.name for one in judged.shape.fields or () if one.name in added]


def _lacking(rule: Rule, catalog: Catalog, judged: _Judged, row: AnswerRow, missing: Sequence[str]) -> Finding:
    name = function_name(catalog, judged.function)
    return rule.finding(
        Place(judged.path, row.span),
        f"`{name}` returns {quoted(missing)} as well since {at(judged.function.place)}",
        help="The row holds every column the function returned before.",
        subject=_subject(catalog, judged, missing[0]),
        labels=(_made(catalog, judged.function),),
    )


def _subject(catalog: Catalog, judged: _Judged, column: str | None) -> Subject:
    return replace(about(catalog, judged.function), column=column)


def _made(catalog: Catalog, function: Function) -> Label:
    return Label(function.place, f"`{signature(catalog, function)}` is made here")
