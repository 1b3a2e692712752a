"""Who runs asynchronous tests and fixtures: pytest-asyncio in its mode, anyio, another plugin, or nobody."""

from __future__ import annotations

from typing import Literal

from dblint.binding.clients import conftests
from dblint.checks.async_tests import Member, Tests, decoration_of_fixture
from dblint.runner.model import Setup

Mode = Literal["strict", "auto", "legacy", "unknown"]
_ASYNC_MARKS = ("asyncio", "anyio", "trio", "curio", "tornado", "gen_test", "async", "twisted", "aio", "loop")
_MODES: dict[str, Mode] = {"auto": "auto", "strict": "strict", "legacy": "legacy"}
_KNOWN_PLUGINS = frozenset(("pytest_asyncio", "anyio", "pytester", "pytest_mock", "pytest_django", "hypothesis"))


class Runs:
    """Answers for one project."""

    def __init__(self, tests: Tests) -> None:
        self._tests = tests
        self._modes: dict[str, Mode] = {}
        files = tests.files.values()
        self._evident = any(
            mark.name == "pytest.mark.asyncio"
            for file in files
            for mark in (
                *file.marks,
                *(one for each in file.classes for one in each.marks),
                *(one for each in file.routines for one in each.decorations),
            )
        ) or any(one.dotted.partition(".")[0] == "pytest_asyncio" for file in files for one in file.imported)

    def setup(self, path: str) -> Setup:
        return self._tests.project.runner.at(path)

    def has_asyncio(self, path: str) -> bool:
        """pytest-asyncio is declared, set up or used."""
        setup = self.setup(path)
        told = setup.mode or setup.fixture_loop_scope or setup.test_loop_scope
        return setup.asyncio is not None or told is not None or self._evident

    def mode(self, path: str) -> Mode:
        """The effective mode of pytest-asyncio for a file; ``unknown`` where something else may run its tests."""
        if path not in self._modes:
            self._modes[path] = self._mode(path)
        return self._modes[path]

    def _mode(self, path: str) -> Mode:
        setup = self.setup(path)
        if setup.others or setup.anyio_mode == "auto" or not all(map(self._is_plain, (path, *conftests(path)))):
            return "unknown"
        if setup.mode is not None:
            return _MODES.get(setup.mode, "unknown")
        # Before 0.17 there were no modes, and all fixtures were handled as in the legacy mode.
        return "legacy" if setup.asyncio is not None and setup.asyncio.is_below(0, 19) else "strict"

    def _is_plain(self, path: str) -> bool:
        """The file brings no hooks or plugins that may run async functions in their own way."""
        file = self._tests.files.get(path)
        return file is None or (not file.hooks and all(self._is_known(path, one) for one in file.plugins))

    def _is_known(self, path: str, plugin: str) -> bool:
        if plugin.partition(".")[0] in _KNOWN_PLUGINS:
            return True
        home = self._tests.project.code.imported_file(path, plugin)
        file = self._tests.files.get(home) if home is not None else None
        return home is not None and (file is None or not file.hooks)

    def is_anyio(self, member: Member) -> bool:
        """anyio runs the test or fixture, or may."""
        return self._tests.mark(member, "anyio") is not None or self._tests.needs(member, "anyio_backend")

    def is_marked(self, member: Member) -> bool:
        """A mark says that some plugin is to run the test."""
        return any(
            word in one.name.rpartition(".")[2].lower()
            for one in self._tests.marks(member)
            for word in _ASYNC_MARKS
            if one.name.startswith("pytest.mark.") or "mark" in one.name
        )

    def is_skipped(self, member: Member) -> bool:
        return self._tests.mark(member, "skip") is not None

    def handles_fixture(self, fixture: Member) -> bool:
        """pytest-asyncio runs the asynchronous fixture."""
        decoration = decoration_of_fixture(fixture.routine)
        if decoration is None:
            return False
        return decoration.name == "pytest_asyncio.fixture" or self.mode(fixture.path) in ("auto", "legacy")


_last: list[tuple[Tests, Runs]] = []


def runs_of(tests: Tests) -> Runs:
    """The answers for a project, made once however many rules ask."""
    if not _last or _last[0][0] is not tests:
        _last[:] = [(tests, Runs(tests))]
    return _last[0][1]
