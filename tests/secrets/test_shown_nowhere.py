"""The value of a credential is in no output, no diff, no cache and no crash."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path

import pytest

from dblint.facts import credential_texts
from tests.cli.running import dblint
from tests.secrets.labelled import REAL_FILES, REAL_PYTHON, filled, values

SCHEMA = """CREATE TABLE accounts (id bigint PRIMARY KEY, dsn text, password varchar(8), name text NOT NULL);
CREATE ROLE app LOGIN PASSWORD '{{password-80}}';
ALTER SYSTEM SET primary_conninfo = 'host=db.orders-shop.io password={{password-81}}';
INSERT INTO accounts VALUES (1, 'postgresql://app:{{password-82}}@db.orders-shop.io/x', 'x', 'y');
"""
ROWS = """
def test_rows(client):
    dsn = "postgresql://app:{{password-83}}@db.orders-shop.io/orders"
    client.table("accounts").insert({"id": 1, "dns": dsn, "password": "{{password-84}}"}).execute()
    client.table("accounts").insert({"idd": "postgresql://app:{{password-83}}@db.orders-shop.io/orders"}).execute()
    client.table("accounts").insert({"id": "postgresql://app:{{password-83}}@db.orders-shop.io/orders"}).execute()
    client.table("nobody").select("*").eq("dsn", "postgresql://app:{{password-83}}@db.orders-shop.io/x").execute()
    escaped = "postgresql://app:{{password-85}}\\x41\\u0042{{password-86}}@db.orders-shop.io/orders"
    password = "{{password-87}}"
    return dsn  # {{password-83}} again
"""
PYTHON = [text for name, text in REAL_PYTHON.items() if name != "broken code"]
FORMATS = ("text", "concise", "json", "github")


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project full of credentials, and of other mistakes on the same lines."""
    folder = tmp_path_factory.mktemp("shop")
    texts = {"schema.sql": SCHEMA, "tests/test_rows.py": ROWS, **REAL_FILES}
    for number in range(0, len(PYTHON), 9):
        # Several to a file: reading is what takes the time.
        texts[f"tests/test_{number:03}.py"] = "\n".join(PYTHON[number : number + 9]) + "\n"
    texts["tests/test_broken.py"] = f"{REAL_PYTHON['broken code']}\n"
    for name, text in texts.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(filled(text), encoding="utf-8")
    return folder


SECRETS = {
    piece
    for text in (SCHEMA, ROWS, *REAL_FILES.values(), *REAL_PYTHON.values())
    for value in values(text)
    for piece in (value, value[3:-3], value[: len(value) // 2 + 4])
}


def run(folder: Path, *arguments: str, **environment: str) -> dict[str, str]:
    """All that a run says, by the name of what says it."""
    summary = folder.parent / f"{folder.name}.md"
    done = dblint(folder, *arguments, GITHUB_STEP_SUMMARY=str(summary), **environment)
    assert done.code in (0, 1, 2)
    return {"stdout": done.out, "stderr": done.err, "summary": summary.read_text("utf-8") if summary.exists() else ""}


def told(said: Mapping[str, str]) -> dict[str, list[str]]:
    """The secrets that an output tells."""
    return {name: found for name, text in said.items() if (found := [one for one in SECRETS if one in text])}


@pytest.mark.parametrize("format", FORMATS)
def test_no_format_shows_a_value(shop: Path, format: str) -> None:
    said = run(shop, "check", "--output-format", format, "--extend-select", "literal-password", FORCE_COLOR="1")
    assert len(said["stdout"]) > 1000
    assert told(said) == {}


def test_other_rules_speak_of_the_same_lines(shop: Path) -> None:
    said = run(shop, "check", "--output-format", "concise", "tests/test_rows.py")
    assert "unknown-column" in said["stdout"]
    assert "missing-column" in said["stdout"]


def test_no_diff_and_no_fix_shows_a_value(shop: Path, tmp_path: Path) -> None:
    said = run(shop, "check", "--diff", "--unsafe-fixes")
    assert "os.environ.get" in said["stdout"]
    assert told(said) == {}
    copy = shutil.copytree(shop, tmp_path / "copy")
    said = run(copy, "check", "--fix", "--unsafe-fixes", "--output-format", "json")
    assert told(said) == {}
    assert "os.environ.get" in (copy / "tests/test_000.py").read_text(encoding="utf-8")


def test_no_cache_keeps_a_value(shop: Path) -> None:
    run(shop, "check")
    kept = {
        path.name: path.read_text(encoding="utf-8") for path in (shop / ".dblint_cache").rglob("*") if path.is_file()
    }
    assert {"facts.json", "findings.json", "catalog.json"} <= kept.keys()
    assert told(kept) == {}


def test_no_schema_listing_shows_a_value(shop: Path) -> None:
    assert told(run(shop, "schema")) == {}
    assert told(run(shop, "schema", "--output-format", "json")) == {}


def test_no_crash_shows_a_value(shop: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def crash(self: object, piece: credential_texts.Piece) -> None:
        raise ValueError(f"cannot judge {piece.text}")

    monkeypatch.setattr(credential_texts.Judge, "take", crash)
    said = run(shop, "check", "--no-cache", "--jobs", "1")
    assert "ValueError" in said["stdout"]
    assert told(said) == {}
