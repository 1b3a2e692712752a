"""What a DO block runs, and how sure that is."""

from __future__ import annotations

import pytest

from dblint.source import Source
from dblint.sql.postgres import statements
from dblint.sql.postgres_parser import SyntaxRefusedError
from dblint.sql.statements import CreateFunction
from dblint.sql.steps import run_routine, steps
from dblint.sql.templates import Touched
from dblint.sql.world import DynamicStep, Recorder, Step

GUARD = "NOT EXISTS (SELECT 1 FROM information_schema.columns WHERE table_name = 't')"


def block(*lines: str, declare: str = "") -> tuple[Step | DynamicStep, ...]:
    return steps("\n".join([declare, "BEGIN", *lines, "END"]))


def texts(*lines: str, declare: str = "") -> list[str]:
    found = block(*lines, declare=declare)
    assert all(isinstance(step, Step) for step in found)
    return [step.text for step in found if isinstance(step, Step)]


def test_static_statements_are_sure_and_know_their_line() -> None:
    assert block("ALTER TABLE t ADD a int;", "DROP TABLE u;") == (
        Step("ALTER TABLE t ADD a int", 3),
        Step("DROP TABLE u", 4),
    )


def test_a_plain_condition_makes_a_statement_conditional() -> None:
    (step,) = block("IF current_user = 'x' THEN DROP TABLE t; END IF;")
    assert step == Step("DROP TABLE t", 3, conditional=True)


@pytest.mark.parametrize(
    "condition",
    [
        GUARD,
        "to_regclass('public.t') IS NULL",
        "(SELECT count(*) FROM pg_class WHERE relname = 't') = 0",
        f"{GUARD} AND {GUARD}",
    ],
)
def test_asking_whether_it_is_missing_is_idempotent(condition: str) -> None:
    (step,) = block(f"IF {condition} THEN CREATE TABLE t (); END IF;")
    assert step == Step("CREATE TABLE t ()", 3, conditional=True, idempotent=True)


@pytest.mark.parametrize(
    "lines",
    [
        [f"SELECT {GUARD[4:]} INTO found_it;", "IF NOT found_it THEN CREATE TABLE t (); END IF;"],
        ["PERFORM 1 FROM pg_class WHERE relname = 't';", "IF NOT FOUND THEN CREATE TABLE t (); END IF;"],
        [f"found_it := {GUARD[4:]};", "IF found_it THEN RETURN; END IF;", "CREATE TABLE t ();"],
        [f"IF {GUARD[4:]} THEN RAISE NOTICE 'there'; ELSE CREATE TABLE t (); END IF;"],
    ],
)
def test_the_answer_may_be_kept_in_a_variable_or_lead_away(lines: list[str]) -> None:
    step = block(*lines, declare="DECLARE found_it boolean;")[-1]
    assert isinstance(step, Step)
    assert (step.text, step.conditional, step.idempotent) == ("CREATE TABLE t ()", True, True)


@pytest.mark.parametrize(
    "condition",
    [GUARD[4:], f"{GUARD} AND wanted", f"{GUARD} AND current_setting('x') = 'y' OR wanted", "wanted"],
)
def test_any_other_question_is_not(condition: str) -> None:
    (step,) = block(f"IF {condition} THEN CREATE TABLE t (); END IF;", declare="DECLARE wanted boolean;")
    assert step == Step("CREATE TABLE t ()", 3, conditional=True)


@pytest.mark.parametrize(
    ("handler", "conditional"),
    [
        ("WHEN duplicate_object THEN NULL;", False),
        ("WHEN duplicate_table OR SQLSTATE '42701' THEN RAISE NOTICE 'there';", False),
        ("WHEN OTHERS THEN RAISE EXCEPTION 'broken';", False),
        ("WHEN OTHERS THEN NULL;", True),
    ],
)
def test_catching_that_it_is_there_already_is_idempotent(handler: str, conditional: bool) -> None:
    (step,) = steps(f"BEGIN CREATE TYPE m AS ENUM ('a'); EXCEPTION {handler} END")
    assert step == Step("CREATE TYPE m AS ENUM ('a')", 1, conditional)


def test_constant_text_is_executed() -> None:
    assert texts("EXECUTE 'DROP TABLE ' || quote_ident('T') || ' CASCADE';") == ['DROP TABLE "T" CASCADE']
    assert texts("EXECUTE format('ALTER TABLE %I.%s SET (x=%L) -- 100%%', 'order', 'b', 'it''s');") == [
        "ALTER TABLE \"order\".b SET (x='it''s') -- 100%"
    ]
    assert texts("EXECUTE body;", declare="DECLARE body text := $q$DROP TABLE a; DROP TABLE b$q$;") == [
        "DROP TABLE a; DROP TABLE b"
    ]
    lines = ("name := 'a';", "name := name || 'b';", "EXECUTE 'DROP TABLE ' || name;")
    assert texts(*lines, declare="DECLARE name text;") == ["DROP TABLE ab"]


