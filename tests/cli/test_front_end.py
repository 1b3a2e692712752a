"""Without postgast PostgreSQL is still read, and that is said once."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

HIDDEN = """
import importlib.abc, sys
class Hide(importlib.abc.MetaPathFinder):
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] == "postgast":
            raise ModuleNotFoundError(name)
import importlib.util
real = importlib.util.find_spec
importlib.util.find_spec = lambda name, package=None: None if name == "postgast" else real(name, package)
sys.meta_path.insert(0, Hide())
from dblint.cli import main
main()
"""


def run(project: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", HIDDEN, *arguments, "--no-cache"]
    return subprocess.run(command, cwd=project, capture_output=True, encoding="utf-8", check=False)


def test_the_fallback_reads_and_says_so(tmp_path: Path) -> None:
    (tmp_path / "schema.sql").write_text("CREATE TABLE orders (id uuid PRIMARY KEY, total numeric(10, 2) NOT NULL);\n")
    (tmp_path / "dblint.toml").write_text('schema = ["schema.sql"]\ndialect = "postgres"\n')
    (tmp_path / "test_x.py").write_text('def test(client):\n    client.table("orders").insert({"id": 1, "totl": 2})\n')
    shown = run(tmp_path, "schema", "--format", "json")
    (table,) = json.loads(shown.stdout)["tables"]
    assert [(column["name"], column["type"]) for column in table["columns"]] == [
        ("id", "uuid"),
        ("total", "numeric(10,2)"),
    ]
    assert shown.stderr.count("postgast") == 1
    checked = run(tmp_path, "check", "--output-format", "concise")
    assert checked.returncode == 1
    assert "unknown-column" in checked.stdout
    assert checked.stderr.count("postgast") == 1
