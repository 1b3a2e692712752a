"""Small projects as strangers keep them, checked without any configuration: what is found, and what is left alone."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from dblint import config, rulebook
from dblint.engine import Engine
from dblint.project import scope

EVENTS = """
CREATE TABLE events (id serial PRIMARY KEY, kind text NOT NULL, created_at timestamptz NOT NULL DEFAULT now());
CREATE TABLE logs (id serial PRIMARY KEY, note text, event_id integer REFERENCES events (id));
"""


def findings(folder: Path, files: Mapping[str, str]) -> list[str]:
    """``path:line rule`` of each finding of the default rules."""
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    settings = config.Settings(folder)
    engine = Engine(settings, rulebook.load(settings), scope(settings, (), folder))
    return [f"{one.path}:{one.span.line} {one.rule}" for one in engine.run().findings]


def test_a_table_that_a_test_alters_is_there(tmp_path: Path) -> None:
    test = """
import psycopg2

def _set_up(conn):
    cursor = conn.cursor()
    cursor.execute("ALTER TABLE logs DROP CONSTRAINT IF EXISTS logs_event_id_fkey")

def test_logs(conn):
    _set_up(conn)
    cursor = conn.cursor()
    cursor.execute("SELECT id FROM events ORDER BY id")
    cursor.execute("SELECT note FROM logs ORDER BY id")
    cursor.execute("SELECT note FROM lost ORDER BY id")
"""
    found = findings(tmp_path, {"db/schema.sql": EVENTS, "tests/test_logs.py": test})
    assert found == ["tests/test_logs.py:13 unknown-table-in-query"]


def test_a_default_that_a_condition_keeps_out_is_no_value(tmp_path: Path) -> None:
    test = """
import psycopg2

INSERT = "INSERT INTO events (kind, created_at) VALUES (%s, %s)"

def guarded(conn, kind, created_at=None):
    if created_at:
        conn.cursor().execute(INSERT, (kind, created_at))

def chosen(conn, kind, created_at=None):
    conn.cursor().execute(INSERT, (kind, created_at if created_at is not None else "2024-01-01"))

def bare(conn, kind, created_at=None):
    conn.cursor().execute(INSERT, (kind, created_at))

def test_events(conn):
    guarded(conn, "a")
    chosen(conn, "a")
    bare(conn, "a")
"""
    found = findings(tmp_path, {"db/schema.sql": EVENTS, "tests/test_events.py": test})
    assert found == ["tests/test_events.py:14 null-in-required-column"]


def test_what_is_no_database_executes_other_texts(tmp_path: Path) -> None:
    test = """
from app.tools import Calculator

def test_injection(calculator: Calculator, conn):
    for expression in ["import os", "__import__('os').system('ls')", "select(1) +"]:
        assert not calculator.execute(expression).success
    conn.execute("import os")
"""
    found = findings(tmp_path, {"db/schema.sql": EVENTS, "tests/test_calculator.py": test})
    assert found == ["tests/test_calculator.py:7 sql-syntax-error"]


def test_a_table_as_it_was_before_a_migration_is_no_copy(tmp_path: Path) -> None:
    test = '''
from pathlib import Path

async def _create_pre_007_tables(conn):
    await conn.execute("""CREATE TABLE parts (id integer PRIMARY KEY, name text, size text, made date)""")

async def _create_tables(conn):
    await conn.execute("""CREATE TABLE goods (id integer PRIMARY KEY, name text, size text, made date)""")
'''
    schema = """
