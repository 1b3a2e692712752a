"""A run that recalls what earlier runs came to says what a run without a cache says, whatever was edited between."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from pathlib import Path
from textwrap import dedent

import pytest

from dblint import project, rulebook
from dblint.binding.code import Found
from dblint.binding.following import Following
from dblint.cache import Cache, FolderCache, NoCache, digest
from dblint.config import Settings
from dblint.engine import Engine
from dblint.result import Result

SCHEMA = ("CREATE TABLE orders (id bigint PRIMARY KEY, total numeric NOT NULL, state text CHECK (state <> 'x'));",)
CUSTOMERS = "CREATE TABLE customers (id bigint PRIMARY KEY, name text NOT NULL);"
DB = """
    from supabase import create_client

    def get_client():
        return create_client("u", "k")
"""
SERVICE = """
    from app.db import get_client
    {imports}

    class Orders:
        TABLE = "{table}"

        def __init__(self, client=None):
            self.client = client or get_client()

        def get(self, id):
            return self.client.table(self.TABLE).select("*").eq("id", id).execute().data[0]

        def {name}(self, row):
            self.client.rpc("refresh", {{}}).execute()
            return self.client.table("orders").insert(row).execute().data

    async def latest(conn):
        return await conn.fetchrow("SELECT * FROM {table}")
"""
API = """
    from fastapi import APIRouter, Depends
    from app.db import get_client
    from app.service import Orders

    router = APIRouter(prefix="/orders")

    @router.get("/{{id}}")
    def read(id, client=Depends(get_client)):
        return {call}
"""
CONFTEST = """
    import pytest
    from unittest.mock import MagicMock
    {imports}

    @pytest.fixture
    def client():
        return {client}
"""
FAKE = """
    class FakeClient:
        def __init__(self, data):
            self.data = data

        def table(self, name):
            return self

        {more}
        def execute(self):
            return self
"""
TESTS = """
    from unittest.mock import AsyncMock, MagicMock, patch
    from {module} import Orders, latest

    def test_get(client):
        client.table.return_value.select.return_value.eq.return_value.execute.return_value.data = [
            {{"id": 1, "{column}": 1}}
        ]
        assert Orders(client).get(1)

    def test_save(client):
        with patch("app.service.get_client", return_value=client):
            client.table("orders").insert({{"id": 1, "{column}": "x"}})
            Orders().save({{"id": 2}})

    async def test_latest():
        conn = AsyncMock()
        conn.fetchrow.return_value = {{"id": 3, "name": "n", "{column}": 2}}
        assert await latest(conn)
"""
MORE = """
    from fastapi.testclient import TestClient
    from app.db import get_client
    from app.api import router

    def test_route(client):
        app.dependency_overrides[get_client] = lambda: client
        client.table.return_value.select.return_value.eq.return_value.execute.return_value.data = [{row}]
        assert TestClient(app).get("/orders/1").json()
