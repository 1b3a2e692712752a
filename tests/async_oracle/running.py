"""Runs a generated project: under pytest in one of its versions, and under dblint."""

from __future__ import annotations

import os
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from dblint import config, fixing
from dblint.engine import Engine
from dblint.finding import Finding
from dblint.project import scope
from tests.async_oracle.cases import Case, Mode
from tests.pages.scenarios import BOOK

CACHE = Path(os.environ.get("DBLINT_RUNNERS", Path.home() / ".cache/dblint-runners"))
SEEN = """\
import pathlib


def seen(case, word):
    with pathlib.Path(__file__).with_name("seen.txt").open("a") as file:
        file.write(f"{case} {word}\\n")
"""


@dataclass(frozen=True, slots=True)
class Runner:
    """Pytest and its plugins in certain versions; no packages where the interpreter's own are meant."""

    name: str
    pytest: tuple[int, ...] = ()
    asyncio: tuple[int, ...] = ()
    packages: tuple[str, ...] = ()

    def command(self) -> tuple[list[str], dict[str, str]]:
        """How to start this pytest, its packages installed where they are not yet."""
        if not self.packages:
            return [sys.executable], {}
        place = CACHE / self.name
        if not (place / ".done").exists():
            place.mkdir(parents=True, exist_ok=True)
            shared = ("anyio", "asyncpg", "aiosqlite")
            install = [sys.executable, "-m", "pip", "install", "-q", "--target", str(place), *self.packages, *shared]
            subprocess.run(install, check=True, capture_output=True)
            (place / ".done").touch()
        return [sys.executable, "-S"], {"PYTHONPATH": str(place)}


RUNNERS = (
    Runner("pytest7-asyncio0.21", (7,), (0, 21), ("pytest==7.4.*", "pytest-asyncio==0.21.*")),
    Runner("pytest8-asyncio0.23", (8,), (0, 23), ("pytest==8.4.*", "pytest-asyncio==0.23.*")),
    Runner("pytest8-asyncio0.26", (8,), (0, 26), ("pytest==8.4.*", "pytest-asyncio==0.26.*")),
    Runner("pytest8-asyncio1", (8,), (1, 1), ("pytest==8.4.*", "pytest-asyncio==1.*")),
    Runner("pytest9-asyncio1", (9,), (1, 1), ("pytest==9.*", "pytest-asyncio==1.*")),
)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What pytest made of one file: whether all its tests passed, and the words it left."""

    passed: bool
    traces: frozenset[str]

    def is_right(self, case: Case) -> bool:
        return self.passed and case.traces <= self.traces


@dataclass(frozen=True, slots=True)
class Project:
    """A project of some cases on disk."""

    folder: Path
    cases: tuple[Case, ...]

    def write(self, runner: Runner, mode: Mode, options: Iterable[str] = ()) -> Project:
        tests = self.folder / "tests"
        tests.mkdir(parents=True)
        version = ".".join(map(str, runner.asyncio))
        (self.folder / "requirements.txt").write_text(f"pytest\npytest-asyncio=={version}\nanyio\n")
        lines = ["[pytest]", *(["asyncio_mode = auto"] if mode == "auto" else ()), *options]
        (self.folder / "pytest.ini").write_text("\n".join(lines) + "\n")
        (self.folder / "dblint.toml").write_text('select = ["async"]\n')
        (tests / "seen.py").write_text(SEEN)
        for case in self.cases:
            (tests / case.file).write_text(case.text)
        return self

    def under_pytest(self, runner: Runner, dsn: str) -> dict[str, Verdict]:
        """What pytest says of each case, by its name."""
        start, environment = runner.command()
        seen = self.folder / "tests/seen.txt"
        seen.unlink(missing_ok=True)
        report = self.folder / "report.xml"
        command = [*start, "-m", "pytest", "-q", "--continue-on-collection-errors", "-p", "no:cacheprovider"]
        # A plugin of the interpreter's own must not be switched off by what this suite is told.
        clean = {key: value for key, value in os.environ.items() if not key.startswith("PYTEST")}
        subprocess.run(
            [*command, f"--junitxml={report}", "tests"],
            cwd=self.folder,
            env={**clean, **environment, "DSN": dsn},
            capture_output=True,
            timeout=300,
        )
        left: dict[str, set[str]] = {}
        for line in seen.read_text().splitlines() if seen.exists() else ():
            name, word = line.split(" ", 1)
            left.setdefault(name, set()).add(word)
        bad, ran = _outcomes(report)
        return {
            case.name: Verdict(case.name in ran and case.name not in bad, frozenset(left.get(case.name, ())))
            for case in self.cases
        }

    def engine(self) -> Engine:
        settings = config.load(self.folder)
        return Engine(settings, BOOK, scope(settings, (), self.folder))

    def findings(self) -> dict[str, list[Finding]]:
        """What dblint's async rules say of each case, by its name."""
        found: dict[str, list[Finding]] = {case.name: [] for case in self.cases}
        for finding in self.engine().run().findings:
            assert finding.group == "async", finding
            found[finding.path.removeprefix("tests/test_").removesuffix(".py")].append(finding)
        return found

    def fix(self) -> frozenset[str]:
        """Make all fixes; the names of the cases that were changed."""
        engine = self.engine()
        done = fixing.run(lambda texts: list(engine.run(texts).findings), engine.sources(), unsafe=True)
        assert done.settled
        for path, text in done.texts.items():
            (self.folder / path).write_text(text)
        return frozenset(path.removeprefix("tests/test_").removesuffix(".py") for path in done.texts)


def _outcomes(report: Path) -> tuple[set[str], set[str]]:
    """The cases with a test that did not pass, and those with any test."""
    bad: set[str] = set()
    ran: set[str] = set()
    for test in ElementTree.parse(report).getroot().iter("testcase"):
        words = f"{test.get('classname', '')}.{test.get('name', '')}".split(".")
        name = next((word.removeprefix("test_") for word in words if word.startswith("test_")), "")
        ran.add(name)
        if any(child.tag in ("failure", "error", "skipped") for child in test):
            bad.add(name)
    return bad, ran


def fitting(cases: Sequence[Case], runner: Runner, mode: Mode) -> tuple[Case, ...]:
    return tuple(
        replace(case)
        for case in cases
        if mode in case.modes and case.since <= runner.asyncio < case.below and (case.plugin or not runner.asyncio)
    )
