"""A second definition of a table that is there already: where later statements need it, nobody knows which is true."""

from __future__ import annotations

from dblint.catalog.replay.journal import AbsentColumnError, RefusedError
from dblint.catalog.replay.state import State
from dblint.sql import statements as s
from dblint.sql.definitions import ColumnDefinition


def note(state: State, statement: s.Statement) -> None:
    """A definition without effect, for the table exists, is remembered by its columns."""
    if isinstance(statement, s.CreateTable):
        columns = (column.name for column in statement.columns if isinstance(column, ColumnDefinition))
        state.rivals.setdefault(statement.name.name, set()).update(columns)


def weigh(state: State, refused: RefusedError) -> None:
    """The project goes on as if the rival were the table: the database it has was made in another way."""
    if isinstance(refused, AbsentColumnError) and refused.column in state.rivals.get(refused.table[1], ()):
        state.unsure[refused.table] = None
