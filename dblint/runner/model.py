"""Pytest's settings about asyncio as they hold for one folder of tests."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

Version = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Plugin:
    """A plugin the project declares, and the versions its lock file or requirement admits.

    ``low`` is the least version, ``high`` the first that is too new; None where nothing is said.
    """

    low: Version | None = None
    high: Version | None = None

    def is_at_least(self, *version: int) -> bool:
        """Every version admitted is this one or a later one."""
        return self.low is not None and self.low >= version

    def is_below(self, *version: int) -> bool:
        """Every version admitted is older."""
        return self.high is not None and self.high <= version


@dataclass(frozen=True, slots=True)
class Setup:
    """What pytest is told where a test stands; None where nothing is said."""

    mode: str | None = None
    """``asyncio_mode``."""
    fixture_loop_scope: str | None = None
    test_loop_scope: str | None = None
    anyio_mode: str | None = None
    asyncio: Plugin | None = None
    """pytest-asyncio, where it is declared."""
    anyio: bool = False
    others: tuple[str, ...] = ()
    """Declared plugins that run async tests in their own way."""
    is_declared: bool = False
    """Files that say what to install were found."""
    source: str = ""
    """The file pytest's settings come from."""


@dataclass(frozen=True, slots=True)
class Runner:
    """The setups of a project by the folder of the tests they hold for."""

    setups: Mapping[str, Setup] = field(default_factory=dict)

    def at(self, path: str) -> Setup:
        """The setup for a file."""
        return self.setups.get(path.rpartition("/")[0], Setup())
