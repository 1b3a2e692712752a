"""Which function a call means: against a second reading of PostgREST's source, and against PostgreSQL itself."""

from __future__ import annotations

from dataclasses import dataclass

import psycopg
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from dblint.catalog.load import load
from dblint.catalog.model import Function
from dblint.source import Source
from dblint.values.rpc_rule import in_sql, postgrest

NAMES = ("a", "b", "c", "")
TYPES = ("integer", "text", "json", "jsonb", "boolean")


@dataclass(frozen=True)
class Parameter:
    name: str
    type: str
    default: bool
    variadic: bool = False

    @property
    def sql(self) -> str:
        words = ["VARIADIC"] if self.variadic else []
        type_ = f"{self.type}[]" if self.variadic else self.type
        return " ".join(
            [*words, *([self.name] if self.name else []), type_, *(["DEFAULT NULL"] if self.default else [])]
        )


@st.composite
def parameters(draw: st.DrawFn, *, variadic: bool = False) -> tuple[Parameter, ...]:
    """Input parameters PostgreSQL accepts: names once, defaults last, VARIADIC at the end."""
    count = draw(st.integers(0, 3))
    names = draw(st.lists(st.sampled_from(NAMES), min_size=count, max_size=count))
    seen: set[str] = set()
    made = []
    first_default = draw(st.integers(0, count))
    for index, name in enumerate(names):
        unique = name if name not in seen else ""
        seen.add(unique)
        made.append(Parameter(unique, draw(st.sampled_from(TYPES)), index >= first_default))
    if variadic and made and draw(st.booleans()):
        last = made[-1]
        made[-1] = Parameter(last.name, "integer", False if not last.default else last.default, variadic=True)
    return tuple(made)


@st.composite
def overload_sets(draw: st.DrawFn, *, variadic: bool = False) -> list[tuple[Parameter, ...]]:
    """Overloads of one name; no two take the same types."""
    made: list[tuple[Parameter, ...]] = []
    for one in draw(st.lists(parameters(variadic=variadic), min_size=1, max_size=3)):
        types = [(p.type, p.variadic) for p in one]
        if all([(p.type, p.variadic) for p in other] != types for other in made):
            made.append(one)
    return made


def statements(overloads: list[tuple[Parameter, ...]]) -> str:
    return "\n".join(
        f"CREATE FUNCTION f({', '.join(p.sql for p in one)}) RETURNS integer LANGUAGE sql AS 'SELECT 1';"
        for one in overloads
    )


def functions(text: str) -> list[Function]:
    catalog = load([Source("schema.sql", text)], "postgres", (), ())
    assert not catalog.skipped
    return [one for one in catalog.functions if one.name == "f"]


def plan_hs(overloads: list[tuple[Parameter, ...]], keys: frozenset[str], *, posted: bool) -> str:
    """``findProc`` of PostgREST's Plan.hs and the ``callable`` of its SchemaCache.hs, written down once more."""
    cached = []
    for one in overloads:
        unnamed = [p for p in one if not p.name]
        if len(unnamed) > 1 or (unnamed and unnamed[0].type not in ("bytea", "json", "jsonb", "text", "xml")):
            continue
        cached.append(one)

    def matches(one: tuple[Parameter, ...]) -> bool:
        if not one:
            return not keys
        needed = {p.name for p in one if not p.default}
        free = {p.name for p in one if p.default}
        if not free:
            return set(keys) == needed
        if not needed:
            return set(keys) <= free
        return set(keys) - free == needed

    direct = [one for one in cached if matches(one)]
    bodies = [
        one
        for one in cached
        if not matches(one) and posted and len(one) == 1 and not one[0].name and one[0].type in ("json", "jsonb")
    ]
    meant = direct or bodies
    return "refused" if not meant else "found" if len(meant) == 1 else "ambiguous"


@given(overload_sets(), st.frozensets(st.sampled_from(("a", "b", "c", "d"))), st.booleans())
@example([(Parameter("", "json", False),)], frozenset({"a"}), True)
@example([(Parameter("", "json", False),)], frozenset({"a"}), False)
@example([(Parameter("a", "json", False),)], frozenset({"b"}), True)
@example([(), (Parameter("a", "text", True),)], frozenset(), True)
@example([(Parameter("a", "text", False),), (Parameter("a", "integer", False),)], frozenset({"a"}), True)
@settings(max_examples=150)
def test_postgrest_finds_what_its_source_finds(
    overloads: list[tuple[Parameter, ...]], keys: frozenset[str], posted: bool
) -> None:
    made = functions(statements(overloads))
    assert postgrest(made, keys, posted=posted).outcome == plan_hs(overloads, keys, posted=posted)


