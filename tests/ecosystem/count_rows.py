"""Counts the mock rows of the real projects with doubles: found, bound, and by which evidence.

Usage: python -m tests.ecosystem.count_rows FOLDER_OF_PROJECTS. Prints a Markdown table, a line for each project.
"""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path
from typing import Any

from dblint import project as files
from dblint import rulebook
from dblint.cache import NoCache
from dblint.config import Settings
from dblint.engine import Engine
from tests.ecosystem.draw_rows import PROJECTS as WITH_DOUBLES
from tests.ecosystem.test_ecosystem import PROJECTS


def counted(root: Path, described: dict[str, Any]) -> tuple[int, Counter[str]]:
    """How many rows of a project were not tied, and those that were by evidence; a row of two tables counts once."""
    settings = Settings(root=root, schema=tuple(described["schema"]), tests=tuple(described["tests"]))
    engine = Engine(settings, rulebook.load(settings, NoCache()), files.scope(settings, (), root))
    found = engine.context()
    evidence = {row.place: row.evidence for row in reversed(found.rows)}
    return len({row.place for row in found.loose} - evidence.keys()), Counter(evidence.values())


def main(folder: Path) -> None:
    described = {one["repo"].rpartition("/")[2]: one for one in PROJECTS}
    print("| project | found | bound | by |\n|---|---|---|---|")
    for name in WITH_DOUBLES:
        loose, bound = counted(folder / name, described[name])
        by = ", ".join(f"{kind} {count}" for kind, count in bound.most_common())
        print(f"| {name} | {loose + bound.total()} | {bound.total()} | {by} |", flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
