"""Which fixes are made: chosen by safety, applied whole, analysed again until none is left, written atomically."""

from __future__ import annotations

import ast
import contextlib
import difflib
import os
import stat
import tempfile
import warnings
from bisect import bisect, insort
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from dblint.errors import DblintError
from dblint.finding import Edit, Finding, Fix, Subject
from dblint.rewrite.text import Text, apply, overlaps
from dblint.source import Place, Source, Span

ROUNDS = 100
_UNSOUND = (SyntaxError, ValueError, RecursionError, MemoryError)

Analyse = Callable[[Mapping[str, str]], Sequence[Finding]]
"""The findings with these texts, by path, in the place of what the files say."""

_Key = tuple[str, str, Subject]
_Spot = tuple[_Key, str, int]


@dataclass(frozen=True, slots=True)
class Dropped:
    """A finding whose fix was not made, and why not."""

    finding: Finding
    reason: str


@dataclass(frozen=True, slots=True)
class Unwritten:
    """A file that stays as it was on disk, and why."""

    path: str
    reason: str


@dataclass(frozen=True, slots=True)
class FixOutcome:
    """What fixing came to. ``texts`` holds the changed files only.

    ``settled`` is false when the last round allowed still had fixes to make. ``together`` holds the files
    that one fix changes together: they are written all or not at all.
    """

    texts: Mapping[str, str]
    fixed: tuple[Finding, ...]
    remaining: tuple[Finding, ...]
    dropped: tuple[Dropped, ...]
    rounds: int
    settled: bool = True
    together: tuple[frozenset[str], ...] = ()


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


def editable(root: Path, path: str) -> bool:
    """Whether fixes may touch a file: no SQL, inside the root, and not reached through a link out of it."""
    return not _is_sql(path) and (root / path).resolve().is_relative_to(root.resolve())


def _is_sql(path: str) -> bool:
    return path.lower().endswith(".sql")


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
    sources = {path: source for path, source in sources.items() if not _is_sql(path)}
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


def write(outcome: FixOutcome, root: Path, sources: Mapping[str, Source]) -> tuple[Unwritten, ...]:
    """Write the changed files, each in one step, keeping line endings, encoding and mode; say which were left.

    A file is left when it is SQL, lies outside the root, was changed since it was read, or cannot be written, and so
    are the files that one fix changes together with it.
    """
    staged: dict[str, tuple[Path, Path]] = {}
    unwritten: list[Unwritten] = []
    try:
        for path, text in outcome.texts.items():
            try:
                target = _target(root, path, sources[path])
                if any(target == other for _, other in staged.values()):
                    raise DblintError("it is a file that was fixed under another name")
                staged[path] = (_stage(target, sources[path].encode(text)), target)
            except (OSError, DblintError) as error:
                unwritten.append(Unwritten(path, _reason(error)))
        for path in _held_back({one.path for one in unwritten}, outcome.together) & staged.keys():
            staged.pop(path)[0].unlink()
            unwritten.append(Unwritten(path, "a file that the same fix changes could not be written"))
        for path in list(staged):
            copy, target = staged[path]
            try:
                copy.replace(target)
                del staged[path]
            except OSError as error:
                unwritten.append(Unwritten(path, _reason(error)))
    finally:
        for copy, _ in staged.values():
            copy.unlink(missing_ok=True)
    return tuple(sorted(unwritten, key=lambda one: one.path))


def diff(outcome: FixOutcome, sources: Mapping[str, Source], name: Callable[[str], str] = str) -> str:
    """A unified diff of the changes; ``name`` says how a path is shown."""
    parts: list[str] = []
    for path, text in sorted(outcome.texts.items()):
        shown = name(path)
        old, new = sources[path].text.split("\n"), text.split("\n")
        parts += (_diff_line(line) for line in difflib.unified_diff(_lines(old), _lines(new), shown, shown))
    return "".join(parts)


def _lines(pieces: list[str]) -> list[str]:
    """Lines with their ends; ``str.splitlines`` would also break at characters that end no line."""
    lines = [f"{piece}\n" for piece in pieces[:-1]]
    return [*lines, pieces[-1]] if pieces[-1] else lines


def _diff_line(line: str) -> str:
    return line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n"


def _target(root: Path, path: str, source: Source) -> Path:
    """The file to write, links followed; raises where it must not be written."""
    if not editable(root, path):
        raise DblintError("dblint edits no SQL files and nothing outside the project")
    target = (root / path).resolve(strict=True)
    if target.read_bytes() != source.encode(source.text):
        raise DblintError("the file changed while dblint was at work")
    if not os.access(target, os.W_OK):
        raise DblintError("the file is read-only")
    return target


def _stage(target: Path, data: bytes) -> Path:
    """The new bytes in a file beside the target, with its mode."""
    descriptor, name = tempfile.mkstemp(prefix=".dblint-", suffix=".tmp", dir=target.parent)
    copy = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        status = target.stat()
        copy.chmod(stat.S_IMODE(status.st_mode))
        if hasattr(os, "chown"):
            # Only root may give a file away; anyone else owns what they can rename over.
            with contextlib.suppress(OSError):
                os.chown(copy, status.st_uid, status.st_gid)
    except BaseException:
        copy.unlink(missing_ok=True)
        raise
    return copy


def _held_back(failed: set[str], together: Sequence[frozenset[str]]) -> set[str]:
    """The files that may not be written because one they are changed together with cannot be."""
    held = set(failed)
    while reached := [group for group in together if group & held and not group <= held]:
        held.update(*reached)
    return held - failed


def _reason(error: Exception) -> str:
    return (error.strerror or str(error)) if isinstance(error, OSError) else str(error)
