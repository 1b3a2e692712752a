"""Fixes chosen by safety, applied whole, guarded, and analysed again until none is left to make."""

from __future__ import annotations

import ast
import warnings
from bisect import bisect, insort
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from dblint.finding import Edit, Finding, Fix, Subject
from dblint.fixing.files import is_sql
from dblint.fixing.outcome import Dropped, FixOutcome
from dblint.rewrite.text import Text, apply, overlaps
from dblint.source import Place, Source, Span

ROUNDS = 100
_UNSOUND = (SyntaxError, ValueError, RecursionError, MemoryError)

Analyse = Callable[[Mapping[str, str]], Sequence[Finding]]
"""The findings with these texts, by path, in the place of what the files say."""

_Key = tuple[str, str, Subject]
_Spot = tuple[_Key, str, int]


@dataclass(frozen=True, slots=True)
class _Choice:
    finding: Finding
    fix: Fix


@dataclass(slots=True)
class _State:
    """Where fixing stands: the texts reached and the findings they have."""

    texts: dict[str, str]
    findings: Sequence[Finding]
    fixed: list[Finding] = field(default_factory=list)
    dropped: dict[_Spot, str] = field(default_factory=dict)
    together: set[frozenset[str]] = field(default_factory=set)


def run(
    analyse: Analyse,
    sources: Mapping[str, Source],
    *,
    unsafe: bool,
    wanted: Callable[[Finding], bool] = lambda _: True,
) -> FixOutcome:
    """Make the fixes of ``analyse``'s findings until no more can be made.

    ``sources`` are the files that may be edited, and no others are. Findings that are not ``wanted`` are not fixed and
    not part of the outcome, but none of them may be gained. A fix that touches what another fix of the round
    touches waits for the next round. A fix is dropped when its file would no longer parse, when its finding would stay
    or when a finding would be gained.
    """
    sources = {path: source for path, source in sources.items() if not is_sql(path)}
    state = _State({}, analyse({}))
    rounds = 0
    while choices := _choices(state, sources, unsafe, wanted):
        if rounds == ROUNDS:
            break
        rounds += 1
        _round(state, choices, analyse, sources)
    return FixOutcome(
        texts={path: text for path, text in state.texts.items() if text != sources[path].text},
        fixed=tuple(filter(wanted, state.fixed)),
        remaining=tuple(filter(wanted, state.findings)),
        dropped=_dropped(state, sources),
        rounds=rounds,
        settled=not choices,
        together=tuple(sorted(state.together, key=sorted)),
    )


def _choices(
    state: _State, sources: Mapping[str, Source], unsafe: bool, wanted: Callable[[Finding], bool]
) -> list[_Choice]:
    """The fixes of one round, none touching another."""
    fitting = [
        _Choice(finding, finding.fix)
        for finding in filter(wanted, state.findings)
        if finding.fix is not None
        and finding.fix.edits
        and (unsafe or finding.fix.safety == "safe")
        and _paths(finding.fix) <= sources.keys()
        and not (state.dropped and _spot(finding, finding.fix, state.texts, sources) in state.dropped)
    ]
    fitting.sort(key=_turn)
    taken: dict[str, list[Span]] = {}
    choices = []
    for choice in fitting:
        claims = _claims(choice)
        if any(_touches(place.span, taken.get(place.path, [])) for place in claims):
            continue
        choices.append(choice)
        for place in claims:
            insort(taken.setdefault(place.path, []), place.span)
    return choices


def _turn(choice: _Choice) -> tuple[bool, Place, str, tuple[Place, ...]]:
    """What changes text comes before what only adds some, which may no longer be wanted then.

    At one place, such as a row's end, the related places decide: columns come as the table has them.
    """
    adds = all(edit.place.span.start == edit.place.span.end for edit in choice.fix.edits)
    labels = tuple(label.place for label in choice.finding.labels)
    return (adds, min(edit.place for edit in choice.fix.edits), choice.finding.rule, labels)


def _claims(choice: _Choice) -> list[Place]:
    """What a fix has for itself in a round: its edits, and what its finding is about, such as a row; none overlap."""
    claims: list[Place] = []
    for place in sorted((choice.finding.place, *(edit.place for edit in choice.fix.edits))):
        last = claims[-1] if claims else None
        if last is None or last.path != place.path or not overlaps(last.span, place.span):
            claims.append(place)
        elif place.span.end > last.span.end:
            claims[-1] = Place(place.path, Span(*last.span.start, *place.span.end))
    return claims


def _touches(span: Span, others: list[Span]) -> bool:
    """Whether a span touches one of others that are sorted and do not touch each other."""
    at = bisect(others, span)
    return any(overlaps(span, other) for other in others[max(at - 1, 0) : at + 1])


