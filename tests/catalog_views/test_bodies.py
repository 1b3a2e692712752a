"""What the bodies of functions and procedures tell."""

from __future__ import annotations

import pytest

from dblint.catalog.bodies import Body, read
from dblint.catalog.model import FunctionUse
from dblint.source import Source
from dblint.sql.postgres import statements
from dblint.sql.statements import CreateFunction


def body(text: str, head: str = "f(p integer) RETURNS void", language: str = "plpgsql") -> Body:
    quoted = f"CREATE FUNCTION {head} LANGUAGE {language} AS $body${text}$body$"
    return created(quoted)


def created(text: str) -> Body:
    (statement,) = statements(Source("f.sql", text))
    assert isinstance(statement, CreateFunction)
    return read(statement)


def sql(text: str) -> set[FunctionUse]:
    return set(body(text, language="sql").uses)


def use(table: str, reads: str = "", writes: str = "", schema: str | None = None) -> FunctionUse:
    return FunctionUse(schema, table, tuple(reads.split()), tuple(writes.split()))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("SELECT a, t.b FROM t WHERE c = p ORDER BY d", {use("t", "a b c d")}),
        ("SELECT a AS x FROM t GROUP BY x ORDER BY x", {use("t", "a")}),
        ("SELECT x.a, b FROM s.t AS x JOIN u ON u.k = x.k", {use("t", "k a", schema="s"), use("u", "k")}),
        ("SELECT (SELECT max(u.a) FROM u WHERE u.k = t.k), b FROM t", {use("t", "k b"), use("u", "a k")}),
        ("SELECT a FROM t WHERE EXISTS (SELECT b FROM u)", {use("t", "a"), use("u")}),
        ("WITH x AS (SELECT a FROM t) SELECT a, b FROM x", {use("t", "a")}),
        ("WITH RECURSIVE x AS (SELECT a FROM t UNION ALL SELECT x.a FROM x) TABLE x", {use("t", "a")}),
        ("SELECT v.a, w FROM (SELECT a FROM t) v, LATERAL f(v.a) w", {use("t", "a")}),
        ("SELECT q.x FROM t AS q(x)", {use("t")}),
        ("INSERT INTO t (a, b) SELECT c, 1 FROM u RETURNING d", {use("t", "d", "a b"), use("u", "c")}),
        (
            "INSERT INTO t (a) VALUES (p) ON CONFLICT (k) DO UPDATE SET b = excluded.a WHERE t.c",
            {use("t", "k a c", "a b")},
        ),
        ("UPDATE t SET a = b + 1 WHERE c", {use("t", "b c", "a")}),
        ("UPDATE t x SET a = u.b, d = e FROM u WHERE x.k = u.k", {use("t", "k", "a d"), use("u", "k b")}),
        ("DELETE FROM t USING u WHERE t.k = u.k", {use("t", "k"), use("u", "k")}),
        (
            "MERGE INTO t USING u ON t.k = u.k WHEN MATCHED THEN UPDATE SET a = u.b"
            " WHEN NOT MATCHED THEN INSERT (k) VALUES (u.k)",
            {use("t", "k", "a k"), use("u", "k b")},
        ),
        ("SELECT to_jsonb(t), t, ctid FROM t", {use("t")}),
        ("SELECT 1", set()),
    ],
)
def test_sql_bodies_name_tables_and_sure_columns(text: str, expected: set[FunctionUse]) -> None:
    found = {(one.schema, one.table): (set(one.reads), set(one.writes)) for one in sql(text)}
    assert found == {(one.schema, one.table): (set(one.reads), set(one.writes)) for one in expected}


def test_atomic_bodies_are_read() -> None:
    block = created("CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT a FROM t; DELETE FROM u WHERE b; END")
    assert set(block.uses) == {use("t", "a"), use("u", "b")}
    returned = created("CREATE FUNCTION f() RETURNS int RETURN (SELECT max(a) FROM t)")
    assert set(returned.uses) == {use("t", "a")}


def test_plpgsql_bodies_are_read_through_every_statement() -> None:
    found = body(
        """
        DECLARE n integer := (SELECT max(a) FROM first); r record;
        BEGIN
            IF EXISTS (SELECT 1 FROM second WHERE b = n) THEN
                INSERT INTO third (c) VALUES (n);
            ELSIF n > 1 THEN
                n := (SELECT d FROM fourth WHERE n = 1);
            END IF;
            FOR r IN SELECT e FROM fifth LOOP
                PERFORM f FROM sixth;
            END LOOP;
            CREATE TEMP TABLE own (x int);
            INSERT INTO own VALUES (1);
            RAISE NOTICE '%', (SELECT g FROM seventh);
        EXCEPTION WHEN others THEN
            UPDATE eighth SET h = p;
        END"""
    )
    assert {one.table: (one.reads, one.writes) for one in found.uses} == {
        "first": (("a",), ()),
        "second": (("b",), ()),
        "third": ((), ("c",)),
        "fourth": (("d",), ()),
        "fifth": (("e",), ()),
        "sixth": (("f",), ()),
        "seventh": (("g",), ()),
        "eighth": ((), ("h",)),
    }
    assert (found.dynamic, found.problem) == (False, None)


@pytest.mark.parametrize(
    "head",
    [
        "f(p integer, OUT total numeric) RETURNS numeric",
        "f(p mood, q app.thing[], VARIADIC r text[]) RETURNS app.thing",
        "f(p integer) RETURNS TABLE (a integer, total numeric)",
        "f(p integer) RETURNS SETOF app.thing",
        "f(p integer, INOUT q integer DEFAULT 3)",
    ],
)
def test_signatures_of_every_kind_are_read(head: str) -> None:
    found = body("BEGIN PERFORM k FROM t; RETURN; END" if "SETOF" in head or "TABLE" in head else
                 "BEGIN PERFORM k FROM t; END", head)  # fmt: skip
    assert (found.problem, found.uses) == (None, (use("t", "k"),))


@pytest.mark.parametrize(
    ("text", "fills"),
    [
        ("BEGIN RETURN NEW; END", set()),
        ("BEGIN NEW.a := 1; new.B = 2; NEW.\"C\" := 3; NEW.d[1] := 4; RETURN NEW; END", {"a", "b", "C", "d"}),
        ("BEGIN SELECT x, y INTO NEW.a, NEW.\"B\" FROM t; RETURN NEW; END", {"a", "B"}),
        ("BEGIN IF TG_OP = 'INSERT' THEN NEW.a := now(); END IF; RETURN NEW; END", {"a"}),
        ("BEGIN EXECUTE 'SELECT 1' INTO NEW.a; RETURN NEW; END", {"a"}),
        ("BEGIN NEW := jsonb_populate_record(NEW, '{}'); RETURN NEW; END", None),
        ("BEGIN SELECT * INTO NEW FROM t; RETURN NEW; END", None),
        ("DECLARE r t; BEGIN r := NEW; r.a := 1; RETURN r; END", None),
        ("BEGIN OLD.a := 1; RETURN OLD; END", set()),
        ("BEGIN IF x THEN RETURN NULL; END IF; RETURN NEW; END", set()),
        ("BEGIN this is nothing", None),
    ],
)  # fmt: skip
def test_a_trigger_function_fills_columns_of_new(text: str, fills: set[str] | None) -> None:
    assert body(text, "f() RETURNS trigger").fills == fills


def test_what_is_not_read_is_said() -> None:
    assert body("x = 1", language="plpython3u").problem == "language plpython3u"
    assert body("SELECT FROM WHERE", language="sql").problem is not None
    assert body("BEGIN EXECUTE 'DROP TABLE t' || p; END").dynamic
