"""Whole files replayed: blocks taken apart, transactions that roll back left out, refusals survived."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from dblint.catalog.model import Catalog, Dialect, SchemaFile, Skipped
from dblint.catalog.replay import rivals
from dblint.catalog.replay.blocks import expanded, forget_texts
from dblint.catalog.replay.freeze import freeze
from dblint.catalog.replay.journal import RefusedError
from dblint.catalog.replay.running import perform
from dblint.catalog.replay.state import Plan, State
from dblint.sql import statements as s
from dblint.sql.actions import RenameTo
from dblint.sql.definitions import ObjectName

File = Sequence[s.Statement]


def replay(
    files: Iterable[File], dialect: Dialect, search_path: tuple[str, ...], listed: tuple[SchemaFile, ...] = ()
) -> Catalog:
    """The catalog that the files' statements leave standing; each file starts with the default search path."""
    given = [list(kept(file)) for file in files]
    state = State(dialect, search_path or ("public",), plan(one for file in given for one in expanded(file)))
    state.schemas["public"] = True
    for file in given:
        state.begin_session()
        for statement in file:
            step(state, statement)
    forget_texts()
    return freeze(state, listed)


def step(state: State, statement: s.Statement) -> None:
    """One statement, certain or not."""
    state.order += 1
    if isinstance(statement, s.Unreadable):
        state.skipped.append(Skipped(statement.place, statement.reason))
        return
    state.journal.begin()
    try:
        perform(state, statement)
    except RefusedError as refused:
        state.journal.undo()
        rivals.note(state, statement)
        rivals.weigh(state, refused)


def kept(file: File) -> Iterator[s.Statement]:
    """The statements of a file without those that a ROLLBACK takes back."""
    done: list[s.Statement] = []
    starts: list[int] = []
    points: dict[str, int] = {}
    for statement in file:
        if not isinstance(statement, s.Transaction):
            done.append(statement)
        elif statement.word == "begin":
            starts, points = [len(done)], {}
        elif statement.word == "rollback" and starts:
            del done[starts[0] :]
            starts = []
        elif statement.word == "savepoint" and starts:
            points[statement.name or ""] = len(done)
        elif statement.word == "rollback to" and statement.name in points:
            del done[points[statement.name] :]
        elif statement.word == "commit":
            starts, points = [], {}
    yield from done


def planned(files: Iterable[File]) -> Plan:
    """All names that the files make somewhere."""
    return plan(one for file in files for one in expanded(kept(file)))


def plan(statements: Iterable[s.Statement]) -> Plan:
    """All names that the statements make somewhere."""
    schemas: set[str] = {"public"}
    names: set[str] = set()
    owned: set[str] = set()
    for statement in statements:
        made = statement.statement if isinstance(statement, s.Conditional) else statement
        if isinstance(made, s.CreateSchema):
            schemas.add(made.name)
            if not made.if_not_exists:
                owned.add(made.name)
        elif isinstance(made, s.RenameSchema):
            schemas.add(made.now)
        else:
            names.update(_made(made))
    return Plan(frozenset(schemas), frozenset(names), frozenset(owned - {"public"}))


def _made(statement: s.Statement) -> Iterator[str]:
    if type(statement).__name__.startswith("Create"):
        name = getattr(statement, "name", None)
        if isinstance(name, ObjectName):
            yield name.name
    elif isinstance(statement, s.AlterRelation | s.AlterType | s.AlterRoutine):
        for action in getattr(statement, "actions", None) or (getattr(statement, "action", None),):
            now = getattr(action, "now", None)
            if isinstance(action, RenameTo) and isinstance(now, str):
                yield now
