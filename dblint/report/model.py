"""What a format renders: findings, the summary of the run, and the lines the findings point at."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b
from pathlib import Path

from dblint.finding import Finding


@dataclass(frozen=True, slots=True)
class Summary:
    """The counts of a run; the names are the keys of the JSON summary."""

    errors: int = 0
    warnings: int = 0
    infos: int = 0
    fixed: int = 0
    suppressed: int = 0
    baselined: int = 0
    files_checked: int = 0
    rows_found: int = 0
    rows_bound: int = 0
    tables: int = 0
    functions: int = 0
    statements_skipped: int = 0


def _no_lines(path: str) -> Sequence[str]:
    return ()


@dataclass(frozen=True, slots=True)
class Report:
    """A run as its formats see it; ``lines`` gives a file's lines by its path from the root."""

    findings: tuple[Finding, ...]
    summary: Summary
    version: str
    root: Path
    cwd: Path
    urls: Mapping[str, str] = field(default_factory=dict)
    lines: Callable[[str], Sequence[str]] = _no_lines
    statistics: bool = False
    fixing: bool = False
    """Fixes were asked for, so those left are not advertised again."""

    def shown(self, path: str) -> str:
        return shown(self.root, self.cwd, path)

    def fixable(self, safety: str) -> int:
        return sum(finding.fix is not None and finding.fix.safety == safety for finding in self.findings)


def shown(root: Path, cwd: Path, path: str) -> str:
    """A path from the root as the reader sees it: from the working directory, with ``/``."""
    return path if root == cwd else os.path.relpath(root / path, cwd).replace(os.sep, "/")


def fingerprints(findings: Sequence[Finding]) -> list[str]:
    """One lasting name a finding: no line numbers, no message, and an index where several are alike."""
    seen: Counter[tuple[str, ...]] = Counter()
    names = []
    for finding in findings:
        subject = finding.subject
        alike = (finding.rule, finding.path, subject.table or "", subject.column or "", subject.function or "")
        parts = (*alike, str(seen[alike]))
        seen[alike] += 1
        names.append(blake2b("\0".join(parts).encode("utf-8", "surrogatepass"), digest_size=16).hexdigest())
    return names


def plural(count: int, word: str) -> str:
    """``1 table``, ``2 tables``."""
    return f"{count} {word}{'' if count == 1 else 's'}"
