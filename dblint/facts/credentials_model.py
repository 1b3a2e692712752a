"""The credentials a file holds, told without their values: what they are for, where they stand, how they are shown."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from dblint.layout import ImportLayout
from dblint.source import Span

CredentialKind = Literal["dsn", "privileged-key", "provider-token", "private-key", "password"]
Grade = Literal["error", "warning", "info"]


@dataclass(frozen=True, slots=True)
class Credential:
    """One credential that counts as real.

    ``shown`` is what may be said of it and ``reason`` why it counts, both without the value. ``expires`` is the time
    a token says it ends at. ``lookup`` is the expression a fix may replace by ``replacement``, Python code.
    """

    kind: CredentialKind
    grade: Grade
    span: Span
    shown: str
    reason: str
    expires: int | None = None
    lookup: Span | None = None
    replacement: str = ""


@dataclass(frozen=True, slots=True)
class Credentials:
    """The credentials of one file; ``hidden`` are all stretches of its text that nothing may show."""

    found: tuple[Credential, ...] = ()
    hidden: tuple[Span, ...] = ()
    imports: ImportLayout | None = None


NO_CREDENTIALS = Credentials()
