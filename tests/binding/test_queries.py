"""SQL strings bound: the database they go to, placeholders, holes, places, and the dialects beside PostgreSQL."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from dblint import config, rulebook
from dblint.binding.placeholders import Style, found, replaced
from dblint.engine import Engine
from dblint.project import scope

SCHEMA = """
CREATE TABLE orders (id integer PRIMARY KEY, total numeric, note text);
CREATE TABLE customers (id integer PRIMARY KEY, name text NOT NULL);
"""
RULES = ("unknown-table-in-query", "unknown-column-in-query", "sql-syntax-error", "insert-arity-mismatch")


def findings(
    folder: Path,
    files: Mapping[str, str],
    dialect: str = "postgres",
    schema: str = SCHEMA,
    rules: tuple[str, ...] = RULES,
) -> list[str]:
    """``line:column rule text`` of each finding, where text is what stands at its place."""
    for name, text in {"schema.sql": schema, **files}.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    settings = config.Settings(folder, schema=("schema.sql",), dialect=dialect, select=rules)
    engine = Engine(settings, rulebook.load(settings), scope(settings, (), folder))
    told = []
    for one in engine.run().findings:
        text = engine.sources()[one.path].cut(one.span) if one.path.endswith(".py") else ""
        told.append(f"{one.span.line}:{one.span.column} {one.rule} {text}")
    return told


def test_file(body: str, head: str = "") -> dict[str, str]:
    return {"tests/test_x.py": f"{head}\ndef test_it(conn):\n    {body}\n"}


test_file.__test__ = False  # type: ignore[attr-defined]
WRONG = 'conn.execute("SELECT nope FROM orders")'


@pytest.mark.parametrize(
    "body",
    [
        WRONG,
        'conn.cursor().execute("SELECT nope FROM orders")',
        'conn.execute(text("SELECT nope FROM orders WHERE id = :id"), {"id": 1})',
        'conn.execute(sql.SQL("SELECT nope FROM {}").format(sql.Identifier("orders")))',
        'conn.execute("EXPLAIN SELECT nope FROM orders")',
        'conn.execute("SELECT id FROM orders WHERE nope IN %s", ((1, 2),))',
        'conn.execute("SELECT 1; SELECT nope FROM orders")',
        'mock_cursor.execute.assert_called_once_with("SELECT nope FROM orders WHERE id = %s", (1,))',
        'q = "SELECT o.nope FROM orders o"',
    ],
)
def test_a_name_is_found_wherever_the_text_goes(body: str, tmp_path: Path) -> None:
    (told,) = findings(tmp_path, test_file(body))
    assert told.endswith("unknown-column-in-query nope")


@pytest.mark.parametrize(
    ("head", "body"),
    [
        ("import sqlite3", WRONG),
        ("import duckdb", WRONG),
        ("import psycopg", 'conn = sqlite3.connect(":memory:"); ' + WRONG),
        ("", 'engine = "sqlite+aiosqlite:///:memory:"; ' + WRONG),
        ("", 'conn.execute("CREATE TABLE orders (nope text)"); ' + WRONG),
        ("", 'conn.execute("ALTER TABLE orders ADD COLUMN nope text"); ' + WRONG),
        ("", 'conn.execute("SET search_path TO other"); ' + WRONG),
        ("", 'conn.execute("SELECT nope FROM orders WHERE id = ?", (1,))'),
        ("", 'print("Select nope from orders")'),
        ("", 'print("select nope from orders")'),
        ("", 'conn.execute(f"SELECT {x}nope FROM orders")'),
        ("", 'q = "SELECT nope FROM orders" + joins'),
    ],
)
def test_another_database_or_no_statement_is_left(head: str, body: str, tmp_path: Path) -> None:
    assert findings(tmp_path, test_file(body, head)) == []


def test_a_fixture_tells_the_database_of_another_file(tmp_path: Path) -> None:
    conftest = 'import sqlite3, pytest\n@pytest.fixture\ndef conn():\n    return sqlite3.connect(":memory:")\n'
    assert findings(tmp_path, {"tests/conftest.py": conftest, **test_file(WRONG)}) == []


def test_both_drivers_leave_it_open(tmp_path: Path) -> None:
    assert findings(tmp_path, test_file(WRONG, "import sqlite3, psycopg\nimport psycopg")) == []


@pytest.mark.parametrize(
    ("body", "place"),
    [
        ("conn.execute(\"SELECT é, 'ü' FROM orders\")", "3:26 unknown-column-in-query é"),
        ("conn.execute(\"SELECT 'ü', o.nope FROM orders o\")", "3:33 unknown-column-in-query nope"),
        (
            'conn.execute("SELECT 1 "\n      "FROM orders JOIN customers USING (id, nope)")',
            "4:46 unknown-column-in-query nope",
        ),
        ('conn.execute("SELECT \\"Nope\\" FROM orders")', "3:28 unknown-column-in-query Nope"),
        ('conn.execute("""\n    SELECT id\n      FROM public.nosuch, orders""")', "5:19 unknown-table-in-query nosuch"),
        ('conn.execute("INSERT INTO orders (id, nope) VALUES (%s, %s)", (1, 2))', "3:43 unknown-column-in-query nope"),
        ('conn.execute("SELECT %s, %(a)s FROM orders WHERE nope = 1", x)', "3:54 unknown-column-in-query nope"),
        ('conn.execute("SELECT id FROM orders WHERE AND")', "3:47 sql-syntax-error AND"),
    ],
)
def test_a_finding_points_at_the_word(body: str, place: str, tmp_path: Path) -> None:
    assert place in findings(tmp_path, test_file(body))


def test_an_unknown_table_of_another_connection_is_left(tmp_path: Path) -> None:
    body = 'conn.execute("SELECT id FROM orders"); other.execute("SELECT id FROM payments"); '
    assert findings(tmp_path, test_file(body)) == []
    assert len(findings(tmp_path, test_file(body.replace("other", "conn")))) == 1


@pytest.mark.parametrize(
    "statement", ["PRAGMA foreign_keys = ON", "SELECT `id` FROM orders", "INSERT OR IGNORE INTO t VALUES (1)"]
)
def test_a_refusal_needs_the_database_to_be_known(statement: str, tmp_path: Path) -> None:
    body = f'conn.execute("{statement}")'
    assert findings(tmp_path, test_file(body)) == []
    assert [one.split()[1] for one in findings(tmp_path, test_file(body, "import psycopg"))] == ["sql-syntax-error"]


def test_holes_hide_only_what_they_may_be(tmp_path: Path) -> None:
    body = 'conn.execute(f"SELECT {a}, o.nope, c.name FROM orders o {joins} WHERE gone = {b} AND o.lost = {c}")'
    assert [one.split()[-1] for one in findings(tmp_path, test_file(body))] == ["nope", "lost"]


@pytest.mark.parametrize(
    ("text", "styles", "numbers"),
    [
        ("a = %s AND b = %(x)s AND c LIKE 'x%s'", {"percent"}, [(None, 0), ("x", -1)]),
        ("a %% 2 = %s", {"percent"}, [(None, 0)]),
        ("a = :x AND b::text = :y AND c = '10:30'", {"colon"}, [("x", -1), ("y", -1)]),
        ("a[1:n] = $2 AND b = $1 -- $3", {"dollar", "colon"}, [(None, 1), (None, 0)]),
        ("a = ? AND b = ?2 AND c = '?' AND d = ?", {"question"}, [(None, 0), (None, 1), (None, 1)]),
        ("a = $tag$ %s $tag$ AND b = %s", {"percent", "dollar"}, [(None, 0)]),
    ],
)
def test_placeholders_stand_outside_of_quotes(
    text: str, styles: set[Style], numbers: list[tuple[str | None, int]]
) -> None:
    assert [(one.name, one.position) for one, _, _ in found(text, styles) if one is not None] == numbers
    assert len(replaced(text, styles)[1]) == len(numbers)


@pytest.mark.parametrize(
    ("statement", "told"),
    [
        ("SELECT TOTAL, Name FROM Orders o, customers WHERE o.totl = 1", "unknown-column-in-query totl"),
        ('SELECT id FROM orders WHERE note = \\"open\\"', None),
        ("SELECT rowid, total + 1 AS more FROM orders WHERE more > 1", None),
        ("INSERT OR IGNORE INTO orders (id, nots) VALUES (1, 2)", "unknown-column-in-query nots"),
        ("INSERT INTO orders VALUES (1, 2)", "insert-arity-mismatch 1, 2"),
        ("SELECT id FROM ordrs", "unknown-table-in-query ordrs"),
        ("SELECT name FROM sqlite_master", None),
        ("SELECT id FROM orders WHERE note GLOB 'x*' LIMIT 1, 2", None),
        ("SELECT nots FROM orders WHERE note GLOB 'x*' LIMIT 1, 2", "unknown-column-in-query nots"),
        ("SELEC id FROM orders", "sql-syntax-error SELEC"),
        ("SELECT my_own_function(id) FROM orders", None),
    ],
)
def test_sqlite_judges_itself(statement: str, told: str | None, tmp_path: Path) -> None:
    body = f'conn.execute("{statement}"); conn.execute("SELECT id FROM orders")'
    said = findings(tmp_path, test_file(body, "import sqlite3"), "sqlite")
    assert [one.partition(" ")[2] for one in said] == ([told] if told else [])


@pytest.mark.parametrize(
    ("statement", "told"),
    [
        ('SELECT `TOTAL`, o.totl FROM `orders` o WHERE note = \\"open\\"', "unknown-column-in-query totl"),
        ("INSERT IGNORE INTO orders (id, nots) VALUES (1, 2)", "unknown-column-in-query nots"),
        ("REPLACE INTO ordrs (id) VALUES (1)", "unknown-table-in-query ordrs"),
        ("INSERT INTO orders (id) VALUES (1) ON DUPLICATE KEY UPDATE nots = VALUES(id)", None),
        ("SELECT total AS t FROM orders HAVING t > 1", None),
        ("SELEC id FROM orders", None),
    ],
)
def test_of_mysql_names_are_known(statement: str, told: str | None, tmp_path: Path) -> None:
    said = findings(tmp_path, test_file(f'conn.execute("{statement}"); conn.execute("SELECT id FROM orders")'), "mysql")
    assert [one.partition(" ")[2] for one in said] == ([told] if told else [])


@pytest.mark.parametrize(
    ("statement", "told"),
    [
        ("INSERT INTO customers (id) VALUES (1)", ["missing-column 1"]),
        ("INSERT OR IGNORE INTO customers (id) VALUES (1)", []),
        ("INSERT INTO customers VALUES (1, 'a'), (1, 'b')", ["duplicate-key 1"]),
        ("INSERT OR REPLACE INTO customers VALUES (1, 'a'), (1, 'b')", []),
    ],
)
def test_rows_that_may_stand_there_already(statement: str, told: list[str], tmp_path: Path) -> None:
    rules = ("missing-column", "duplicate-key")
    said = findings(tmp_path, test_file(f'conn.execute("{statement}")', "import sqlite3"), "sqlite", rules=rules)
    assert [one.partition(" ")[2] for one in said] == told
