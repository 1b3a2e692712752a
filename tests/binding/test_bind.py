"""Which table a row is taken for, how strong the evidence is, and where silence is due."""

from __future__ import annotations

import textwrap
from pathlib import Path

import pytest

from dblint.binding.bind import bind
from dblint.binding.model import BoundProject, BoundRow
from dblint.binding.names import singular
from dblint.catalog.model import Catalog, Column, Table, Type
from dblint.config import Settings
from dblint.facts.read import read
from dblint.source import Place, Source, Span

PLACE = Place("schema.sql", Span(1, 1, 1, 1))
TEXT = Type("text", text="text")
COLUMNS = ("id", "a", "b", "name", "total")
TABLES = ("orders", "order_items", "users", "categories", "people", "app.events", "auth.users", "pg_temp.x")


def catalog(*names: str, unsure: frozenset[tuple[str, str]] = frozenset()) -> Catalog:
    tables = []
    for name in names or TABLES:
        schema, _, plain = name.rpartition(".")
        columns = tuple(Column(column, TEXT, PLACE) for column in COLUMNS)
        tables.append(Table(schema or "public", plain, "table", columns, PLACE))
    return Catalog("postgres", ("public", "app"), tuple(tables), unsure=unsure)


def project(files: dict[str, str], known: Catalog | None = None, settings: Settings | None = None) -> BoundProject:
    facts = {path: read(Source(path, textwrap.dedent(code))) for path, code in files.items()}
    return bind(settings or Settings(Path()), known or catalog(), facts)


def bound(code: str, known: Catalog | None = None, settings: Settings | None = None) -> list[tuple[str, str, str]]:
    rows = project({"tests/test_x.py": code}, known, settings).rows
    return [shown(row) for row in rows]


def shown(row: BoundRow) -> tuple[str, str, str]:
    return f"{row.table.schema}.{row.table.name}", row.role, row.use.evidence


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ('sb.table("orders").insert({"a": 1})', [("public.orders", "insert", "client")]),
        ('sb.table("events").insert({"a": 1})', [("app.events", "insert", "client")]),
        ('sb.schema("app").table("events").insert({"a": 1})', [("app.events", "insert", "client")]),
        ('sb.table("app.events").insert({"a": 1})', [("app.events", "insert", "client")]),
        ('sb.schema("app").table("orders").insert({"a": 1})', []),
        ('sb.table("nothing").insert({"a": 1})', []),
        ('sb.schema("auth").table("users").insert({"a": 1})', []),
        ('sb.schema("pg_temp").table("x").insert({"a": 1})', []),
        ('def create_mock_order():\n    return {"id": 1}', [("public.orders", "factory", "name")]),
        ('def create_mock_order_item():\n    return {"id": 1}', [("public.order_items", "factory", "name")]),
        ('def create_mock_order_report():\n    return {"id": 1}', []),
        ('def mock_pending_order():\n    return {"id": 1}', [("public.orders", "factory", "name")]),
        ('def fake_category():\n    return {"id": 1}', [("public.categories", "factory", "name")]),
        ('def make_fake_person():\n    return {"id": 1}', [("public.people", "factory", "name")]),
        ('def make_order():\n    return {"id": 1}', []),
        ('def mock_order():\n    return {"choices": 1, "usage": 2, "id": 3}', []),
        ('def columns(table):\n    if table == "orders":\n        return {"key": "id", "order": "b"}', []),
        ('tree.update("orders", {"colour": 1, "shape": 2})', []),
        ('db.update("orders", {"colour": 1, "shape": 2})', [("public.orders", "update", "call")]),
        ('def create_mock_user():\n    return {"id": 1, "name": 2, "aud": "authenticated"}', []),
        ('@pytest.fixture\ndef mock_user():\n    return {"id": 1, "name": 2, "picture": 3}', []),
        (
            'def create_mock_user():\n    return {"id": 1, "name": 2, "picture": 3}',
            [("public.users", "factory", "name")],
        ),
        ('MOCK_ORDERS = [{"id": 1}]', [("public.orders", "result", "name")]),
        (
            'def make_order():\n    return {"id": 1}\nsb.table("users").insert(make_order())',
            [("public.users", "insert", "client")],
        ),
        ('tables = {"orders": [{"a": 1}], "users": []}', [("public.orders", "stored", "keyed")]),
        ('tables = {"orders": [{"zzz": 1}], "users": []}', [("public.orders", "stored", "keyed")]),
        ('tables = {"orders": {"a": 1, "b": 2}, "users": []}', [("public.orders", "stored", "keyed")]),
        ('tables = {"orders": {"name": 1, "required_columns": ["id"]}, "users": {"name": 1, "required": 2}}', []),
        (
            'def mock_rows(name):\n    base = {"orders": {"a": 1}, "users": {"id": 1, "x": 2}}\n    return base[name]',
            [("public.orders", "factory", "keyed"), ("public.users", "factory", "keyed")],
        ),
        ('tables = {"orders": [{"a": 1}]}', [("public.orders", "stored", "keyed")]),
        ('tables = {"orders": [{"a": 1}], "other": []}', []),
        (
            'known = {"orders": [{"a": 1}], "users": [{"b": 1}]}',
            [("public.orders", "stored", "keyed"), ("public.users", "stored", "keyed")],
        ),
        ('known = {"orders": [{"a": 1}]}', []),
        ('known = {"orders": [{"x": 1, "y": 2, "a": 3}], "users": [{"b": 1}]}', []),
        (
            'known = {"orders": [{"a": 1, "users": {"b": 1}, "people": []}], "users": [{"b": 1}]}',
            [("public.orders", "stored", "keyed"), ("public.users", "stored", "keyed")],
        ),
        ('known = {"orders": [{"a": 1}], "others": [{"b": 1}]}', []),
        ('row = {"a": 1}  # dblint: table=app.events', [("app.events", "stored", "pragma")]),
        ('seed("orders", {"a": 1})  # dblint: table=users', [("public.users", "stored", "pragma")]),
        (
            'row = {"a": 1}\nsb.table("orders").insert(row)\nsb.table("orders").update(row)',
            [("public.orders", "insert", "client")],
        ),
        (
            'row = {"a": 1}\nsb.table("orders").insert(row)\nseed("users", row)',
            [("public.orders", "insert", "client"), ("public.users", "stored", "call")],
        ),
    ],
)
def test_evidence_ties_a_row_to_its_table(code: str, expected: list[object]) -> None:
    assert bound(code) == expected


