"""What pytest is told: its own search for its configuration is the oracle, versions come from many kinds of files."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from _pytest.config.findpaths import locate_config
from hypothesis import given
from hypothesis import strategies as st

from dblint import config
from dblint.cache import FolderCache
from dblint.engine import Engine
from dblint.project import scope
from dblint.runner.model import Plugin, Setup
from dblint.runner.read import consulted, runner
from tests.pages.scenarios import BOOK

SAID = '"auto"'
TEXTS = {
    "pytest.toml": ("", "[pytest]\n", '[pytest]\nasyncio_mode = "{0}"\n', "[other]\n"),
    ".pytest.toml": ("", '[pytest]\nasyncio_mode = "{0}"\n'),
    "pytest.ini": ("", "[pytest]\n", "[pytest]\nasyncio_mode = {0}\n", "[tool:pytest]\nasyncio_mode = {0}\n"),
    ".pytest.ini": ("", "[pytest]\nasyncio_mode={0}\n"),
    "pyproject.toml": (
        "[project]\nname = 'x'\n",
        '[tool.pytest.ini_options]\nasyncio_mode = "{0}"\n',
        '[tool.pytest]\nasyncio_mode = "{0}"\n',
        "[tool.pytest.ini_options]\n",
    ),
    "tox.ini": ("[tox]\n", "[pytest]\nasyncio_mode : {0}\n", "[pytest]\n"),
    "setup.cfg": ("[metadata]\nname = x\n", "[tool:pytest]\nasyncio_mode = {0}\n"),
}
FOLDERS = ("", "api", "api/tests")


@st.composite
def trees(draw: st.DrawFn) -> dict[str, str]:
    names = draw(st.lists(st.tuples(st.sampled_from(FOLDERS), st.sampled_from(sorted(TEXTS))), max_size=5, unique=True))
    return {
        f"{folder}/{name}".lstrip("/"): draw(st.sampled_from(TEXTS[name])).format(
            draw(st.sampled_from(("auto", "strict")))
        )
        for folder, name in names
    }


def write(root: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        place = root / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text, encoding="utf-8")
    return root


def setup(root: Path, files: dict[str, str], path: str = "tests/test_x.py") -> Setup:
    return runner(write(root, files), [path]).at(path)


@given(trees())
def test_the_configuration_is_the_one_pytest_takes(files: dict[str, str]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        root = write(Path(folder).resolve(), {**files, ".git/HEAD": "", "api/tests/test_x.py": ""})
        found = runner(root, ["api/tests/test_x.py"]).at("api/tests/test_x.py")
        _, place, said, _ = locate_config(root, [root / "api/tests"])
        mode = said.get("asyncio_mode")
        assert found.mode == (None if mode is None else str(getattr(mode, "value", mode)).strip())
        if place is not None and place.is_relative_to(root) and said:
            assert found.source == place.relative_to(root).as_posix()


@pytest.mark.parametrize(
    ("addopts", "mode"),
    [
        ("--asyncio-mode=auto", "auto"),
        ("-q --asyncio-mode auto", "auto"),
        ("-o asyncio_mode=auto", "auto"),
        ("--override-ini=asyncio_mode=strict", "strict"),
        ("-ra", "legacy"),
        ("'unbalanced", "legacy"),
    ],
)
def test_options_of_the_command_line_win_over_the_file(addopts: str, mode: str, tmp_path: Path) -> None:
    ini = f"[pytest]\nasyncio_mode = legacy\naddopts = {addopts}\n"
    assert setup(tmp_path, {"pytest.ini": ini}).mode == mode


@pytest.mark.parametrize(
    ("files", "plugin"),
    [
        ({"requirements.txt": "pytest\npytest-asyncio==0.21.1\n"}, Plugin((0, 21, 1), (0, 21, 2))),
        ({"requirements-dev.txt": "pytest_asyncio>=0.23,<1  # why\n"}, Plugin((0, 23), (1,))),
        ({"requirements/test.txt": "pytest-asyncio~=0.21.0\n"}, Plugin((0, 21, 0), (0, 22))),
        ({"requirements.txt": "# pytest-asyncio==0.18\npytest-asyncio\n"}, Plugin()),
        ({"requirements.txt": "pytest-asyncio-cooperative==0.37\n"}, None),
        ({"pyproject.toml": '[project.optional-dependencies]\ndev = ["pytest-asyncio>=1.1", "x<2"]\n'}, Plugin((1, 1))),
        (
            {"pyproject.toml": '[tool.poetry.dev-dependencies]\npytest-asyncio = "^0.21.1"\n'},
            Plugin((0, 21, 1), (0, 22)),
        ),
        (
            {"pyproject.toml": '[tool.poetry.x]\npytest-asyncio = {version = "0.18", optional = true}\n'},
            Plugin((0, 18), (0, 19)),
        ),
        ({"Pipfile": '[dev-packages]\npytest-asyncio = "*"\n'}, Plugin()),
        ({"environment.yml": "dependencies:\n  - pytest-asyncio=0.21\n"}, Plugin((0, 21), (0, 22))),
        ({"setup.py": "setup(extras_require={'t': ['pytest-asyncio<0.19']})\n"}, Plugin(None, (0, 19))),
        (
            {
                "pyproject.toml": '[project]\ndependencies = ["pytest-asyncio>=0.21"]\n',
                "uv.lock": '[[package]]\nname = "pytest-asyncio"\nversion = "1.2.0"\nsource = { registry = "x" }\n',
            },
            Plugin((1, 2, 0), (1, 2, 1)),
        ),
        (
            {"Pipfile.lock": '{"develop": {"pytest-asyncio": {"hashes": ["a"], "version": "==0.21.1"}}}'},
            Plugin((0, 21, 1), (0, 21, 2)),
        ),
        ({".github/workflows/ci.yml": "run: pip install pytest pytest-asyncio\n"}, Plugin()),
        ({"backend/requirements.txt": "pytest-asyncio==0.23.8\n"}, Plugin((0, 23, 8), (0, 23, 9))),
        ({"requirements.txt": "pytest\n"}, None),
    ],
)
def test_the_versions_a_project_admits(files: dict[str, str], plugin: Plugin | None, tmp_path: Path) -> None:
    assert setup(tmp_path, files).asyncio == plugin


def test_the_nearest_word_wins_and_stops_at_the_repository(tmp_path: Path) -> None:
    outside = {"pytest.ini": "[pytest]\nasyncio_mode = auto\n", "repository/.git/HEAD": ""}
    files = {
        "repository/api/requirements.txt": "pytest-asyncio==1.0.0\n",
        "repository/requirements.txt": "pytest-asyncio==0.21\n",
    }
    root = write(tmp_path, {**outside, **files}) / "repository"
    setups = runner(root, ["api/tests/test_x.py", "web/test_y.py"])
    assert setups.at("api/tests/test_x.py").asyncio == Plugin((1, 0, 0), (1, 0, 1))
    assert setups.at("web/test_y.py").asyncio == Plugin((0, 21), (0, 22))
    assert setups.at("web/test_y.py").mode is None
    assert setups.at("elsewhere/test_z.py") == Setup()


def test_commands_set_the_mode_and_other_plugins_are_seen(tmp_path: Path) -> None:
    files = {"Makefile": "test:\n\tpytest --asyncio-mode=auto\n", "requirements.txt": "pytest-trio\nanyio\n"}
    found = setup(tmp_path, files)
    assert (found.mode, found.anyio, found.others) == ("auto", True, ("pytest-trio",))


def test_a_plugin_may_be_switched_off(tmp_path: Path) -> None:
    files = {"pytest.ini": "[pytest]\naddopts = -p no:asyncio\n", "requirements.txt": "pytest-asyncio\n"}
    assert setup(tmp_path, files).asyncio is None


def test_files_that_cannot_be_read_say_nothing(tmp_path: Path) -> None:
    (tmp_path / "setup.cfg").write_bytes(b"[tool:pytest\n\xff")
    files = {
        "pyproject.toml": "[tool.pytest\n",
        "tox.ini": "no section\n",
        "requirements.txt": "\x00pytest-asyncio==\n",
    }
    assert setup(tmp_path, files).mode is None


def test_a_change_of_the_configuration_is_seen_in_spite_of_the_cache(tmp_path: Path) -> None:
    test = "import pytest\n\n\nasync def test_x():\n    assert True\n"
    settings = {"dblint.toml": 'select = ["async"]\n', "requirements.txt": "pytest-asyncio==1.0\n"}
    write(tmp_path, {"tests/test_x.py": test, **settings})

    def found() -> list[str]:
        settings = config.load(tmp_path)
        cache = FolderCache(tmp_path / ".dblint_cache")
        return [one.rule for one in Engine(settings, BOOK, scope(settings, (), tmp_path), cache).recall().findings]

    assert found() == ["unmarked-async-test"]
    assert found() == ["unmarked-async-test"]
    write(tmp_path, {"tests/pytest.ini": "[pytest]\nasyncio_mode = auto\n"})
    assert "tests/pytest.ini" in consulted(tmp_path, ["tests/test_x.py"])
    assert found() == []
