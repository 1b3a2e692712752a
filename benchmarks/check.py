"""Cold and warm ``dblint check`` of a project against linters people already run on the same files.

Usage: python benchmarks/check.py PROJECT TESTS SCHEMA [SOURCES]
(for koji: ``python benchmarks/check.py ~/koji tests schemas/schema.sql``; SCHEMA may be a folder, and with SOURCES the
code under test is there to be followed). Also after a change of one test file, as pre-commit sees it. Needs the PyPI
packages ruff, ast-grep-cli and bandit on the PATH or beside this Python; one that is missing is left out and said.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from pathlib import Path

from timing import Command, measure, report

PATTERNS = (
    "$X.return_value = $Y",
    "$X.side_effect = $Y",
    "$X.table($T)",
    "$X.execute($$$A)",
    "$X.assert_called_once_with($$$A)",
    "$X.assert_called_with($$$A)",
    "assert $A == $B",
    "assert $A is None",
    "MagicMock($$$A)",
    "AsyncMock($$$A)",
    "mock.patch($$$A)",
    "patch.object($$$A)",
    "$X.insert($$$A)",
    "$X.update($$$A)",
    "$X.commit()",
    "$X.rollback()",
    "$X.fetchall()",
    "$X.fetchone()",
    "self.assertEqual($A, $B)",
    "self.assertRaises($$$A)",
)
"""Twenty patterns such a rule book has, one ast-grep rule each."""


def main(project: Path, tests: str, schema: str, sources: str | None = None) -> None:
    """Measure and print."""
    rules = "\n---\n".join(
        f"id: rule-{number}\nlanguage: python\nmessage: found\nrule:\n  pattern: {pattern!r}"
        for number, pattern in enumerate(PATTERNS)
    )
    python = sys.executable
    with tempfile.TemporaryDirectory() as scratch:
        config = Path(scratch, "dblint.toml")
        config.write_text(f'schema = ["{schema}"]\ntests = ["{tests}/"]\n')
        for part in dict.fromkeys((sources or tests, tests, schema)):
            _copy(project / part, Path(scratch, part))
        here = Path(scratch)
        one = str(next(path.relative_to(here) for path in sorted((here / tests).rglob("test_*.py"))))
        dblint = (python, "-m", "dblint", "check")
        cold = Command("dblint cold", (*dblint, "--no-cache"), here)
        peers = [
            Command("ruff", (found, "check", "--no-cache", "--select", "PT,S,ASYNC", tests), here)
            for found in _found("ruff")
        ]
        peers += [
            Command("ast-grep, 20 rules", (found, "scan", "--inline-rules", rules, tests), here)
            for found in _found("ast-grep")
        ]
        peers += [Command("bandit", (found, "-q", "-r", tests), here, runs=1) for found in _found("bandit")]
        report(f"cold, {project.name}/{tests}", measure([cold, *peers]), "dblint cold")
        warm = [
            Command("import click", (python, "-c", "import click"), here, runs=15),
            Command("dblint warm", dblint, here, runs=15),
            Command("dblint warm, one file", (*dblint, one), here, runs=15),
        ]
        report("warm, nothing changed", measure(warm), "import click")
        changed = [
            Command("dblint warm", dblint, here),
            Command("dblint, one file changed", (*dblint, one), here, prepare=lambda: _change(here / one)),
        ]
        report(f"{one} changed", measure(changed), "dblint warm")


def _copy(source: Path, target: Path) -> None:
    if source.is_dir():
        shutil.copytree(source, target, dirs_exist_ok=True)
    else:
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(source, target)


def _change(path: Path) -> None:
    with path.open("a", encoding="utf-8") as file:
        file.write("# changed\n")


def _found(name: str) -> list[str]:
    path = shutil.which(name) or shutil.which(name, path=str(Path(sys.executable).parent))
    if path is None:
        print(f"{name} is not installed and left out")
    return [path] if path else []


if __name__ == "__main__":
    if len(sys.argv) not in (4, 5):
        sys.exit(__doc__)
    main(Path(sys.argv[1]).resolve(), *sys.argv[2:])
