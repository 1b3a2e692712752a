"""What can be told of a PL/pgSQL statement without running it."""

from __future__ import annotations

from collections.abc import Sequence

from dblint.sql.plpgsql import Assign, Block, Branch, Evaluate, Execute, Leave, Loop, PlpgsqlStatement, Sql


def raises(statements: Sequence[PlpgsqlStatement]) -> bool:
    return any(isinstance(one, Evaluate) and one.raises for one in statements)


def assigned(statement: PlpgsqlStatement) -> tuple[str, ...]:
    """The variables that a statement or anything inside it may set."""
    match statement:
        case Sql() | Execute():
            return statement.into
        case Assign():
            return (statement.target.strip().strip('"'),)
        case Block():
            inner = (statement.body, *(body for _, body in statement.handlers))
        case Branch():
            inner = tuple(body for _, body in statement.arms)
        case Loop():
            return (*statement.variables, *(name for one in statement.body for name in assigned(one)))
        case _:
            return ()
    return tuple(name for body in inner for one in body for name in assigned(one))


def leaves(statement: PlpgsqlStatement, loop: bool) -> bool:
    """A RETURN or, with ``loop``, an EXIT or CONTINUE is somewhere inside."""
    match statement:
        case Leave():
            return statement.loop == loop
        case Block():
            inner = (statement.body, *(body for _, body in statement.handlers))
        case Branch():
            inner = tuple(body for _, body in statement.arms)
        case Loop():
            inner = (statement.body,)
        case _:
            return False
    return any(leaves(one, loop) for body in inner for one in body)
