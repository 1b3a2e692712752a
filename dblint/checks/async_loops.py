"""Which event loop a fixture and a test run in, by scope: pytest-asyncio's own closed rule."""

from __future__ import annotations

from dblint.checks.async_runs import Runs
from dblint.checks.async_tests import Member, Tests, decoration_of_fixture, fixture_name, scope_of
from dblint.facts.async_model import Keyword

_WIDTHS = ("function", "class", "module", "package", "session")


def width(scope: str) -> int:
    return _WIDTHS.index(scope) if scope in _WIDTHS else 0


class Loops:
    """Answers for one project."""

    def __init__(self, tests: Tests, runs: Runs) -> None:
        self.tests = tests
        self._runs = runs

    def are_known(self, fixture: Member) -> bool:
        """The rule holds here: pytest-asyncio from 0.23 on, and no loop of the project's own."""
        plugin = self._runs.setup(fixture.path).asyncio
        if not self._runs.has_asyncio(fixture.path) or self._runs.mode(fixture.path) == "unknown":
            return False
        if plugin is not None and plugin.is_at_least(1):
            return True
        is_old = plugin is not None and plugin.is_below(0, 23)
        return not is_old and all(fixture_name(one.routine) != "event_loop" for one in self.tests.fixtures)

    def can_say(self, path: str) -> bool:
        """``loop_scope`` is known to the plugin."""
        plugin = self._runs.setup(path).asyncio
        return plugin is not None and plugin.is_at_least(0, 24)

    def has_one(self, test: Member) -> bool:
        """pytest-asyncio runs the test in a loop."""
        found = self.tests.class_of(test)
        if not test.routine.is_async or (found is not None and self.tests.kind_of_class(test.path, found) != "plain"):
            return False
        mode = self._runs.mode(test.path)
        marked = self.tests.mark(test, "asyncio") is not None
        return mode != "unknown" and not self._runs.is_anyio(test) and (marked or mode == "auto")

    def of_fixture(self, fixture: Member) -> str | None:
        """The scope of the loop an asynchronous fixture runs in; None where nobody runs it or it cannot be told."""
        decoration = decoration_of_fixture(fixture.routine)
        if decoration is None or not fixture.routine.is_async or not self._runs.handles_fixture(fixture):
            return None
        given = decoration.keyword("loop_scope")
        if given is not None:
            return _text(given)
        return self._runs.setup(fixture.path).fixture_loop_scope or scope_of(fixture.routine)

    def of_test(self, test: Member) -> str | None:
        """The scope of the loop a test runs in."""
        mark = self.tests.mark(test, "asyncio")
        given = (mark.keyword("loop_scope") or mark.keyword("scope")) if mark is not None else None
        if given is not None:
            return _text(given)
        return self._runs.setup(test.path).test_loop_scope or "function"

    def differ(self, home: str, test: Member) -> bool:
        """The test runs in another loop than a fixture in the loop of that scope."""
        place = self.of_test(test)
        plugin = self._runs.setup(test.path).asyncio
        # Before 1.0 loops of wide scopes may turn out to be the same.
        certain = "function" in (home, place) or (plugin is not None and plugin.is_at_least(1))
        return place is not None and place != home and certain


def _text(keyword: Keyword) -> str | None:
    return keyword.value.text if keyword.value.kind == "str" and keyword.value.text in _WIDTHS else None
