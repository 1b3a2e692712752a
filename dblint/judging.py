"""Facts and catalog in, findings out: bind, check, suppress, sort, and turn remedies into fixes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from importlib import import_module
from typing import TYPE_CHECKING

from dblint import own_code, suppress
from dblint.binding.code import Codes, NoCodes
from dblint.binding.model import BoundProject
from dblint.catalog.model import Catalog
from dblint.config import Settings
from dblint.facts.model import FileFacts
from dblint.finding import Finding, Remedy
from dblint.intent import DropEntry, RenameKey, ReplaceText, ReplaceValue
from dblint.knowledge import Schema
from dblint.raised import empty_catalog, problems, skipped_statements
from dblint.reading import Problem, crash, unreadable
from dblint.result import Counts, Result
from dblint.rule import Rule
from dblint.rulebook import Rulebook, ignored_per_file
from dblint.runner.model import Runner
from dblint.source import Place, Source, Span

if TYPE_CHECKING:
    from pathspec import GitIgnoreSpec

Check = Callable[[Rule, BoundProject], Iterable[Finding]]

CATALOG_GROUPS = frozenset({"schema", "sql", "rpc"})
"""The groups whose rules have nothing to say without a catalog."""

ABOUT_CLIENTS = frozenset({"unexecuted-builder", "incomplete-mock-client", "mock-signature-mismatch"})
"""Rules of such a group that compare doubles with clients alone."""

ABOUT_SUPPRESSION = frozenset({"unused-suppression", "unknown-suppression"})


@dataclass(frozen=True, slots=True)
class Case:
    """All there is to judge: rules, facts, the schema, the texts they come from, and what could not be read."""

    settings: Settings
    book: Rulebook
    rules: tuple[Rule, ...]
    facts: Mapping[str, FileFacts]
    schema: Schema
    sources: Mapping[str, Source]
    sql: Sequence[Source]
    problems: Sequence[Problem]
    code: Codes = field(default_factory=NoCodes)
    runner: Runner = field(default_factory=Runner)

    @property
    def catalog(self) -> Catalog:
        return self.schema.catalog or Catalog("postgres")


def judge(case: Case) -> Result:
    """The findings of a case, in order, each said once."""
    project, unbound = bound(case)
    loads = (place for path, one in case.facts.items() for load in one.loads for place in load.places(path))
    project = replace(project, runner=case.runner, absent=own_code.absent(case.settings.root, loads))
    rules = [rule for rule in case.rules if rule.name not in ABOUT_SUPPRESSION and _has_ground(rule, case)]
    found, crashed = _check(case.book, project, [] if unbound else rules)
    found += [*_raised(case), *problems(case.book, [*unbound, *case.code.problems])]
    sieve = _sieve(case)
    kept = sieve.sift(found)
    judged = [] if unbound else [rule for rule in rules if rule.name not in crashed and _is_sound(rule, case)]
    whole = [path for path in sieve.pragmas.by_path if path not in case.facts or case.facts[path].problem is None]
    ran = {path: [rule for rule in judged if not sieve.ignores(rule.name, path)] for path in whole}
    about = suppress.suppressions(sieve.pragmas, case.book, ran, case.sources)
    late = [rule for rule in case.rules if rule.name in ABOUT_SUPPRESSION]
    kept += sieve.sift(_check(case.book, replace(project, suppressions=about), late)[0])
    fixed = (one for finding in kept for one in _with_fix(finding, case))
    return Result(_in_order(fixed), dict(sieve.silenced), _counts(case, project))


def bound(case: Case) -> tuple[BoundProject, list[Problem]]:
    """The project with its rows tied to tables, and what kept them from being tied."""
    from dblint.binding.bind import bind

    try:
        return bind(case.settings, case.catalog, case.facts, case.code), []
    except Exception as error:  # a crash is reported as a finding; the run goes on
        bare = BoundProject(case.settings, case.catalog, case.facts, ())
        return bare, [crash(".", error, "while it tied mock rows to tables")]


def _has_ground(rule: Rule, case: Case) -> bool:
    return bool(case.catalog.tables) or rule.group not in CATALOG_GROUPS or rule.name in ABOUT_CLIENTS


def _is_sound(rule: Rule, case: Case) -> bool:
    """Whether the rule's silence proves anything: not where a part of the schema is missing."""
    return rule.group not in CATALOG_GROUPS or rule.name in ABOUT_CLIENTS or not case.schema.problems


def _raised(case: Case) -> list[Finding]:
    broken = [unreadable(path, one.problem) for path, one in case.facts.items() if one.problem is not None]
    found = list(problems(case.book, [*case.problems, *case.schema.problems, *broken]))
    found += skipped_statements(case.book, case.catalog)
    if case.schema.catalog is not None and not all(_has_ground(rule, case) for rule in case.rules):
        found.append(empty_catalog(case.book, case.settings, case.schema.taken))
    return found


def _check(book: Rulebook, project: BoundProject, rules: Iterable[Rule]) -> tuple[list[Finding], set[str]]:
    """What the rules find, and the rules that crashed; a crash costs the rest of that rule only."""
    found: list[Finding] = []
    crashed: set[str] = set()
    for rule in rules:
        try:
            found.extend(_card_findings(rule, project) if rule.card is not None else _check_findings(rule, project))
        except Exception as error:  # a crash is reported as a finding; the other rules go on
            crashed.add(rule.name)
            found.append(_crashed(book, rule, project, error))
    return found, crashed