@pytest.mark.parametrize(
    ("made", "outcome", "why"),
    [
        ("CREATE PROCEDURE f() LANGUAGE sql AS ''", "refused", "procedure"),
        ("CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'", "refused", "trigger"),
        ("CREATE FUNCTION f(int, int) RETURNS int LANGUAGE sql AS 'SELECT 1'", "refused", "unnamed"),
        ("CREATE FUNCTION f(OUT x int, a int) LANGUAGE sql AS 'SELECT 1'", "unknown", ""),
        ("CREATE FUNCTION f(OUT x int) LANGUAGE sql AS 'SELECT 1'", "found", ""),
        ("CREATE FUNCTION f() RETURNS TABLE (x int) LANGUAGE sql AS 'SELECT 1'", "found", ""),
        ("CREATE FUNCTION f(VARIADIC v int[]) RETURNS int LANGUAGE sql AS 'SELECT 1'", "refused", "arguments"),
    ],
)
def test_what_postgrest_cannot_call(made: str, outcome: str, why: str) -> None:
    resolution = postgrest(functions(f"{made};"), ())
    assert (resolution.outcome, resolution.why) == (outcome, why)


def _call(positional: int, named: tuple[str, ...]) -> str:
    """Arguments whose types fit anything: unknown literals."""
    return ", ".join([*["NULL"] * positional, *(f"{name} => NULL" for name in named)])


def _says(database: psycopg.Connection, overloads: list[tuple[Parameter, ...]], call: str) -> str:
    """What the server makes of the call, prepared and not run."""
    with database.transaction(force_rollback=True):
        database.execute(statements(overloads))
        try:
            database.execute(f"PREPARE p AS SELECT f({call})")
        except psycopg.errors.AmbiguousFunction:
            return "found"
        except psycopg.errors.UndefinedFunction:
            return "refused"
        except psycopg.Error as error:
            return str(error)
        database.execute("DEALLOCATE p")
        return "found"


def _agrees(database: psycopg.Connection, overloads: list[tuple[Parameter, ...]], count: int, named: list[str]) -> None:
    call = _call(count, tuple(named))
    resolution = in_sql(functions(statements(overloads)), count, named)
    assert resolution.outcome == _says(database, overloads, call), f"f({call}) of {statements(overloads)}"


@given(
    overload_sets(variadic=True),
    st.integers(0, 4),
    st.lists(st.sampled_from(("a", "b", "c", "d")), max_size=2, unique=True),
)
@example([(Parameter("b", "integer", True, variadic=True),)], 0, ["b"])
@settings(max_examples=120, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_postgresql_resolves_calls_alike(
    database: psycopg.Connection, overloads: list[tuple[Parameter, ...]], count: int, named: list[str]
) -> None:
    _agrees(database, overloads, count, named)


@pytest.mark.slow
@given(
    overload_sets(variadic=True),
    st.integers(0, 5),
    st.lists(st.sampled_from(("a", "b", "c", "d")), max_size=3, unique=True),
)
@settings(max_examples=3000, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_postgresql_resolves_many_calls_alike(
    database: psycopg.Connection, overloads: list[tuple[Parameter, ...]], count: int, named: list[str]
) -> None:
    _agrees(database, overloads, count, named)


@pytest.mark.parametrize(
    ("made", "call", "called"),
    [
        ("CREATE PROCEDURE f(a int) LANGUAGE sql AS ''", "CALL f(1)", True),
        ("CREATE PROCEDURE f(a int, b int DEFAULT 1) LANGUAGE sql AS ''", "CALL f(a => 1)", True),
        ("CREATE PROCEDURE f(a int) LANGUAGE sql AS ''", "SELECT f(1)", False),
        ("CREATE FUNCTION f(a int) RETURNS int LANGUAGE sql AS 'SELECT 1'", "CALL f(1)", True),
        ("CREATE PROCEDURE f(a int, OUT b int) LANGUAGE sql AS 'SELECT 1'", "CALL f(1)", True),
        ("CREATE PROCEDURE f(a int, OUT b int) LANGUAGE sql AS 'SELECT 1'", "CALL f(1, NULL)", True),
        ("CREATE FUNCTION f(a int, OUT b int) LANGUAGE sql AS 'SELECT 1'", "SELECT f(1)", False),
        ("CREATE FUNCTION f(a int, OUT b int) LANGUAGE sql AS 'SELECT 1'", "SELECT f(1, NULL)", False),
    ],
)
def test_procedures_and_functions_are_run_in_their_own_way(
    database: psycopg.Connection, made: str, call: str, called: bool
) -> None:
    arguments = call.partition("(")[2].rstrip(")").split(", ")
    named = [one.split(" => ")[0] for one in arguments if "=>" in one]
    resolution = in_sql(functions(f"{made};"), len(arguments) - len(named), named, called=called)
    database.execute(made)
    try:
        database.execute(call)
        outcome = "found"
    except (psycopg.errors.UndefinedFunction, psycopg.errors.WrongObjectType):
        outcome = "refused"
    assert resolution.outcome == outcome