"""

VARIANTS: Mapping[str, tuple[str, ...]] = {
    "db/schema.sql": (
        SCHEMA[0] + CUSTOMERS,
        SCHEMA[0].replace("total", "amount") + CUSTOMERS,
        SCHEMA[0],
    ),
    "app/__init__.py": ("",),
    "app/db.py": (DB, DB.replace("get_client", "client_of"), DB + "\n    def helper():\n        return 1\n"),
    "app/other.py": ("", "from app.service import Orders\n", "from app.service import *\nfrom app.api import *\n"),
    "app/service.py": tuple(
        SERVICE.format(table=table, name=name, imports=imports)
        for table in ("orders", "customers")
        for name, imports in (("save", ""), ("store", "from app.other import *"))
    ),
    "app/api.py": (
        API.format(call="Orders(client).get(id)"),
        API.format(call='client.table("customers").select("*").eq("id", id).execute().data'),
        API.format(call="Orders(client).get(id)").replace("/orders", "/others"),
    ),
    "tests/__init__.py": ("",),
    "tests/fake.py": (FAKE.format(more=""), FAKE.format(more="def insert(self, row):\n            return self\n")),
    "tests/conftest.py": (
        CONFTEST.format(imports="", client="MagicMock()"),
        CONFTEST.format(imports="from tests.fake import FakeClient", client="FakeClient({})"),
        CONFTEST.format(imports="from app.service import Orders", client="MagicMock(spec=Orders)"),
    ),
    "tests/test_service.py": tuple(
        TESTS.format(module=module, column=column)
        for module in ("app.service", "app.other")
        for column in ("total", "colour")
    ),
    "tests/test_api.py": (
        MORE.format(row='{"id": 1, "hue": 2}'),
        MORE.format(row='{"id": 1, "name": 2}'),
        MORE.format(row="{}") + "\n    def test_nothing():\n        assert True\n",
    ),
}
LEFT_OUT = ("app/other.py", "app/db.py", "tests/conftest.py", "tests/fake.py", "app/api.py", "db/schema.sql")
"""Files that an edit may delete."""


def write(root: Path, path: str, text: str) -> None:
    (root / path).parent.mkdir(parents=True, exist_ok=True)
    (root / path).write_text(dedent(text))


def edit(root: Path, choice: random.Random) -> None:
    path = choice.choice(sorted(VARIANTS))
    if path in LEFT_OUT and choice.random() < 0.2:
        (root / path).unlink(missing_ok=True)
    else:
        write(root, path, choice.choice(VARIANTS[path]))


def checked(root: Path, cache: Cache, jobs: int = 1) -> Result:
    settings = Settings(root=root, schema=("db/*.sql",), select=("all",))
    return Engine(settings, rulebook.load(settings, cache), project.scope(settings, (), root), cache, jobs).recall()


@pytest.mark.parametrize("seed", range(6))
def test_what_is_recalled_is_what_would_be_found(tmp_path: Path, seed: int) -> None:
    choice = random.Random(seed)
    for path, texts in VARIANTS.items():
        write(tmp_path, path, texts[0])
    for _ in range(12):
        cache = FolderCache(tmp_path / ".dblint_cache")
        assert checked(tmp_path, cache) == checked(tmp_path, NoCache())
        for _ in range(choice.randint(1, 2)):
            edit(tmp_path, choice)


def test_the_project_shows_something(tmp_path: Path) -> None:
    """All would be equal where nothing is found."""
    for path, texts in VARIANTS.items():
        write(tmp_path, path, texts[0])
    first = checked(tmp_path, NoCache())
    write(tmp_path, "app/service.py", VARIANTS["app/service.py"][2])
    assert first.counts.rows_bound > 2
    assert len({one.rule for one in first.findings}) > 2
    assert checked(tmp_path, NoCache()) != first


def test_only_tests_whose_inputs_changed_are_followed_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    followed: list[str] = []
    follow = Following._make_anew

    def noted(self: Following[object], key: str, tests: Sequence[Found]) -> object:
        followed.append(tests[0].path)
        return follow(self, key, tests)

    monkeypatch.setattr(Following, "_make_anew", noted)
    for path, texts in VARIANTS.items():
        write(tmp_path, path, texts[0])
    cache = FolderCache(tmp_path / ".dblint_cache")
    checked(tmp_path, cache)
    assert set(followed) == {"tests/test_api.py", "tests/test_service.py"}
    followed.clear()
    write(tmp_path, "tests/test_service.py", VARIANTS["tests/test_service.py"][1])
    checked(tmp_path, cache)
    assert set(followed) == {"tests/test_service.py"}
    followed.clear()
    write(tmp_path, "app/api.py", VARIANTS["app/api.py"][1])
    checked(tmp_path, cache)
    assert set(followed) == {"tests/test_api.py"}


def test_results_of_another_shape_are_not_believed(tmp_path: Path) -> None:
    for path, texts in VARIANTS.items():
        write(tmp_path, path, texts[0])
    folder = tmp_path / ".dblint_cache"
    first = checked(tmp_path, FolderCache(folder))
    head, _, body = (folder / "results.json").read_bytes().partition(b"\n")
    elsewhere = b'[[[9999],[],false,"",[],[]],[]]'
    for broken in (elsewhere, b"[1,2,3,4,5,6,7,8,9]", b"{", b"null"):
        rows = b"\n".join(
            key + b" " + broken if broken != elsewhere or value.startswith((b"[[[0", b"[[[1")) else key + b" " + value
            for key, _, value in (row.partition(b" ") for row in body.splitlines())
        )
        key = head.decode().partition(" ")[0]
        (folder / "results.json").write_bytes(f"{key} {digest(rows)}".encode() + b"\n" + rows)
        (folder / "findings.json").unlink(missing_ok=True)
        assert checked(tmp_path, FolderCache(folder)) == first


def test_several_processes_find_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for path, texts in VARIANTS.items():
        write(tmp_path, path, texts[0])
    alone = checked(tmp_path, NoCache())
    monkeypatch.setattr("dblint.binding.following._WORTH_PROCESSES", 1)
    assert checked(tmp_path, NoCache(), jobs=2) == alone
    cache = FolderCache(tmp_path / ".dblint_cache")
    assert checked(tmp_path, cache, jobs=2) == alone
    (tmp_path / ".dblint_cache/findings.json").unlink()
    assert checked(tmp_path, cache) == alone