def _round(state: _State, choices: list[_Choice], analyse: Analyse, sources: Mapping[str, Source]) -> None:
    """Make a batch of fixes; when the whole batch does not hold, halve it down to the fixes that are to blame."""
    base = dict(state.texts)
    accepted: list[_Choice] = []
    pending = [choices]
    while pending:
        batch = pending.pop()
        texts = _applied(base, [*accepted, *batch], sources)
        findings = state.findings
        reason = _broken(texts, base, sources)
        if reason is None:
            findings = analyse(texts)
            reason = _unwelcome(state.findings, findings, batch)
        if reason is None:
            state.fixed += _gone(state.findings, findings, batch)
            state.texts, state.findings = texts, findings
            accepted += batch
        elif len(batch) == 1:
            state.dropped[_spot(batch[0].finding, batch[0].fix, base, sources)] = reason
        else:
            middle = len(batch) // 2
            pending += (batch[middle:], batch[:middle])
    state.together.update(paths for choice in accepted if len(paths := _paths(choice.fix)) > 1)
    _remember(state, base, accepted, sources)


def _paths(fix: Fix) -> frozenset[str]:
    return frozenset(edit.place.path for edit in fix.edits)


def _dropped(state: _State, sources: Mapping[str, Source]) -> tuple[Dropped, ...]:
    """The findings that stay because their fix was dropped, as the last analysis places them."""
    found = []
    for finding in state.findings:
        if finding.fix is not None and finding.fix.edits and _paths(finding.fix) <= sources.keys():
            reason = state.dropped.get(_spot(finding, finding.fix, state.texts, sources))
            if reason is not None:
                found.append(Dropped(finding, reason))
    return tuple(found)


def _applied(base: Mapping[str, str], choices: Sequence[_Choice], sources: Mapping[str, Source]) -> dict[str, str]:
    edits: dict[str, list[Edit]] = {}
    for choice in choices:
        for edit in choice.fix.edits:
            edits.setdefault(edit.place.path, []).append(edit)
    changed = {path: apply(base.get(path, sources[path].text), some) for path, some in edits.items()}
    return {**base, **changed}


def _broken(texts: Mapping[str, str], base: Mapping[str, str], sources: Mapping[str, Source]) -> str | None:
    for path, text in texts.items():
        if text == base.get(path):
            continue
        try:
            sources[path].encode(text)
        except UnicodeEncodeError:
            return f"`{path}` could not be written in {sources[path].encoding}"
        if path.endswith((".py", ".pyi")) and _soundness(text) < _soundness(sources[path].text):
            return f"`{path}` would no longer parse"
    return None


def _soundness(text: str) -> int:
    """How far Python gets with a file: not at all, to a tree, or to code; a repeated keyword only fails at the last."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            tree = ast.parse(text)
        except _UNSOUND:
            return 0
        try:
            compile(tree, "<fixed>", "exec", dont_inherit=True)
        except _UNSOUND:
            return 1
    return 2


def _unwelcome(before: Sequence[Finding], after: Sequence[Finding], batch: Sequence[_Choice]) -> str | None:
    """Why the batch must not stand: a finding gained, or one that its fix leaves."""
    had, has = Counter(map(_key, before)), Counter(map(_key, after))
    gained = next((finding for finding in after if has[_key(finding)] > had[_key(finding)]), None)
    if gained is not None:
        return f"it would make a new finding: {gained.rule}, {gained.message}"
    meant = Counter(_key(choice.finding) for choice in batch)
    if any(had[key] - has[key] < count for key, count in meant.items()):
        return "the finding would still be there"
    return None


def _gone(before: Sequence[Finding], after: Sequence[Finding], batch: Sequence[_Choice]) -> list[Finding]:
    """The findings that vanished: those the batch is for, and those that went with them."""
    gone = [choice.finding for choice in batch]
    excess = Counter(map(_key, before))
    excess.subtract(map(_key, after))
    excess.subtract(map(_key, gone))
    for finding in before:
        if excess[_key(finding)] > 0 and finding not in gone:
            excess[_key(finding)] -= 1
            gone.append(finding)
    return gone


def _remember(
    state: _State, base: Mapping[str, str], accepted: Sequence[_Choice], sources: Mapping[str, Source]
) -> None:
    """Move the places of dropped fixes by the edits made since, so that they are known again next round."""
    edits = [edit for choice in accepted for edit in choice.fix.edits]
    moved: dict[_Spot, str] = {}
    for (key, path, offset), reason in state.dropped.items():
        text = Text(base.get(path, sources[path].text))
        shift = 0
        for edit in edits:
            start, end = text.range(edit.place.span)
            if edit.place.path == path and end <= offset:
                shift += len(edit.text) - (end - start)
        moved[key, path, offset + shift] = reason
    state.dropped = moved


def _key(finding: Finding) -> _Key:
    """What stays of a finding when lines move."""
    return (finding.rule, finding.path, finding.subject)


def _spot(finding: Finding, fix: Fix, texts: Mapping[str, str], sources: Mapping[str, Source]) -> _Spot:
    """What a fix is known by from round to round: its finding and where its first edit begins."""
    place = min(edit.place for edit in fix.edits)
    text = texts.get(place.path, sources[place.path].text)
    return (_key(finding), place.path, Text(text).offset(*place.span.start))
