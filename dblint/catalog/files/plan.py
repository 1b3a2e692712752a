"""Sqitch: a plan file says which changes are deployed, and in which order."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from dblint.catalog.files.names import is_sql
from dblint.catalog.files.script import Script
from dblint.catalog.files.walk import PLAN


def with_turns(root: Path, scripts: Sequence[Script]) -> list[Script]:
    """The scripts, with their turns where a plan lists them."""
    turns: dict[str, tuple[str, int]] = {}
    for base in sorted({base for script in scripts for base in _bases(script.path)}):
        turns.update(_turns(root, base))
    return [
        replace(script, plan=turns[script.path][0], turn=turns[script.path][1]) if script.path in turns else script
        for script in scripts
    ]


def unplanned(scripts: Sequence[Script]) -> dict[str, str]:
    """Scripts beside planned ones that no plan lists → why they are left."""
    plans = {one.plan: f"{one.plan.removesuffix(PLAN)}deploy/" for one in scripts if one.plan}
    return {
        one.path: f"not in {plan}"
        for plan, folder in plans.items()
        for one in scripts
        if one.turn is None and one.path.startswith(folder)
    }


def _bases(path: str) -> Iterable[str]:
    """Folders that would hold the plan: those with the path in their ``deploy``."""
    parts = path.split("/")[:-1]
    return ("/".join(parts[:depth]) for depth, part in enumerate(parts) if part == "deploy")


def _turns(root: Path, base: str) -> dict[str, tuple[str, int]]:
    folder = root / base if base else root
    try:
        lines = (folder / PLAN).read_text("utf-8", "replace").splitlines()
    except OSError:
        return {}
    deploy = f"{base}/deploy/" if base else "deploy/"
    plan = f"{base}/{PLAN}" if base else PLAN
    return {
        f"{deploy}{change}{ending}": (plan, turn)
        for turn, change in enumerate(changes(lines))
        for ending in (".sql", ".pgsql", ".psql", ".ddl")
        if is_sql(change + ending)
    }


def changes(lines: Sequence[str]) -> list[str]:
    """The plan's changes in order, as their files are called: one reworked later is kept as ``name@tag``."""
    found: list[str] = []
    tags: list[str | None] = []
    for line in lines:
        word = line.strip().split(" ")[0] if line.strip() else ""
        if word.startswith("@"):
            tags = [word if tag is None else tag for tag in tags]
        elif word and word[0] not in "%#":
            found.append(word.lstrip("+"))
            tags.append(None)
    last = {change: index for index, change in enumerate(found)}
    return [
        change if last[change] == index else f"{change}{tag or ''}"
        for index, (change, tag) in enumerate(zip(found, tags, strict=True))
    ]