def _check_findings(rule: Rule, project: BoundProject) -> Iterable[Finding]:
    if not rule.has_check:
        return ()
    check: Check = import_module(f"dblint.checks.{rule.group}.{rule.name.replace('-', '_')}").check
    return check(rule, project)


def _card_findings(rule: Rule, project: BoundProject) -> Iterator[Finding]:
    for path, facts in project.facts.items():
        for hit in facts.card_hits:
            if hit.rule == rule.name:
                place = Place(path, hit.span)
                remedy = None
                if hit.fix is not None and rule.fix != "none":
                    remedy = Remedy(f"Write `{hit.fix}`", rule.fix, (ReplaceText(place, hit.fix),))
                yield rule.finding(place, hit.message or rule.summary, remedy=remedy)


def _crashed(book: Rulebook, rule: Rule, project: BoundProject, error: Exception) -> Finding:
    """A check's crash, at the file that makes it crash when it is judged alone."""
    always = _crashes_on(rule, replace(project, facts={}, rows=()))
    alone = (path for path in project.facts if not always and _crashes_on(rule, _only(project, path)))
    culprit = next(alone, ".")
    happened = crash(culprit, error, f"in the rule {rule.name}")
    return next(problems(book, [happened]))


def _only(project: BoundProject, path: str) -> BoundProject:
    rows = tuple(row for row in project.rows if row.path == path)
    return replace(project, facts={path: project.facts[path]}, rows=rows)


def _crashes_on(rule: Rule, project: BoundProject) -> bool:
    try:
        list(_check_findings(rule, project))
    except Exception:
        return True
    return False


@dataclass(frozen=True, slots=True)
class _Sieve:
    """What is not to be said: rules not selected or ignored in a file, and what a pragma silences."""

    selected: frozenset[str]
    ignored: Sequence[tuple[GitIgnoreSpec, frozenset[str]]]
    pragmas: suppress.Pragmas
    silenced: Counter[str]

    def sift(self, findings: Iterable[Finding]) -> list[Finding]:
        kept = []
        for finding in dict.fromkeys(findings):
            if finding.rule not in self.selected or self.ignores(finding.rule, finding.path):
                continue
            if self.pragmas.silence(finding):
                self.silenced[finding.path] += 1
            else:
                kept.append(finding)
        return kept

    def ignores(self, rule: str, path: str) -> bool:
        return any(rule in rules and spec.match_file(path) for spec, rules in self.ignored)


def _sieve(case: Case) -> _Sieve:
    ignored = []
    for pattern, rules in ignored_per_file(case.book, case.settings):
        from pathspec import GitIgnoreSpec

        ignored.append((GitIgnoreSpec.from_lines([pattern]), rules))
    selected = frozenset(rule.name for rule in case.rules)
    return _Sieve(selected, ignored, suppress.pragmas(case.facts, case.sql), Counter())


def _with_fix(finding: Finding, case: Case) -> Iterator[Finding]:
    """The finding with its remedy turned into a fix; a crash in that costs the fix and is said."""
    made = None
    if finding.remedy is not None and not _writes_python_into_sql(finding.remedy, case):
        from dblint.rewrite.write import fix

        try:
            made = fix(finding.remedy, case.sources)
        except Exception as error:  # a crash is reported as a finding; the run goes on
            happened = crash(finding.path, error, f"while it wrote a fix for {finding.rule}")
            yield from problems(case.book, [happened])
    yield replace(finding, fix=made, remedy=None)


def _writes_python_into_sql(remedy: Remedy, case: Case) -> bool:
    """The remedy is made for a Python row, and what it would edit stands inside an SQL string."""
    for intent in remedy.intents:
        if isinstance(intent, ReplaceValue):
            path, start = intent.place.path, intent.place.span.start
        elif isinstance(intent, DropEntry | RenameKey):
            path, start = intent.path, intent.entry.key.start
        else:
            continue
        facts = case.facts.get(path)
        if facts is not None and any(one.text.holds(start) for one in facts.statements):
            return True
    return False


def _in_order(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Sorted by place; of findings of one rule on one place about one thing the first is kept."""
    unique: dict[object, Finding] = {}
    for finding in findings:
        unique.setdefault((finding.rule, finding.place, finding.subject), finding)
    return tuple(sorted(unique.values(), key=lambda finding: (finding.place, finding.rule, finding.message)))


def _found(project: BoundProject) -> set[tuple[str, Span]]:
    """The rows that something says stand for a table's, known or not; a mere dict under a key is none."""
    told = (
        (facts.rows[use.row].home or path, facts.rows[use.row].span)
        for path, facts in project.facts.items()
        for use in facts.uses
        if use.evidence != "name" or (use.words and path.endswith((".py", ".pyi")))
    )
    keyed = (
        (facts.rows[use.row].home or path, facts.rows[use.row].span)
        for path, facts in project.facts.items()
        for data in facts.keyed
        for use in data.uses
        if use.table is not None and project.catalog.table(use.table.schema, use.table.name) is not None
    )
    return _tied(project).union(told, keyed)


def _tied(project: BoundProject) -> set[tuple[str, Span]]:
    return {(bound.path, bound.row.span) for bound in project.rows}


def _counts(case: Case, project: BoundProject) -> Counts:
    return Counts(
        dialect=case.schema.catalog.dialect if case.schema.catalog and case.schema.taken else None,
        sql_files=len(case.schema.taken),
        tables=len(case.catalog.tables),
        functions=len(case.catalog.functions),
        statements_skipped=len(case.catalog.skipped),
        rows_found=len(_found(project)),
        rows_bound=len(_tied(project)),
    )
