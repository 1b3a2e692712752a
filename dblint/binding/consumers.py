"""The operations of the code under test that consume a double's answer."""

from __future__ import annotations

from dataclasses import dataclass

from dblint.facts.code_model import Operation


@dataclass(frozen=True, slots=True)
class Consumer:
    """An operation, the file it stands in, and the table it names or its SQL; None where nobody knows that."""

    operation: Operation
    path: str
    table: str | None
