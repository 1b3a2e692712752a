"""Small projects on disk, and dblint run on them as a user runs it."""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from click.testing import CliRunner

from dblint.cli import commands

SCHEMA = """CREATE TYPE status AS ENUM ('open', 'paid');
CREATE TABLE orders (
    id bigint PRIMARY KEY,
    color text NOT NULL,
    state status
);
CREATE TABLE customers (id bigint PRIMARY KEY, name text);
"""
RENAMED = (
    "CREATE TABLE orders (id bigint PRIMARY KEY, colour text);\nALTER TABLE orders RENAME COLUMN colour TO color;\n"
)
LYING = """def test_an_order(client):
    client.table("orders").insert({"id": 1, "color": "red", "colr": "blue"}).execute()
"""
HONEST = """def test_an_order(client):
    client.table("orders").insert({"id": 1, "color": "red"}).execute()
"""
OUTDATED = """def test_an_order(client):
    client.table("orders").update({"colour": "red"}).eq("id", 1).execute()
"""


@dataclass(frozen=True)
class Done:
    """One run of the program."""

    code: int
    out: str
    err: str

    @property
    def findings(self) -> list[Any]:
        found: list[Any] = json.loads(self.out)["findings"]
        return found

    @property
    def rules(self) -> list[str]:
        return [finding["rule"] for finding in self.findings]

    @property
    def summary(self) -> dict[str, int]:
        counts: dict[str, int] = json.loads(self.out)["summary"]
        return counts


def project(root: Path, files: Mapping[str, str | bytes]) -> Path:
    for name, content in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return root


def dblint(folder: Path, *arguments: str, **environment: str) -> Done:
    """Run the commands in a folder; the environment says nothing about colour or CI unless it is given here."""
    silent: dict[str, str | None] = dict.fromkeys(("NO_COLOR", "FORCE_COLOR", "TERM", "GITHUB_STEP_SUMMARY"))
    with contextlib.chdir(folder):
        done = CliRunner().invoke(commands, arguments, prog_name="dblint", env={**silent, **environment})
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exc_info
    return Done(done.exit_code, done.stdout, done.stderr)


def program(folder: Path, *arguments: str, python: tuple[str, ...] = ()) -> Done:
    """Run the program itself, in a process of its own."""
    command = [sys.executable, *python, "-m", "dblint", *arguments]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, encoding="utf-8", timeout=60)
    return Done(done.returncode, done.stdout, done.stderr)


def check(folder: Path, *arguments: str, **environment: str) -> Done:
    """``dblint check`` with the JSON report, without a cache."""
    return dblint(folder, "check", "--output-format", "json", "--no-cache", *arguments, **environment)