def test_a_factory_row_that_is_inserted_keeps_both_roles() -> None:
    code = 'def create_mock_order():\n    return {"a": 1}\nsb.table("orders").insert(create_mock_order())'
    assert bound(code) == [("public.orders", "insert", "client"), ("public.orders", "factory", "name")]


def test_a_name_that_fits_two_tables_binds_nothing() -> None:
    assert bound('def mock_event():\n    return {"id": 1}', catalog("event", "app.events")) == []


def test_configuration_names_the_table_of_any_name() -> None:
    settings = Settings(Path(), tables={"make_thing": "orders", "ROWS": "app.events", "some_user": "users"})
    code = """
    ROWS = [{"a": 1}]

    def make_thing():
        return {"zzz": 1}

    @pytest.fixture
    def some_user():
        return {"id": 1}
    """
    assert bound(code, settings=settings) == [
        ("app.events", "result", "configuration"),
        ("public.orders", "factory", "configuration"),
        ("public.users", "result", "configuration"),
    ]


def test_tables_that_the_tests_make_themselves_are_left_alone() -> None:
    files = {
        "tests/conftest.py": 'SQL = "CREATE TABLE orders (zzz int)"',
        "tests/unit/test_x.py": 'sb.table("orders").insert({"a": 1})\nsb.table("users").insert({"a": 1})',
        "other/test_y.py": 'sb.table("orders").insert({"a": 1})',
    }
    assert [(row.path, row.table.name) for row in project(files).rows] == [
        ("other/test_y.py", "orders"),
        ("tests/unit/test_x.py", "users"),
    ]


def test_tables_a_dynamic_statement_may_have_made_are_left_alone() -> None:
    unsure = catalog(unsure=frozenset({("public", "orders")}))
    assert bound('sb.table("orders").insert({"a": 1})', unsure) == []


