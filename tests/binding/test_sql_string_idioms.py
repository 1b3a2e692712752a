"""The ways tests write SQL and its arguments: each guilty line says its rules, and nothing else is found."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from dblint import config, rulebook
from dblint.engine import Engine
from dblint.project import scope

_SCHEMA = """\
CREATE TYPE order_status AS ENUM ('pending', 'paid', 'shipped');
CREATE TABLE customers (id bigint PRIMARY KEY, email text NOT NULL, name text);
CREATE TABLE orders (
    id bigint PRIMARY KEY, customer_id bigint NOT NULL, status order_status NOT NULL DEFAULT 'pending',
    quantity integer NOT NULL CHECK (quantity > 0), color text
);
ALTER TABLE orders ADD COLUMN colour text;
ALTER TABLE orders DROP COLUMN colour;
"""
_MARK = re.compile(r"# (!.+)")


def guilty(folder: Path, files: dict[str, str]) -> tuple[set[tuple[str, int, str]], set[tuple[str, int, str]]]:
    """What is found in the files, and what their marks say."""
    wanted = set()
    for name, text in {"schema.sql": _SCHEMA, **files}.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        for number, line in enumerate(text.split("\n"), start=1):
            found = _MARK.search(line)
            wanted |= {(name, number, rule.lstrip("!")) for rule in found[1].split()} if found is not None else set()
    settings = config.Settings(folder, schema=("schema.sql",), select=("schema", "sql"))
    engine = Engine(settings, rulebook.load(settings), scope(settings, (), folder))
    return {(one.path, one.span.line, one.rule) for one in engine.run().findings}, wanted


_INSERT = '"INSERT INTO orders (id, customer_id, status, quantity) VALUES (next(), 1, %s, %s)"'
_NAMED = '"INSERT INTO orders (id, customer_id, status, quantity) VALUES (next(), 1, %(s)s, %(q)s)"'
_NUMBERED = '"INSERT INTO orders (id, customer_id, status, quantity) VALUES (next(), 1, $1, $2)"'
_HEAD = "import psycopg\nfrom psycopg import sql\n"

CASES = {
    "dict-call": f"def test_a(cur):\n    cur.execute({_NAMED}, dict(s='lost', q=1))  # !unknown-enum-value\n",
    "dict-spread": (
        "BASE = {'s': 'paid', 'q': 1}\ndef test_a(cur, more):\n"
        f"    cur.execute({_NAMED}, {{**BASE, 's': 'lost'}})  # !unknown-enum-value\n"
        f"    cur.execute({_NAMED}, BASE | {{'q': 0}})  # !check-violation\n"
        f"    cur.execute({_NAMED}, {{**more, 'q': 0}})  # !check-violation\n"
        f"    cur.execute({_NAMED}, {{'s': 'lost', **more}})\n"
    ),
    "list-of-dict-calls": (
        f"def test_a(cur):\n    cur.executemany({_NAMED}, [\n        dict(s='paid', q=1),\n"
        "        dict(s='paid', q=0),  # !check-violation\n    ])\n"
    ),
    "starred-arguments": (
        f"async def test_a(conn):\n    args = ('lost', 1)  # !unknown-enum-value\n"
        f"    await conn.fetchrow({_NUMBERED}, *args)\n"
    ),
    "prepared": (
        f"async def test_a(conn):\n    insert = await conn.prepare({_NUMBERED})\n    await insert.fetch('paid', 1)\n"
        "    await insert.fetch('lost', 1)  # !unknown-enum-value\n"
        "    await insert.executemany([('paid', 0)])  # !check-violation\n"
        "    found = await conn.prepare('SELECT colour FROM orders')  # !unknown-column-in-query\n"
    ),
    "copied-records": (
        "async def test_a(conn):\n    await conn.copy_records_to_table('orders', records=[\n"
        "        (1, 1, 'paid', 1),\n        (2, 1, 'lost', 1),  # !unknown-enum-value\n"
        "    ], columns=['id', 'customer_id', 'status', 'quantity'])\n"
        "    await conn.copy_records_to_table('ordres', records=[], columns=['id'])  # !unknown-table\n"
    ),
    "loop": (
        "ROWS = [\n    ('paid', 1),\n    ('lost', 1),  # !unknown-enum-value\n]\ndef test_a(cur):\n"
        f"    for row in ROWS:\n        cur.execute({_INSERT}, row)\n"
        "    for status, count in [\n        ('paid', 0),  # !check-violation\n    ]:\n"
        f"        cur.execute({_INSERT}, (status, count))\n"
        "    for at, status in enumerate(('paid', 'gone')):  # !unknown-enum-value\n"
        f"        cur.execute({_INSERT}, (status, 1))\n"
    ),
    "loop-over-dicts": (
        "def test_a(cur):\n    rows = [\n        {'s': 'paid', 'q': 1},\n"
        "        {'s': 'lost', 'q': 1},  # !unknown-enum-value\n"
        f"    ]\n    for row in rows:\n        cur.execute({_INSERT}, (row['s'], row['q']))\n"
    ),
    "comprehension": (
        f"def test_a(cur):\n    cur.executemany({_INSERT}, [(one, 1) for one in ('paid', 'lost')])"
        f"  # !unknown-enum-value\n"
    ),
    "tables-in-a-loop": (
        "def test_a(cur):\n    for table in ('orders', 'ordres'):  # !unknown-table-in-query\n"
        "        cur.execute(f'DELETE FROM {table}')\n"
        "    for table in ('orders', 'customers'):\n        cur.execute(f'SELECT id FROM {table}')\n"
    ),
    "cases": (
        "import pytest\n@pytest.mark.parametrize('status', ['paid', 'lost'])  # !unknown-enum-value\n"
        "def test_a(cur, status):\n    cur.execute('UPDATE orders SET status = %s', (status,))\n"
        "@pytest.mark.parametrize('table', ['orders', 'ordres'])  # !unknown-table-in-query\n"
        "def test_b(cur, table):\n    cur.execute(f'SELECT 1 FROM {table}')\n"
        "@pytest.mark.parametrize('status, ok', [('paid', True), ('lost', False)])\n"
        "def test_c(cur, status, ok):\n    cur.execute('UPDATE orders SET status = %s', (status,))\n"
        "@pytest.mark.parametrize('status, error', [('paid', None), ('lost', ValueError)])\n"
        "def test_d(cur, status, error):\n    with pytest.raises(error) if error else nothing():\n"
        "        cur.execute('UPDATE orders SET status = %s', (status,))\n"
    ),
    "helper": (
        "import pytest\ndef add(cur, status='paid', quantity=1):\n"
        f"    cur.execute({_INSERT}, (status, quantity))\n"
        "def test_a(cur):\n    add(cur)\n    add(cur, 'lost')  # !unknown-enum-value\n"
        "    add(cur, quantity=0)  # !check-violation\n    add(cur, unknown())\n"
        "    with pytest.raises(Exception):\n        add(cur, 'gone')\n"
    ),
    "helper-with-a-fault": (
        "def add(cur, status='paid'):\n"
        "    cur.execute('INSERT INTO orders (id, status, quantity) VALUES (1, %s, 1)', (status,))\n"
        "def test_a(cur):\n    add(cur, 'paid')  # !missing-column\n    add(cur, 'shipped')\n"
    ),
    "helper-method": (
        "class TestOrders:\n    def add(self, status):\n"
        f"        self.cur.execute({_INSERT}, (status, 1))\n"
        "    def test_a(self):\n        self.add('lost')  # !unknown-enum-value\n        self.other.add('gone')\n"
    ),
    "fixture-that-makes": (
        "import pytest\n@pytest.fixture\ndef make_order(cur):\n    def make(*, status='paid', quantity=1):\n"
        f"        cur.execute({_NAMED}, {{'s': status, 'q': quantity}})\n    return make\n"
        "def test_a(make_order):\n    make_order()\n    make_order(status='lost')  # !unknown-enum-value\n"
    ),
    "composed": (
        "NAMES = ['id', 'colour']  # !unknown-column-in-query\ndef test_a(cur):\n"
        "    cur.execute(sql.SQL('SELECT {} FROM {}').format(\n"
        "        sql.Identifier('colour'),  # !unknown-column-in-query\n"
        "        sql.Identifier('orders'),\n    ))\n"
        "    cur.execute(sql.SQL('SELECT {} FROM orders').format(sql.SQL(', ').join(map(sql.Identifier, NAMES))))\n"
        "    cur.execute(sql.SQL('INSERT INTO customers ({}) VALUES ({})').format(\n"
        "        sql.SQL(', ').join([sql.Identifier('id'), sql.Identifier('emial')]),  # !unknown-column-in-query\n"
        "        sql.SQL(', ').join([sql.Placeholder()] * 2),\n    ), (1, 'a'))\n"
        "    cur.execute(sql.SQL('SELECT {} FROM orders').format(sql.SQL(', ').join(\n"
        "        [sql.Identifier(n) for n in ('id', 'color')])))\n"
    ),
    "percent": (
        "TABLE = 'orders'\ndef test_a(cur, n):\n"
        "    cur.execute('SELECT colour FROM %s' % TABLE)  # !unknown-column-in-query\n"
        "    cur.execute('SELECT %s FROM %s' % (n, TABLE))\n"
        "    cur.execute('SELECT colour FROM %(t)s' % {'t': TABLE})  # !unknown-column-in-query\n"
        "    cur.execute(\"INSERT INTO %s (id, customer_id, quantity) VALUES ('%s', 1, 0)\" % (TABLE, n))"
        "  # !check-violation\n"
    ),
    "numbers-in-holes": (
        "COUNT = 0  # !check-violation\ndef test_a(cur, n):\n"
        "    cur.execute(f'INSERT INTO orders (id, customer_id, quantity) VALUES (1, 1, {COUNT})')\n"
        "    cur.execute(f'INSERT INTO orders (id, customer_id, quantity) VALUES (1, 1, {n})')\n"
    ),
    "any-of-a-list": (
        "def test_a(cur):\n    cur.execute('SELECT id FROM orders WHERE status = ANY(%s)', (['paid'],))\n"
        "    cur.execute('SELECT id FROM orders WHERE status = ANY(%s)', (['paid', 'lost'],))"
        "  # !unknown-enum-value\n"
    ),
    "psql": (
        "import subprocess\ndef test_a():\n"
        "    subprocess.run(['psql', '-c', 'SELECT colour FROM orders'])  # !unknown-column-in-query\n"
        "    subprocess.run(['psql', '-c', 'SELECT color FROM orders'])\n"
        "    subprocess.run(['sqlite3', '-c', 'SELECT colour FROM orders'])\n"
    ),
    "copy-by-name": (
        "def test_a(cur, f):\n    cur.copy_expert('COPY orders (id, colour) FROM STDIN', f)"
        "  # !unknown-column-in-query\n"
        "    with cur.copy('COPY orders (id, color) FROM STDIN') as copy:\n        copy.write_row((1, 'red'))\n"
    ),
    "kept-in-a-name": (
        "def test_a(trn):\n    sql = 'SELECT id FROM orders WHERE colour = 1'  # !unknown-column-in-query\n"
        "    trn.add(sql)\n"
        "    more = 'UPDATE orders SET color = 1 WHERE colour = 2'  # !unknown-column-in-query\n    log(more)\n"
        "    open_ = 'SELECT id, colour FROM orders'\n    log(open_)\n"
    ),
}  # fmt: skip

SILENT = {
    "expected-errors": (
        "import contextlib, pytest\ndef test_a(cur):\n"
        "    try:\n        cur.execute('SELECT colour FROM orders')\n        assert False, 'must fail'\n"
        "    except psycopg.Error:\n        pass\n"
        "    try:\n        cur.execute('UPDATE orders SET quantity = 0')\n"
        "    except psycopg.errors.CheckViolation:\n        pass\n"
        "    with contextlib.suppress(psycopg.Error):\n        cur.execute('SELECT colour FROM orders')\n"
        "    pytest.raises(psycopg.Error, cur.execute, 'SELECT colour FROM orders WHERE colour = 1')\n"
    ),
    "other-databases": (
        "def test_a(redis, es, duckdb_conn, clickhouse):\n    redis.execute('SET colour red')\n"
        "    es.query('SELECT colour FROM orders')\n    duckdb_conn.execute('SELECT colour FROM orders')\n"
        "    clickhouse.execute('SELECT colour FROM orders')\n"
    ),
    "looked-at": (
        "def test_a(linter):\n    assert parse('SELECT id FROM orders WHERE colour = 1') == []\n"
        "    linter.check('SELECT id FROM orders WHERE colour = 1')\n"
    ),
    "unknown-runs": (
        "def add(cur, status):\n"
        f"    cur.execute({_INSERT}, (status, 1))\n"
        "def test_a(cur, rows, names):\n    for row in rows:\n        add(cur, row)\n"
        f"    for status in [*names, 'lost']:\n        cur.execute({_INSERT}, (status, 1))\n"
        "    for table in names:\n        cur.execute(f'DELETE FROM {table}')\n"
        f"    cur.executemany({_INSERT}, [(one, 1) for one in ('paid', 'lost') if one != 'lost'])\n"
    ),
    "the-same-row-in-two-runs": (
        "def add(cur, key):\n"
        "    cur.execute('INSERT INTO customers (id, email) VALUES (%s, %s)', (key, 'a@b.example'))\n"
        "def test_a(cur):\n    add(cur, 1)\ndef test_b(cur):\n    add(cur, 1)\n"
        "TEXT = 'INSERT INTO customers (id, email) VALUES (%s, %s)'\n"
        "def test_c(cur):\n    cur.execute(TEXT, (1, 'a'))\ndef test_d(cur):\n    cur.execute(TEXT, (1, 'a'))\n"
    ),
}  # fmt: skip


@pytest.mark.parametrize("code", CASES.values(), ids=CASES)
def test_guilty_lines(code: str, tmp_path: Path) -> None:
    found, wanted = guilty(tmp_path, {"tests/test_a.py": _HEAD + code})
    assert wanted
    assert found == wanted


@pytest.mark.parametrize("code", SILENT.values(), ids=SILENT)
def test_what_is_left_alone(code: str, tmp_path: Path) -> None:
    assert guilty(tmp_path, {"tests/test_a.py": _HEAD + code}) == (set(), set())
