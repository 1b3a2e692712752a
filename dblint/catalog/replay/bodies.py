"""What routines' bodies tell: the tables they touch, the columns a trigger function fills, what they change."""

from __future__ import annotations

from dblint.catalog.replay.objects import Routine
from dblint.catalog.replay.state import State
from dblint.sql.statements import CreateFunction


def read_body(state: State, routine: Routine, statement: CreateFunction) -> None:
    """Note on the routine what its body tells."""
    del state
    routine.runs = statement.body if statement.language == "plpgsql" else None
