"""``dblint check --fix`` and ``--diff``: fixing, and what is said about it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import click

from dblint import fixing
from dblint.cli.outcome import Outcome, reported
from dblint.cli.output import Output, write
from dblint.engine import Engine
from dblint.finding import Finding
from dblint.fixing import FixOutcome


def fix(engine: Engine, output: Output, *, unsafe: bool) -> Outcome:
    """Make the fixes in the files, and report what is left."""
    done = _run(engine, unsafe=unsafe)
    unwritten = fixing.write(done, engine.settings.root, engine.sources())
    failed = {one.path for one in unwritten}
    for one in unwritten:
        click.echo(f"dblint: {one.path} was left as it is: {one.reason}", err=True)
    _say(_remarks(done))
    written = {path: text for path, text in done.texts.items() if path not in failed}
    result = engine.run(written)
    left = reported(engine.scope, result.findings)
    fixed = sum(_touches_none(finding, failed) for finding in done.fixed)
    output.report(left, result, fixed=fixed, fixing=True, texts=written)
    return Outcome(left, fixed, bool(failed))


def diff(engine: Engine, output: Output, *, unsafe: bool) -> Outcome:
    """Print what the fixes would change; only what keeps dblint from its job is reported."""
    done = _run(engine, unsafe=unsafe)
    write(fixing.diff(done, engine.sources(), output.shown))
    _say(_remarks(done))
    count = len(done.fixed)
    click.echo(
        f"{count} finding{'' if count == 1 else 's'} would be fixed, {len(done.remaining)} would stay.", err=True
    )
    return Outcome(done.remaining, count)


def _run(engine: Engine, *, unsafe: bool) -> FixOutcome:
    def analyse(texts: Mapping[str, str]) -> Sequence[Finding]:
        return engine.run(texts).findings

    def wanted(finding: Finding) -> bool:
        return bool(reported(engine.scope, (finding,)))

    root = engine.settings.root
    sources = {path: source for path, source in engine.sources().items() if fixing.editable(root, path)}
    return fixing.run(analyse, sources, unsafe=unsafe, wanted=wanted)


def _remarks(done: FixOutcome) -> Iterator[str]:
    for one in done.dropped:
        place = f"{one.finding.path}:{one.finding.span.line}:{one.finding.span.column}"
        yield f"{place}: the fix for {one.finding.rule} was not made: {one.reason}"
    if not done.settled:
        yield f"after {done.rounds} rounds there were still fixes to make; run dblint again"


def _say(remarks: Iterator[str]) -> None:
    for remark in remarks:
        click.echo(f"dblint: {remark}", err=True)


def _touches_none(finding: Finding, failed: set[str]) -> bool:
    paths = {edit.place.path for edit in finding.fix.edits} if finding.fix else {finding.path}
    return not paths & failed
