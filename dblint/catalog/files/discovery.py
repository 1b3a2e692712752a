"""From a project's folder and settings to the SQL sources the catalog is made of."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from dblint.catalog.files.configured import matches
from dblint.catalog.files.convention import Candidate, judge, judge_anywhere
from dblint.catalog.files.copies import superfluous
from dblint.catalog.files.dialect import NAMES, detect, spoken
from dblint.catalog.files.halves import without_down
from dblint.catalog.files.names import path_key, read_name, undo_reason
from dblint.catalog.files.order import in_order
from dblint.catalog.files.script import Script
from dblint.catalog.files.walk import sql_files
from dblint.catalog.model import Dialect, SchemaFile
from dblint.config import Settings
from dblint.source import Source, UndecodableError, decode

Problem = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Discovery:
    """What a project's schema is read from.

    ``sources`` stand in replay order with their Down halves blanked out; ``problems`` are (path or pattern, message).
    """

    sources: tuple[Source, ...]
    files: tuple[SchemaFile, ...]
    dialect: Dialect
    problems: tuple[Problem, ...]
    configured: bool


def discover(root: Path, settings: Settings) -> Discovery:
    """The schema files below ``root``: those the settings name, else those that convention finds."""
    if settings.schema:
        return _configured(root, settings)
    return _by_convention(root, settings)


def _configured(root: Path, settings: Settings) -> Discovery:
    taken: dict[str, Script] = {}
    files: list[SchemaFile] = []
    problems: list[Problem] = []
    for pattern in settings.schema:
        found, how = matches(root, pattern)
        if not found:
            problems.append((pattern, "no such file" if how == "file" else "matches no SQL file"))
        scripts: list[Script] = []
        for path in found:
            reason = None if how == "file" else _left_from_pattern(path)
            if reason is not None:
                files.append(SchemaFile(path, False, reason))
                continue
            script = read(root, path, problems)
            if script is not None and path not in taken:
                scripts.append(script)
        for script in in_order(scripts):
            taken[script.path] = script
            files.append(SchemaFile(script.path, True, f"named by {pattern!r}"))
    files = [one for one in files if one.taken or one.path not in taken]
    return _discovery(settings, list(taken.values()), files, problems, True)


def _left_from_pattern(path: str) -> str | None:
    return undo_reason(read_name(path))


def _by_convention(root: Path, settings: Settings) -> Discovery:
    problems: list[Problem] = []
    paths = list(sql_files(root, settings.exclude))
    judged = {path: judge(path) for path in paths}
    scripts, left = _read_candidates(root, judged, problems)
    if not any(script.outline.tables for script in scripts):
        judged = {path: judge_anywhere(path) for path in paths}
        scripts, left = _read_candidates(root, judged, problems)
        scripts = _with_tables(scripts, left)
    dialect = cast("Dialect | None", settings.dialect) or detect(scripts)
    for script in list(scripts):
        other = spoken(script)
        if other is not None and other != dialect:
            scripts.remove(script)
            left[script.path] = f"{NAMES[other]}, while the project's dialect is {NAMES[dialect]}"
    homes = _homes(scripts, judged)
    left.update(superfluous(homes))
    taken = in_order([script for script in scripts if script.path not in left])
    files = [SchemaFile(script.path, True, cast(Candidate, judged[script.path]).reason) for script in taken]
    files += [SchemaFile(path, False, left[path]) for path in sorted(left, key=path_key)]
    return _discovery(settings, taken, files, problems, False, dialect)


def _read_candidates(
    root: Path, judged: dict[str, Candidate | str], problems: list[Problem]
) -> tuple[list[Script], dict[str, str]]:
    scripts: list[Script] = []
    left: dict[str, str] = {}
    for path, verdict in judged.items():
        if isinstance(verdict, str):
            left[path] = verdict
            continue
        script = read(root, path, problems)
        if script is None:
            continue
        if script.outline.builds:
            scripts.append(script)
        else:
            left[path] = "has no schema statement"
    return scripts, left


def _with_tables(scripts: list[Script], left: dict[str, str]) -> list[Script]:
    """Where no folder says schema, the folders that create tables."""
    folders = {script.folder for script in scripts if script.outline.tables}
    left.update({one.path: "in no folder that creates tables" for one in scripts if one.folder not in folders})
    return [script for script in scripts if script.folder in folders]


def _homes(scripts: Sequence[Script], judged: dict[str, Candidate | str]) -> dict[str, list[Script]]:
    """The scripts by home, in order; Supabase's migrations first, then the homes with most tables."""
    homes: dict[str, list[Script]] = {}
    for script in scripts:
        home = cast(Candidate, judged[script.path]).home
        homes.setdefault(home or script.folder, []).append(script)

    def rank(home: str) -> tuple[bool, int, int, object]:
        tables = {name for script in homes[home] for name in script.outline.tables}
        return (home.split("/")[-1] != "supabase", -len(tables), home.count("/"), path_key(home))

    return {home: in_order(homes[home]) for home in sorted(homes, key=rank)}


def read(root: Path, path: str, problems: list[Problem]) -> Script | None:
    """One script, its Down half blanked out; None and a problem where it cannot be read."""
    try:
        source = decode(path, (root / path).read_bytes())
    except UndecodableError as error:
        problems.append((path, str(error)))
        return None
    except OSError as error:
        problems.append((path, error.strerror or str(error)))
        return None
    text = without_down(source.text)
    return Script(read_name(path), Source(path, text, source.encoding, source.bom))


def _discovery(
    settings: Settings,
    taken: Sequence[Script],
    files: Sequence[SchemaFile],
    problems: Sequence[Problem],
    configured: bool,
    dialect: Dialect | None = None,
) -> Discovery:
    chosen = cast("Dialect | None", settings.dialect) or dialect or detect(taken)
    return Discovery(tuple(script.source for script in taken), tuple(files), chosen, tuple(problems), configured)


def relative(root: Path, path: Path) -> str:
    """``path`` as seen from the root, with ``/``."""
    return os.path.relpath(path, root).replace(os.sep, "/")
