"""SQL in Python strings: the text Python would make of it, and the way back to every word of it."""

from __future__ import annotations

import re

import pytest

from dblint.facts.model import FileFacts
from dblint.facts.read import read
from dblint.facts.statements_model import HOLE, Statement
from dblint.source import Source

FORMS = (
    '"SELECT id FROM orders"',
    "'SELECT id FROM orders'",
    '"""SELECT id,\n       total\nFROM orders"""',
    '"SELECT id, " "total FROM " \'orders\'',
    '("SELECT id, "\n     "total "  # why\n     "FROM orders")',
    '"SELECT id " + "FROM orders"',
    '"SELECT id\\n\\tFROM \\"orders\\" o\\x77 WHERE a = \'\\u00e9\' AND total > 1"',
    "r\"SELECT id FROM orders WHERE a ~ '\\d+' AND total > 1\"",
    "f\"SELECT id FROM orders WHERE a = '{{x}}' AND total > 1\"",
    "\"SELECT id FROM orders WHERE d->>'é' = 'ü' AND total > 1\"",
    '"SELECT id \\\nFROM orders"',
    "'''\n    SELECT id FROM orders\n    WHERE name = \\'x\\' AND total > 1\n'''",
    'u"SELECT id FROM orders"',
)
NEWLINES = ("\n", "\r\n")


def facts(code: str) -> FileFacts:
    return read(Source("tests/test_x.py", code))


def only(code: str) -> Statement:
    (found,) = facts(code).statements
    return found


@pytest.mark.parametrize("newline", NEWLINES, ids=["lf", "crlf"])
@pytest.mark.parametrize("form", FORMS)
def test_the_text_is_pythons_and_every_word_leads_back(form: str, newline: str) -> None:
    source = Source("tests/test_x.py", f"def test_it(conn):\n    conn.execute({form})\n".replace("\n", newline))
    (statement,) = read(source).statements
    text = statement.text
    assert text.text == eval(form)
    for word in re.finditer(r"\w{2,}", text.text):
        if text.is_plain(*word.span()):
            assert source.cut(text.span_of(*word.span())) == word[0]
    assert any(text.is_plain(*word.span()) for word in re.finditer(r"orders|total", text.text))


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ('conn.execute(f"SELECT {a} FROM t{b}")', f"SELECT {HOLE} FROM t{HOLE}"),
        ("conn.execute(\"SELECT %s FROM t WHERE a = '100%%'\" % x)", f"SELECT {HOLE} FROM t WHERE a = '100%'"),
        ('conn.execute("SELECT {} FROM {t}".format(a, t="orders"))', f"SELECT {HOLE} FROM orders"),
        ('conn.execute("SELECT 1 FROM " + t)', f"SELECT 1 FROM {HOLE}"),
        ('conn.execute(sql.SQL("SELECT {} FROM {}").format(sql.Identifier("a"), t))', f'SELECT "a" FROM {HOLE}'),
        ('conn.execute(text("SELECT 1 FROM orders"))', "SELECT 1 FROM orders"),
        ('conn.execute(text("SELECT :a").bindparams(a=1))', "SELECT :a"),
        ('conn.execute(" ".join(["SELECT 1", "FROM t"]))', "SELECT 1 FROM t"),
        ("conn.execute(\"SELECT '\\s\\d' FROM t\\n\")", "SELECT '\\s\\d' FROM t\n"),
        ('conn.execute(textwrap.dedent("""\n  SELECT 1"""))', "\n  SELECT 1"),
        ('T = "orders"\nconn.execute(f"SELECT 1 FROM {T}")', "SELECT 1 FROM orders"),
        ('QUERY = "SELECT 1 FROM t"\ndef f(c):\n    c.execute(QUERY)', "SELECT 1 FROM t"),
        ('import pandas\npandas.read_sql_query("SELECT 1 FROM t", con)', "SELECT 1 FROM t"),
        ('execute_values(cur, "INSERT INTO t (a) VALUES %s", [(1,)])', "INSERT INTO t (a) VALUES %s"),
    ],
)
def test_what_only_the_run_knows_is_a_hole(code: str, text: str) -> None:
    assert only(code).text.text == text


