"""What dotted names mean across a project's files."""

from __future__ import annotations

import pytest

from dblint.binding.code import Code, Found
from dblint.binding.imports import ImportPaths
from tests.code_facts.texts import Texts


def code(**texts: str) -> Code:
    return Code(
        Texts({name.replace("__", "/").replace("INIT", "__init__") + ".py": text for name, text in texts.items()})
    )


@pytest.mark.parametrize(
    ("importer", "module", "expected"),
    [
        ("backend/tests/unit/test_x.py", "app.db", "backend/app/db.py"),
        ("backend/tests/unit/test_x.py", "app", "backend/app/__init__.py"),
        ("backend/tests/unit/test_x.py", "worker.main", "backend/src/worker/main.py"),
        ("tests/test_x.py", "worker.main", "backend/src/worker/main.py"),
        ("tests/test_x.py", "app.db", None),  # backend and other both have one
        ("other/test_x.py", "app.db", "other/app/db.py"),
        ("backend/app/db.py", "json", None),
        ("backend/app/db.py", "app.helpers", None),
    ],
)
def test_a_module_is_looked_for_from_the_importer_up(importer: str, module: str, expected: str | None) -> None:
    paths = ImportPaths(
        (
            "backend/app/__init__.py",
            "backend/app/db.py",
            "backend/app/json.py",
            "backend/src/worker/main.py",
            "backend/tests/unit/test_x.py",
            "other/app/__init__.py",
            "other/app/db.py",
            "tests/test_x.py",
        )
    )
    assert paths.absolute(importer, module) == expected


def test_names_are_followed_through_re_exports() -> None:
    project = code(
        app__INIT="from .db import *\nfrom .repo import Repo as Store\n",
        app__db="def get_client(): ...\n",
        app__repo="from app.base import Base\nclass Repo(Base):\n    def get(self): ...\n",
        app__base="class Base:\n    def save(self): ...\n    class Inner: ...\n",
        tests__test_x="import app\nfrom app import Store, get_client\nfrom app import repo\n",
    )
    test = "tests/test_x.py"
    assert project.find(test, "get_client") == Found("app/db.py", "get_client", "function")
    assert project.find(test, "app.get_client") == Found("app/db.py", "get_client", "function")
    assert project.find(test, "Store") == Found("app/repo.py", "Repo", "class")
    assert project.find(test, "repo.Repo.get") == Found("app/repo.py", "Repo.get", "function")
    assert project.find(test, "Store.save") == Found("app/base.py", "Base.save", "function")
    assert project.find(test, "Store.nothing") is None
    assert project.target(test, "app.db.get_client") == Found("app/db.py", "get_client", "function")
    assert project.home(test, "app.repo.Base") == ("app/repo.py", "Base")
    store = project.find(test, "Store")
    assert store is not None and project.whole(store)
    assert [one.name for one in project.bases(store)] == ["Repo", "Base"]


def test_two_meanings_are_none() -> None:
    project = code(
        a="def f(): ...\n",
        b="def f(): ...\n",
        c="try:\n    from a import f\nexcept ImportError:\n    from b import f\n",
        d="from c import f\nfrom d import g\n",
    )
    assert project.find("c.py", "f") is None
    assert project.find("d.py", "f") is None
    assert project.find("d.py", "g") is None


def test_names_inside_a_function_come_first() -> None:
    project = code(a="def f(): ...\n", b="def f(): ...\ndef g():\n    from a import f\n    f()\n")
    assert project.find("b.py", "f", "g") == Found("a.py", "f", "function")
    assert project.find("b.py", "f") == Found("b.py", "f", "function")


def test_fixtures_come_from_the_nearest_file() -> None:
    fixture = "import pytest\n@pytest.fixture\ndef db(): ...\n"
    project = code(
        conftest=fixture + "pytest_plugins = ['plug']\n",
        tests__conftest='import pytest\n@pytest.fixture(name="client")\ndef made(): ...\nfrom shared import session\n',
        tests__test_x="import pytest\nclass TestX:\n    @pytest.fixture\n    def own(self): ...\n",
        shared=fixture.replace("db", "session"),
        plug=fixture.replace("db", "plugged"),
    )
    test = "tests/test_x.py"
    assert project.fixture(test, "own") == Found(test, "TestX.own", "function")
    assert project.fixture(test, "client") == Found("tests/conftest.py", "made", "function")
    assert project.fixture(test, "session") == Found("shared.py", "session", "function")
    assert project.fixture(test, "db") == Found("conftest.py", "db", "function")
    assert project.fixture(test, "plugged") == Found("plug.py", "plugged", "function")
    assert project.fixture(test, "made") is None


def test_a_constant_is_what_its_module_sets_once() -> None:
    project = code(a="T = 'orders'\nU = 1\nU = 2\n", b="from a import T, U\n")
    value = project.constant(project.find("b.py", "T"))
    assert value is not None and value.text == "orders"
    assert project.constant(project.find("b.py", "U")) is None
