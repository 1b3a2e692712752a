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
        self._patches: dict[str, dict[str, set[str]]] = {}
        for path, one in facts.items():
            for patch in one.patches:
                self._patches.setdefault(path, {}).setdefault(patch.name, set()).update(patch.makes)

    def fake(self, path: str, receiver: str | None, maker: str | None) -> bool:
        """A fixture, or what a test put in the receiver's place, hands out an in-memory fake."""
        return any(says(name, CLIENT_DOUBLES) for name in self._made(path, receiver, maker))

    def known(self, path: str, receiver: str | None, maker: str | None) -> bool:
        """The receiver is a client by configuration or by what makes it."""
        if self._clients & {receiver, _last(receiver), maker, _last(maker)}:
            return True
        made = self._made(path, receiver, maker)
        return any(name in _MAKERS or (says(name, CLIENTS) and says(name, CLIENT_DOUBLES)) for name in made)

    def _made(self, path: str, *names: str | None) -> set[str]:
        """The callees behind fixtures and replaced names, other fixtures followed; mocks left aside."""
        found: set[str] = set()
        wanted = {_last(name) for name in names if name}
        for _ in range(_DEPTH):
            callees = {callee for name in wanted for callee in self._makes(path, name)}
            wanted = {_last(callee) for callee in callees} - found
            found |= wanted
        return found - _MOCKS

    def _makes(self, path: str, name: str) -> Iterator[str]:
        fixture = self._fixture(path, name)
        if fixture is not None:
            yield from fixture.makes
        for place in (path, *conftests(path)):
            yield from self._patches.get(place, {}).get(name, ())

    def _fixture(self, path: str, name: str) -> Fixture | None:
        home = self.fixture_home(path, name)
        return None if home is None else self._fixtures[home][name]

    def fixture_home(self, path: str, name: str) -> str | None:
        """The file whose fixture of that name a test in ``path`` gets."""
        return next((place for place in (path, *conftests(path)) if name in self._fixtures.get(place, {})), None)


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


def _last(name: str | None) -> str:
    return (name or "").rpartition(".")[2]
