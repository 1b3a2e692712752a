"""The README shows what dblint really prints, and its rules are all rules."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```console\n\$ (.+)\n((?:.*\n)*?)```$", README, re.M)


@pytest.mark.parametrize(("command", "shown"), BLOCKS, ids=[command for command, _ in BLOCKS])
def test_console_blocks_are_real(command: str, shown: str, tmp_path: Path) -> None:
    shop = shutil.copytree(
        ROOT / "examples" / "shop", tmp_path / "shop", ignore=shutil.ignore_patterns("__pycache__", ".*_cache")
    )
    program, *arguments = shlex.split(command)
    assert program == "dblint"
    done = subprocess.run(
        [sys.executable, "-m", "dblint", *arguments],
        cwd=shop,
        env={**os.environ, "NO_COLOR": "1", "PYTHONUTF8": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
    )
    assert done.stdout == shown


def test_there_are_console_blocks() -> None:
    assert len(BLOCKS) == 3


def test_every_rule_is_in_the_table_with_its_summary() -> None:
    rows = dict(re.findall(r"^\| `([\w-]+)` \| (.+) \|$", README, re.M))
    pages = {page.stem: page.read_text(encoding="utf-8") for page in (ROOT / "rules").glob("*/*.md")}
    assert set(rows) == set(pages)
    for name, summary in rows.items():
        page = " ".join(pages[name].split("## What it finds", 1)[1].split("\n\n")[1].split())
        assert page.startswith(summary.split(" *(")[0]), name
