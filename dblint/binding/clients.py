"""Whether a receiver is an in-memory fake or a known client, followed through the fixtures a file sees."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from dblint.config import Settings
from dblint.facts.model import FileFacts, Fixture
from dblint.facts.words import CLIENT_DOUBLES, CLIENTS, says

_DEPTH = 6
_MOCKS = frozenset(("MagicMock", "Mock", "AsyncMock", "NonCallableMagicMock", "create_autospec"))
_MAKERS = frozenset(("create_client", "acreate_client", "create_async_client"))


class Receivers:
    """Answers for a whole project."""

    def __init__(self, settings: Settings, facts: Mapping[str, FileFacts]) -> None:
        self._clients = frozenset(settings.clients)
        self._fixtures: dict[str, dict[str, Fixture]] = {
            path: {fixture.name: fixture for fixture in one.fixtures} for path, one in facts.items() if one.fixtures
        }

    def fake(self, path: str, receiver: str | None) -> bool:
        """The receiver is a fixture that hands out an in-memory fake."""
        made = self._made(path, receiver)
        return any(says(name, CLIENT_DOUBLES) for name in made)

    def known(self, path: str, receiver: str | None) -> bool:
        """The receiver is a client by configuration or by the fixture that makes it."""
        if receiver is None:
            return False
        if receiver in self._clients or receiver.rpartition(".")[2] in self._clients:
            return True
        made = self._made(path, receiver)
        return any(name in _MAKERS or (says(name, CLIENTS) and says(name, CLIENT_DOUBLES)) for name in made)

    def _made(self, path: str, receiver: str | None) -> set[str]:
        """The callees behind a fixture, other fixtures followed; mocks left aside."""
        found: set[str] = set()
        wanted, depth = ([receiver] if receiver else []), 0
        while wanted and depth < _DEPTH:
            depth += 1
            fixtures = [fixture for name in wanted if (fixture := self._fixture(path, name)) is not None]
            callees = {callee for fixture in fixtures for callee in fixture.makes}
            found |= {callee.rpartition(".")[2] for callee in callees} - _MOCKS
            wanted = [callee for callee in callees if callee not in wanted]
        return found

    def _fixture(self, path: str, name: str) -> Fixture | None:
        for place in (path, *conftests(path)):
            fixture = self._fixtures.get(place, {}).get(name)
            if fixture is not None:
                return fixture
        return None


def conftests(path: str) -> Iterator[str]:
    """The ``conftest.py`` files whose fixtures a file sees, the nearest first."""
    folder = path.rpartition("/")[0]
    while True:
        near = f"{folder}/conftest.py" if folder else "conftest.py"
        if near != path:
            yield near
        if not folder:
            return
        folder = folder.rpartition("/")[0]
