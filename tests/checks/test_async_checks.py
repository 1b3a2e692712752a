"""Asynchronous rules over several files: imports under other names, fixtures of other folders, fixes that meet."""

from __future__ import annotations

from pathlib import Path

import pytest

from dblint import config, fixing
from dblint.engine import Engine
from dblint.project import scope
from tests.pages.scenarios import BOOK

REQUIREMENTS = {"requirements.txt": "pytest-asyncio==1.1.0\n", "dblint.toml": 'select = ["async"]\n'}


def engine(root: Path, files: dict[str, str]) -> Engine:
    for name, text in {**REQUIREMENTS, **files}.items():
        place = root / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(text.encode())
    settings = config.load(root)
    return Engine(settings, BOOK, scope(settings, (), root))


def found(root: Path, files: dict[str, str]) -> list[tuple[str, int]]:
    return [(one.rule, one.span.line) for one in engine(root, files).run().findings]


def fixed(root: Path, files: dict[str, str]) -> dict[str, str]:
    running = engine(root, files)
    done = fixing.run(lambda texts: list(running.run(texts).findings), running.sources(), unsafe=True)
    assert done.settled
    assert list(done.remaining) == []
    return dict(done.texts)


def test_two_fixes_add_one_import_and_leave_comments_and_line_endings(tmp_path: Path) -> None:
    text = (
        '"""Orders."""\r\n\r\nfrom __future__ import annotations\r\n\r\nimport pytest\r\n\r\n\r\n'
        "@pytest.fixture  # one row\r\nasync def row():\r\n    return 1  # the first\r\n\r\n\r\n"
        "@pytest.fixture()\r\nasync def rows(row):\r\n    yield [row]\r\n"
    )
    wanted = text.replace("@pytest.fixture", "@pytest_asyncio.fixture")
    wanted = wanted.replace("import pytest\r\n", "import pytest\r\nimport pytest_asyncio\r\n")
    assert fixed(tmp_path, {"tests/test_x.py": text}) == {"tests/test_x.py": wanted}


def test_an_import_that_is_there_is_used(tmp_path: Path) -> None:
    imports = "import pytest_asyncio as pa\nfrom pytest import fixture, mark\n\n\n"
    text = f"{imports}@fixture\nasync def row():\n    return 1\n\n\n"
    test = "async def test_row(row):\n    assert row\n"
    wanted = text.replace("@fixture", "@pa.fixture") + f"@mark.asyncio\n{test}"
    assert fixed(tmp_path, {"tests/test_x.py": text + test}) == {"tests/test_x.py": wanted}


def test_several_tests_of_one_class_become_isolated_together(tmp_path: Path) -> None:
    text = "from unittest import TestCase\n\n\nclass TestX(TestCase):\n{0}\n"
    body = "\n".join(f"    async def test_{name}(self):\n        assert True\n" for name in "ab")
    done = fixed(tmp_path, {"tests/test_x.py": text.format(body)})["tests/test_x.py"]
    assert "from unittest import IsolatedAsyncioTestCase, TestCase\n" in done
    assert "class TestX(IsolatedAsyncioTestCase):\n" in done


def test_a_fixture_is_typed_through_conftests_and_classes(tmp_path: Path) -> None:
    files = {
        "tests/conftest.py": (
            "import asyncpg\nimport pytest_asyncio\n\n\n@pytest_asyncio.fixture\nasync def pool():\n"
            "    async with asyncpg.create_pool('postgresql://localhost/x') as pool:\n        yield pool\n"
        ),
        "tests/api/conftest.py": (
            "import pytest_asyncio\n\n\n@pytest_asyncio.fixture(name='connection')\nasync def make(pool):\n"
            "    async with pool.acquire() as connection:\n        yield connection\n"
        ),
        "tests/api/test_x.py": (
            "import pytest\n\n\nclass TestX:\n    @pytest.mark.asyncio\n    async def test_x(self, connection):\n"
            "        connection.execute('delete from x')\n        await connection.fetch('select 1')\n"
        ),
    }
    assert found(tmp_path, files) == [("unawaited-database-call", 7)]


def test_the_nearest_fixture_of_a_name_counts(tmp_path: Path) -> None:
    files = {
        "tests/conftest.py": (
            "from unittest.mock import MagicMock\n\nimport pytest\n\n\n"
            "@pytest.fixture\ndef db():\n    return MagicMock()\n"
        ),
        "tests/test_near.py": (
            "from unittest.mock import AsyncMock\n\nimport pytest\n\n\n"
            "@pytest.fixture\ndef db():\n    return AsyncMock()\n\n\n"
            "@pytest.mark.asyncio\nasync def test_x(db):\n    await db.fetch()\n"
        ),
        "tests/test_far.py": "import pytest\n\n\n@pytest.mark.asyncio\nasync def test_x(db):\n    await db.fetch()\n",
    }
    assert found(tmp_path, files) == [("sync-mock-awaited", 6)]


@pytest.mark.parametrize(
    "statement",
    [
        "return asyncio.get_event_loop().run_until_complete(asyncpg.connect('x'))",
        "return FakePool()",
        "return asyncpg",
        "return [asyncpg.connect('x')]",
        "return lambda: asyncpg.connect('x')",
        "yield",
    ],
)
def test_what_a_synchronous_fixture_may_hand_out(statement: str, tmp_path: Path) -> None:
    text = f"import asyncio\n\nimport asyncpg\nimport pytest\n\n\n@pytest.fixture\ndef pool():\n    {statement}\n"
    assert found(tmp_path, {"tests/test_x.py": text}) == []


@pytest.mark.parametrize(
    "lines",
    [
        "mock.fetch = answer\n    await mock.fetch()",
        "configure(mock)\n    mock.attach_mock(other, 'fetch')\n    await mock.fetch()",
        "mock.fetch.side_effect = answer\n    await mock.fetch()",
        "mock.fetch.return_value = asyncio.Future()\n    await mock.fetch()",
        "with patch.object(mock, 'fetch'):\n        await mock.fetch()",
        "mock.fetch.return_value = answer()\n    await mock.fetch()",
        "await mock.__aenter__()",
    ],
)
def test_mocks_that_nobody_can_follow(lines: str, tmp_path: Path) -> None:
    text = (
        "import asyncio\nfrom unittest.mock import MagicMock, patch\n\nimport pytest\n\n\n@pytest.mark.asyncio\n"
        f"async def test_x(answer, other, configure):\n    mock = MagicMock()\n    {lines}\n"
    )
    assert found(tmp_path, {"tests/test_x.py": text}) == []


def test_a_file_that_is_no_python_says_so_and_nothing_else(tmp_path: Path) -> None:
    text = "import asyncpg\n\n\nasync def test_x(:\n    await asyncpg.connect(\n"
    assert [rule for rule, _ in found(tmp_path, {"tests/test_x.py": text}) if rule != "unreadable-file"] in (
        [],
        ["unmarked-async-test"],
    )
