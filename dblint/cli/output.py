"""Where a report goes: standard output or a file, plain or coloured, and the closing line beside it."""

from __future__ import annotations

import os
import sys
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import TextIO

import click

from dblint import __version__
from dblint.cli import front_end
from dblint.engine import Engine
from dblint.errors import UsageError
from dblint.finding import Finding
from dblint.report.closing import closing, statistics
from dblint.report.model import Report, Summary, shown
from dblint.result import Result
from dblint.source import Source

FORMATS = ("text", "concise", "json", "github")


def coloured(stream: TextIO) -> bool:
    """Whether the reader of a stream wants colour: what the environment says, else whether it is a terminal."""
    if os.environ.get("NO_COLOR"):
        return False
    if any(os.environ.get(name, "0") not in ("", "0") for name in ("FORCE_COLOR", "CLICOLOR_FORCE")):
        return True
    return os.environ.get("TERM") != "dumb" and stream.isatty()


@dataclass(frozen=True, slots=True)
class Output:
    """How the report of one run is given."""

    engine: Engine
    format: str
    file: Path | None = None
    statistics: bool = False

    def report(
        self,
        findings: Sequence[Finding],
        result: Result,
        *,
        fixed: int = 0,
        fixing: bool = False,
        texts: Mapping[str, str] | None = None,
    ) -> None:
        """Give the findings in the chosen format, and the closing line where the format has none itself."""
        engine = self.engine
        report = Report(
            findings=self._shown_findings(findings),
            summary=self._summary(findings, result, fixed),
            version=__version__,
            root=engine.settings.root,
            cwd=Path.cwd(),
            urls={rule.name: rule.url for rule in engine.book.rules},
            lines=_lines(engine, texts or {}),
            statistics=self.statistics,
            fixing=fixing,
        )
        to_terminal = self.file is None and self.format == "text" and coloured(sys.stdout)
        module = import_module(f"dblint.report.{self.format}")
        render: Callable[[Report], str] = module.render_coloured if to_terminal else module.render
        self._write(render(report))
        if self.statistics and self.format in ("json", "github"):
            click.echo("\n".join(statistics(report)), err=True)
        front_end.say(result.counts.dialect)
        if self.format in ("concise", "json") or self.file is not None:
            click.echo(closing(report), err=True)

    def _shown_findings(self, findings: Sequence[Finding]) -> tuple[Finding, ...]:
        """The findings, whose fixes may move text that holds a secret, without it."""
        if all(one.fix is None for one in findings):
            return tuple(findings)
        from dblint.facts.hidden import without_secrets

        source = self.engine.files.source
        return tuple(
            without_secrets(one, *(source(edit.place.path) for edit in one.fix.edits)) if one.fix is not None else one
            for one in findings
        )

    def shown(self, path: str) -> str:
        """A path from the root as the reader sees it."""
        return shown(self.engine.settings.root, Path.cwd(), path)

    def _write(self, text: str) -> None:
        if self.file is None:
            write(text)
            return
        try:
            self.file.parent.mkdir(parents=True, exist_ok=True)
            self.file.write_text(text, encoding="utf-8", newline="")
        except OSError as error:
            raise UsageError(f"{self.file}: {error.strerror or error}") from error

    def _summary(self, findings: Sequence[Finding], result: Result, fixed: int) -> Summary:
        severities = Counter(finding.severity for finding in findings)
        scope, counts = self.engine.scope, result.counts
        return Summary(
            errors=severities["error"],
            warnings=severities["warning"],
            infos=severities["info"],
            fixed=fixed,
            suppressed=sum(count for path, count in result.silenced.items() if scope.reports(path)),
            files_checked=scope.checked,
            rows_found=counts.rows_found,
            rows_bound=counts.rows_bound,
            tables=counts.tables,
            functions=counts.functions,
            statements_skipped=counts.statements_skipped,
        )


def write(text: str) -> None:
    """Text on standard output, whatever characters the terminal's encoding lacks."""
    encoding = sys.stdout.encoding or "utf-8"
    click.echo(text.encode(encoding, "backslashreplace").decode(encoding), nl=False, color=True)


def _lines(engine: Engine, texts: Mapping[str, str]) -> Callable[[str], Sequence[str]]:
    @cache
    def lines(path: str) -> Sequence[str]:
        from dblint.facts.hidden import shown_lines

        source = Source(path, texts[path]) if path in texts else engine.files.source(path) if path != "." else None
        return shown_lines(source) if isinstance(source, Source) else ()

    return lines
