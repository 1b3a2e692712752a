"""What a test opens and does not surely close, what it holds against the clock, and the containers it starts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from dblint.layout import WrapLayout
from dblint.source import Span

ResourceKind = Literal["pool", "connection", "acquired"]
Fate = Literal["happy-path", "never"]


@dataclass(frozen=True, slots=True)
class Opened:
    """A pool or a connection that a test opens, or takes from a pool, and leaves open on some way out.

    ``opener`` is what is called, ``close`` the statement that would end it and ``closed`` where that stands. Where a
    fixture makes the pool it was taken from, ``fixture`` is its name. ``layout`` is there where the statements that
    follow can be put into a block.
    """

    kind: ResourceKind
    name: str
    opener: str
    close: str
    fate: Fate
    span: Span
    test: str
    closed: Span | None = None
    fixture: str | None = None
    layout: WrapLayout | None = None


@dataclass(frozen=True, slots=True)
class ClockAssertion:
    """An assertion that something took less than a time; ``clock`` is what was read."""

    span: Span
    clock: str
    limit: str
    test: str


@dataclass(frozen=True, slots=True)
class ContainerArgument:
    """A keyword that a container's class has not; ``meant`` is the one it has, unless that is given too."""

    span: Span
    container: str
    keyword: str
    meant: str | None


@dataclass(frozen=True, slots=True)
class ContainerPort:
    """A port that is not the one the server in the container listens on; ``use`` is what is done with it."""

    span: Span
    container: str
    use: Literal["asked", "bound", "constructed"]
    port: int
    listens: int


@dataclass(frozen=True, slots=True)
class Resources:
    """All of one file."""

    opened: tuple[Opened, ...] = ()
    clocks: tuple[ClockAssertion, ...] = ()
    arguments: tuple[ContainerArgument, ...] = ()
    ports: tuple[ContainerPort, ...] = ()