CREATE TABLE parts (id integer PRIMARY KEY, name text, size text, made date, weight integer);
CREATE TABLE goods (id integer PRIMARY KEY, name text, size text, made date, weight integer);
"""
    found = findings(tmp_path, {"db/schema.sql": schema, "tests/test_lifecycle.py": test})
    assert found == ["tests/test_lifecycle.py:8 stale-table-copy"]


FILLED_IN = [
    "DATABASE_URL=postgresql://postgres:tu-password@db.tu-proyecto.supabase.co:5432/postgres",
    "SMTP_HOST=mail.miempresa.cl\nSMTP_PASSWORD=TU_PASSWORD_SMTP_AQUI",
    "IMAP_HOST=imap.gmail.com\nIMAP_PASS=tu_app_password",
    "DATABASE_URL=postgresql://postgres:contraseña@db.abcdefgh.supabase.co:5432/postgres",
    "DATABASE_URL=postgresql://postgres:sua_senha@db.abcdefgh.supabase.co:5432/postgres",
]


@pytest.mark.parametrize("text", FILLED_IN)
def test_what_a_user_fills_in_is_no_credential(tmp_path: Path, text: str) -> None:
    files = {".env.example": text, "config/production.env": text}
    assert findings(tmp_path, {"db/schema.sql": EVENTS, **files}) == []


def test_a_template_that_nobody_knows_is_left_to_fill_in(tmp_path: Path) -> None:
    text = "DATABASE_URL=postgresql://app:kirjutage-siia@db.abcdefgh.supabase.co:5432/postgres"
    assert findings(tmp_path, {"db/schema.sql": EVENTS, ".env.example": text}) == []
    files = {"db/schema.sql": EVENTS, ".env.production": text}
    assert findings(tmp_path, files) == [".env.production:1 credential-in-dsn"]


def test_a_setting_that_the_environment_gives_is_no_credential(tmp_path: Path) -> None:
    text = '[auth.email.smtp]\nhost = "smtp.resend.com"\nuser = "resend"\npass = "env(RESEND_API_KEY)"\n'
    assert findings(tmp_path, {"db/schema.sql": EVENTS, "supabase/config.toml": text}) == []


@pytest.mark.parametrize(
    ("schema", "taken"),
    [
        ("supabase/schema.sql", True),
        ("backend/supabase/001_tables.sql", True),
        ("docs/database/schema.sql", True),
        ("examples/schema.sql", False),
    ],
)
def test_the_only_schema_is_the_schema(tmp_path: Path, schema: str, taken: bool) -> None:
    test = 'def test_a(conn):\n    conn.execute("INSERT INTO events (kind, lost) VALUES (1, 2)")\n'
    found = findings(tmp_path, {schema: EVENTS, "tests/test_a.py": test})
    assert ("tests/test_a.py:2 unknown-column-in-query" in found) is taken


def test_what_lies_there_before_a_migration_runs_is_as_it_was(tmp_path: Path) -> None:
    test = """
import psycopg2
from app.store import Store

def test_backfill(conn):
    Store(conn).migrate_to(1)
    conn.cursor().execute("INSERT INTO logs (id, remark) VALUES (1, 'x')")
    Store(conn).migrate()
    conn.cursor().execute("SELECT note FROM logs")
    conn.cursor().execute("SELECT remark FROM logs")
"""
    found = findings(tmp_path, {"db/schema.sql": EVENTS, "tests/test_backfill.py": test})
    assert found == ["tests/test_backfill.py:10 unknown-column-in-query"]


def test_values_in_a_list_may_be_the_values_or_one_array(tmp_path: Path) -> None:
    test = """
import asyncpg
import pytest
from app import db

@pytest.mark.asyncio
async def test_logs(conn):
    log = await db.fetchval("INSERT INTO logs (event_id) VALUES ($1) RETURNING id", [5])
    await conn.execute("INSERT INTO logs (event_id) VALUES ($1)", [1, 2])
    await conn.execute("INSERT INTO logs (event_id) VALUES ($1)", "x")
"""
    found = findings(tmp_path, {"db/schema.sql": EVENTS, "tests/test_logs.py": test})
    assert found == ["tests/test_logs.py:9 type-mismatch", "tests/test_logs.py:10 type-mismatch"]


def test_a_record_that_could_be_no_row_is_a_document(tmp_path: Path) -> None:
    schema = """
CREATE TABLE podcasts (id serial PRIMARY KEY, user_id uuid NOT NULL, title text NOT NULL, cover text);
ALTER TABLE podcasts RENAME COLUMN title TO headline;
"""
    document = '{"id": 1, "title": "x", "cover": "y",\n "episode_count": 3}'
    row = '{"id": 1, "user_id": "5f0e9c1e-7f3c-4c59-9d3e-2f3f1b7f4a11",\n "title": "x", "cover": "y",\n "tint": 3}'
    files = {"db/schema.sql": schema, "tests/fixtures/sample_podcast.json": document}
    assert findings(tmp_path, files) == ["tests/fixtures/sample_podcast.json:1 unknown-column"]
    files["tests/fixtures/sample_podcast.json"] = row
    place = "tests/fixtures/sample_podcast.json"
    assert findings(tmp_path, files) == [f"{place}:2 unknown-column", f"{place}:3 unknown-column"]


def test_scripts_in_a_folder_of_versions_are_migrations(tmp_path: Path) -> None:
    test = 'def test_a(conn):\n    conn.execute("SELECT lost FROM events")\n'
    found = findings(tmp_path, {"app/model/versions/001_init.sql": EVENTS, "tests/test_a.py": test})
    assert found == ["tests/test_a.py:2 unknown-column-in-query"]


def test_the_root_of_a_project_may_be_a_package(tmp_path: Path) -> None:
    files = {"__init__.py": "", "app/__init__.py": "", "app/repo.py": "def read(db): ...", "tests/__init__.py": ""}
    test = 'from app.repo import read\n\ndef test_a(conn):\n    conn.execute("SELECT lost FROM events")\n'
    found = findings(tmp_path, {**files, "db/schema.sql": EVENTS, "tests/test_a.py": test})
    assert found == ["tests/test_a.py:4 unknown-column-in-query"]