@pytest.mark.parametrize(
    "loop",
    [
        "FOREACH x IN ARRAY ARRAY['a', 'b'] LOOP",
        "FOREACH x IN ARRAY names LOOP",
        "FOR x IN SELECT unnest(ARRAY['a', 'b']) LOOP",
        "FOR x IN SELECT n FROM unnest(names) AS n LOOP",
        "FOR x IN SELECT n FROM (VALUES ('a'), ('b')) AS v(n) LOOP",
    ],
)
def test_a_loop_over_constants_runs_round_by_round(loop: str) -> None:
    declare = "DECLARE x text; names text[] := ARRAY['a', 'b'];"
    lines = (loop, "EXECUTE format('DROP TABLE %I', x);", "END LOOP;")
    assert texts(*lines, declare=declare) == ["DROP TABLE a", "DROP TABLE b"]
    assert not any(step.conditional for step in block(*lines, declare=declare) if isinstance(step, Step))


def test_a_row_of_a_loop_has_fields() -> None:
    found = texts(
        "FOR r IN SELECT * FROM (VALUES ('a', 'int'), ('b', 'text')) AS v(c, t) LOOP",
        "EXECUTE 'ALTER TABLE x ADD ' || r.c || ' ' || r.t;",
        "END LOOP;",
        declare="DECLARE r record;",
    )
    assert found == ["ALTER TABLE x ADD a int", "ALTER TABLE x ADD b text"]


def test_a_variable_set_under_a_condition_is_not_known() -> None:
    (_, step) = block(
        "IF current_user = 'x' THEN n := 'a'; END IF;",
        "SELECT 1;",
        "EXECUTE 'DROP TABLE ' || n;",
        declare="DECLARE n text := 'b';",
    )
    assert step == DynamicStep((Touched("relation", None, "*"),), 5)


@pytest.mark.parametrize(
    ("expression", "touched"),
    [
        ("format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', r.t)", ()),
        ("format('GRANT SELECT ON %I TO x', r.t)", ()),
        ("format('DROP POLICY %I ON t', r.t)", ()),
        ("'ALTER TABLE app.t DROP CONSTRAINT ' || r.t", (Touched("relation", "app", "t"),)),
        ("'ALTER TABLE t ADD COLUMN ' || r.t || r.rest", (Touched("relation", None, "t"),)),
        ("'ALTER TABLE T ' || r.t", (Touched("relation", None, "t"),)),
        (
            "format('CREATE TABLE IF NOT EXISTS log_%s PARTITION OF log', r.t)",
            (Touched("relation", None, "log_*", made=True),),
        ),
        ("format('DROP FUNCTION IF EXISTS f_%s(int)', r.t)", (Touched("routine", None, "f_*"),)),
        ("format('ALTER TYPE m ADD VALUE %L', r.t)", (Touched("type", None, "m"),)),
        ("r.t", None),
        ("'ALTER ' || r.t", None),
    ],
)
def test_what_a_dynamic_statement_may_touch(expression: str, touched: tuple[Touched, ...] | None) -> None:
    (step,) = block("FOR r IN SELECT t FROM x LOOP", f"EXECUTE {expression};", "END LOOP;", declare="DECLARE r record;")
    assert step == DynamicStep(touched, 4)


def test_what_a_loop_selects_may_say_what_is_executed() -> None:
    (step,) = block(
        "FOR cmd IN SELECT format('REVOKE ALL ON %I FROM x', relname) FROM pg_class LOOP",
        "EXECUTE cmd;",
        "END LOOP;",
        declare="DECLARE cmd text;",
    )
    assert step == DynamicStep((), 4)


def test_what_is_no_plpgsql_is_refused() -> None:
    with pytest.raises(SyntaxRefusedError):
        steps("BEGIN IF; END")


@pytest.mark.parametrize(
    ("declare", "line"),
    [
        ("DECLARE a app.thing; b text;", "SELECT * INTO a FROM t;"),
        ("DECLARE -- first\n a mood; n integer := 3; b text;", "SELECT x, y INTO a, b FROM t;"),
    ],
)
def test_types_of_the_project_do_not_stop_the_reading(declare: str, line: str) -> None:
    assert texts(line, "DROP TABLE t;", declare=declare)[1:] == ["DROP TABLE t"]


def test_a_call_gives_its_constants_to_the_routine() -> None:
    (statement,) = statements(
        Source(
            "f.sql",
            "CREATE FUNCTION manage(target text, other text, third app.mood) RETURNS boolean LANGUAGE plpgsql AS $$"
            "BEGIN EXECUTE format('ALTER TABLE %I ADD a int', target); EXECUTE 'DROP TABLE ' || $1 || manage.target;"
            " EXECUTE 'DROP VIEW ' || other; RETURN true; END $$",
        )
    )
    assert isinstance(statement, CreateFunction)
    recorder = Recorder()
    run_routine(statement, ["t", None, "x"], recorder)
    assert tuple(recorder.found) == (
        Step("ALTER TABLE t ADD a int", 1),
        Step("DROP TABLE tt", 1),
        DynamicStep((Touched("relation", None, "*"),), 1),
    )
