"""The wheel works by itself: the rules travel with it and are found in it."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.cli.running import LYING, SCHEMA, project

ROOT = Path(__file__).parents[2]


@pytest.mark.slow
def test_the_wheel_explains_and_checks(tmp_path: Path) -> None:
    build = [sys.executable, "-m", "pip", "wheel", str(ROOT), "--no-deps", "--quiet", "--wheel-dir", str(tmp_path)]
    subprocess.run(build, check=True, cwd=tmp_path)
    (wheel,) = tmp_path.glob("*.whl")
    zipfile.ZipFile(wheel).extractall(tmp_path / "site")
    project(tmp_path / "shop", {"schema.sql": SCHEMA, "tests/test_a.py": LYING})

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        environment = {**os.environ, "PYTHONPATH": str(tmp_path / "site")}
        command = [sys.executable, "-m", "dblint", *arguments]
        return subprocess.run(command, cwd=tmp_path / "shop", env=environment, capture_output=True, text=True)

    rules = {path.stem for path in (ROOT / "rules").glob("*/*.md")}
    assert rules == {path.stem for path in (tmp_path / "site/dblint/rules").glob("*/*.md")}
    assert run("explain", "unknown-column").stdout.startswith("unknown-column · schema")
    done = run("check", "--output-format", "concise")
    assert (done.returncode, "error[unknown-column]" in done.stdout) == (1, True)
