"""Which fixtures are surely mocks, and what a test's finding calls things."""

from __future__ import annotations

from collections.abc import Iterator

from dblint.binding.clients import conftests
from dblint.binding.model import BoundProject
from dblint.facts.theater_model import TheaterFacts


def theaters(project: BoundProject) -> Iterator[tuple[str, TheaterFacts]]:
    """The files that have such facts."""
    for path, facts in project.facts.items():
        if facts.theater is not None:
            yield path, facts.theater


def is_mock(project: BoundProject, path: str, fixture: str | None) -> bool:
    """Whether what a test gets is a mock without a specification; what the file itself makes is known to be one."""
    if fixture is None:
        return True
    for place in (path, *conftests(path)):
        facts = project.facts.get(place)
        if facts is None or all(one.name != fixture for one in facts.fixtures):
            continue
        return facts.theater is not None and any(one.fixture == fixture for one in facts.theater.bare_mocks)
    return False