def test_a_loop_over_literals_runs_each() -> None:
    code = 'def f(c):\n    for q in ["SELECT 1 FROM a", "SELECT 1 FROM b"]:\n        c.execute(q)\n'
    assert [one.text.text for one in facts(code).statements] == ["SELECT 1 FROM a", "SELECT 1 FROM b"]


@pytest.mark.parametrize(
    ("code", "giving", "values"),
    [
        ('c.execute("SELECT %s")', "nothing", []),
        ('c.execute("SELECT %s", (1, "a"))', "values", [[(None, "1"), (None, "a")]]),
        ('c.execute("SELECT %(x)s", {"x": 1})', "values", [[("x", "1")]]),
        ('c.execute("SELECT $1, $2", 1, "a", timeout=3)', "values", [[(None, "1"), (None, "a")]]),
        ('c.execute("SELECT %s", row)', "unknown", []),
        ('c.execute("SELECT %s", (1, *rest))', "unknown", []),
        ('c.execute("SELECT $1, $2", *row)', "unknown", []),
        ('c.execute("SELECT $1, $2", row)', "unknown", []),
        ('c.execute("SELECT $1, $2", [1, 2])', "values", [[(None, "1"), (None, "2")]]),
        ('c.execute("SELECT $1", [1, 2])', "values", [[(None, "")]]),
        ('plpy.prepare("SELECT $1 FROM t", ["text"])', "unknown", []),
        ('c.executemany("SELECT %s", [(1,), (2,)])', "values", [[(None, "1")], [(None, "2")]]),
        ('c.execute(text("SELECT :x"), [{"x": 1}, {"x": 2}])', "values", [[("x", "1")], [("x", "2")]]),
        ('c.execute(text("SELECT :x").bindparams(x=1))', "values", [[("x", "1")]]),
        ('c.execute("SELECT %s", params=(1,))', "values", [[(None, "1")]]),
        ('x = (1,)\nc.execute("SELECT %s", x)', "values", [[(None, "1")]]),
    ],
)
def test_what_a_call_gives(code: str, giving: str, values: list[object]) -> None:
    call = only(code).call
    assert call is not None
    assert call.giving == giving
    assert [[(one.name, one.value.text) for one in each.arguments] for each in call.sets] == values


def test_makers_are_followed_through_cursors() -> None:
    code = 'import sqlite3\nconn = sqlite3.connect(":memory:")\ncur = conn.cursor()\ncur.execute("SELECT 1 FROM t")\n'
    found = facts(code)
    call = found.statements[0].call
    assert call is not None
    assert call.receiver == "cur"
    assert "sqlite3.connect" in call.makers
    assert found.drivers == ("sqlite3",)


@pytest.mark.parametrize(
    "code",
    [
        'def f():\n    """Select a file from the list."""\n',
        'log.info("Selected orders from the list")',
        'x = b"SELECT 1 FROM t"',
        'x = {"select": 1}',
        'client.process_query("what is new?")',
    ],
)
def test_prose_is_no_statement(code: str) -> None:
    assert facts(code).statements == ()


def test_a_string_that_reaches_no_call_says_what_it_is_handed_to() -> None:
    handed, bare = facts('trn.add("SELECT 1 FROM t", [2])\nx = "UPDATE t SET a = 1"\n').statements
    assert (handed.call, handed.handed) == (None, "trn.add")
    assert (bare.call, bare.handed) == (None, None)


def test_a_pragma_in_an_sql_string_speaks_for_its_line() -> None:
    code = 'c.execute("""\n  SELECT a, -- dblint: ignore[unknown-column-in-query, sql] old\n  b FROM t\n""")\n'
    (pragma,) = facts(code).pragmas
    assert [name for name, _ in pragma.names] == ["unknown-column-in-query", "sql"]
    assert (pragma.span.line, pragma.alone, pragma.reason) == (2, False, "old")
    assert Source("", code).cut(pragma.names[1][1]) == "sql"


def test_what_looks_like_a_pragma_in_a_literal_is_none() -> None:
    assert facts("c.execute(\"SELECT '-- dblint: ignore[sql]' FROM t\")").pragmas == ()