CONFTEST = """
@pytest.fixture
def fake_store():
    return FakeSupabaseClient()

@pytest.fixture
def patch_supabase(fake_store):
    monkeypatch.setattr("app.db.get_supabase", lambda: fake_store)
    return fake_store

@pytest.fixture
def supabase():
    return create_client(URL, KEY)

@pytest.fixture
def mocked():
    return MagicMock()
"""


@pytest.mark.parametrize(
    ("code", "fake", "known"),
    [
        ('def test(patch_supabase):\n    patch_supabase.table("orders").insert({"a": 1})', True, True),
        ('def test(patch_supabase):\n    x = patch_supabase\n    x.table("orders").insert({"a": 1})', True, True),
        ('def test(supabase):\n    supabase.table("orders").insert({"a": 1})', False, True),
        ('def test(mocked):\n    mocked.table("orders").insert({"a": 1})', False, False),
        ('def test():\n    s = db.get_supabase()\n    s.table("orders").insert({"a": 1})', True, True),
        ('def test():\n    gateway.table("orders").insert({"a": 1})', False, True),
        ('def test():\n    thing.table("orders").insert({"a": 1})', False, False),
    ],
)
def test_a_receiver_is_known_through_fixtures_and_patches(code: str, fake: bool, known: bool) -> None:
    files = {"tests/conftest.py": CONFTEST, "tests/unit/test_x.py": code}
    seen = project(files, settings=Settings(Path(), clients=("gateway",)))
    (row,) = seen.rows
    (call,) = seen.facts["tests/unit/test_x.py"].calls
    assert (row.role, row.use.fake) == ("stored" if fake else "insert", fake)
    assert (call.known_client, call.fake) == (known, fake)


@pytest.mark.parametrize("dialect", ["mysql", "sqlite"])
def test_other_dialects_know_tables_in_any_case(dialect: str) -> None:
    known = Catalog(dialect, ("main",), (Table("main", "Orders", "table", (Column("a", TEXT, PLACE),), PLACE),))  # type: ignore[arg-type]
    assert bound('db.insert("orders", {"a": 1})', known) == [("main.Orders", "insert", "call")]


@pytest.mark.parametrize(
    ("plural", "one"),
    [
        ("orders", "order"),
        ("categories", "category"),
        ("people", "person"),
        ("boxes", "box"),
        ("addresses", "address"),
        ("status", "status"),
        ("analyses", "analysis"),
        ("movies", "movie"),
        ("news", "news"),
        ("buses", "bus"),
        ("series", "series"),
        ("houses", "house"),
        ("branches", "branch"),
        ("children", "child"),
        ("data", "data"),
        ("class", "class"),
    ],
)
def test_plurals_meet_their_singular(plural: str, one: str) -> None:
    assert singular(plural) == singular(one) == one


def test_rows_are_borrowed_from_conftests_and_imported_modules() -> None:
    files = {
        "tests/conftest.py": '@pytest.fixture\ndef a_row():\n    return {"a": 1}\n',
        "tests/factories.py": 'ROW = {"b": 1}\ndef make(**kw):\n    return {"a": 2, **kw}\n',
        "tests/unit/near.py": 'NEAR = [{"name": 1}]\n',
        "tests/unit/test_x.py": """
            from tests.factories import make, ROW
            from .near import NEAR

            def test_x(sb, a_row):
                sb.table("orders").insert(a_row)
                sb.table("orders").insert(make(total=1))
                seed("users", ROW)
                seed("users", NEAR)
            """,
    }
    rows = project(files).rows
    assert [(row.path, row.table.name, row.role, row.row.open) for row in rows] == [
        ("tests/conftest.py", "orders", "insert", False),
        ("tests/factories.py", "users", "stored", False),
        ("tests/unit/near.py", "users", "stored", False),
        ("tests/unit/test_x.py", "orders", "insert", False),
    ]
    assert [(entry.key, rows[3].key_of(entry).path) for entry in rows[3].row.entries] == [
        ("a", "tests/factories.py"),
        ("total", "tests/unit/test_x.py"),
    ]
    assert rows[3].body.path == "tests/factories.py"
