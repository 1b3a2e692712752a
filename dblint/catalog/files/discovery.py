"""From a project's folder and settings to the SQL sources the catalog is made of."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from dblint.catalog.files.configured import Kind, matches
from dblint.catalog.files.convention import Candidate, judge, judge_anywhere, judge_at_last
from dblint.catalog.files.copies import before_baseline, superfluous
from dblint.catalog.files.dialect import NAMES, detect, named_dialect, spoken
from dblint.catalog.files.halves import without_down
from dblint.catalog.files.homes import ranked, side_shows
from dblint.catalog.files.names import data_hint, path_key, razes, read_name, undo_reason
from dblint.catalog.files.order import in_order
from dblint.catalog.files.outline import creates_table, has_statements
from dblint.catalog.files.plan import unplanned, with_turns
from dblint.catalog.files.script import Script
from dblint.catalog.files.walk import PLAN, sql_files
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
    return _configured(root, settings) if settings.schema else _by_convention(root, settings)


def _configured(root: Path, settings: Settings) -> Discovery:
    taken: dict[str, Script] = {}
    files: dict[str, SchemaFile] = {}
    exact: set[str] = set()
    problems: list[Problem] = []
    for pattern in settings.schema:
        found, how = matches(root, pattern)
        if not found:
            problems.append((pattern, "no such file or folder" if how == "file" else "matches no SQL file"))
        if how == "file":
            exact.update(found)
        scripts, left = _of_pattern(root, [path for path in found if path not in taken], how, problems)
        files.update({path: SchemaFile(path, False, reason) for path, reason in left.items()})
        taken.update({script.path: script for script in scripts})
        files.update({script.path: SchemaFile(script.path, True, f"named by {pattern!r}") for script in scripts})
    dialect = _chosen(settings) or detect(taken.values())
    for path in [path for path, script in taken.items() if path not in exact and _is_foreign(script, dialect)]:
        files[path] = SchemaFile(path, False, _other_dialect(named_dialect(taken.pop(path)) or dialect, dialect))
    shown = [files[path] for path in taken] + [one for one in files.values() if not one.taken]
    return Discovery(_sources(taken.values()), tuple(shown), dialect, tuple(problems), True)


def _of_pattern(
    root: Path, paths: Sequence[str], how: Kind, problems: list[Problem]
) -> tuple[list[Script], dict[str, str]]:
    """The scripts that a pattern gives, in order, and what it names but leaves: nothing where it is a file's name."""
    if how == "file":
        return _read(root, paths, problems)
    left = {path: reason for path in paths if (reason := undo_reason(read_name(path))) is not None}
    scripts, unreadable = _read(root, [path for path in paths if path not in left], problems)
    left.update(unreadable)
    left.update(_never(scripts))
    if how == "folder":
        left.update(superfluous({"": in_order([script for script in scripts if script.path not in left])}))
    return in_order([script for script in scripts if script.path not in left]), left


def _makes_something(script: Script) -> bool:
    """Whether a script called like data is schema all the same."""
    return (has_statements if script.name.numbered else creates_table)(script.source.text)


def _never(scripts: Sequence[Script]) -> dict[str, str]:
    """Scripts that nobody runs to build a database."""
    return {**before_baseline(scripts), **unplanned(scripts), **_ruins(scripts)}


def _is_foreign(script: Script, dialect: Dialect) -> bool:
    return named_dialect(script) not in (None, dialect)


def _by_convention(root: Path, settings: Settings) -> Discovery:
    problems: list[Problem] = []
    found = list(sql_files(root, settings.exclude))
    paths = [path for path in found if not path.endswith(PLAN)]
    judged = judge(paths, [path for path in found if path.endswith(PLAN)])
    scripts, left = _candidates(root, judged, problems)
    for wider in (judge_anywhere, judge_at_last):
        if any(creates_table(script.source.text) for script in scripts):
            break
        problems.clear()
        judged = wider(paths)
        scripts, left = _candidates(root, judged, problems)
        scripts = _with_tables(scripts, left)
    homes: dict[str, list[Script]] = {}
    for script in scripts:
        homes.setdefault(cast(Candidate, judged[script.path]).home, []).append(script)
    for home, reason in (side_shows(root, homes) if len(homes) > 1 else {}).items():
        left.update({script.path: reason for script in homes.pop(home)})
    dialect = _chosen(settings) or detect(script for scripts in homes.values() for script in scripts)
    left.update(_of_other_dialects(homes, dialect))
    left.update(superfluous(ranked(root, homes)))
    taken = in_order([script for scripts in homes.values() for script in scripts if script.path not in left])
    files = [SchemaFile(script.path, True, cast(Candidate, judged[script.path]).reason) for script in taken]
    files += [SchemaFile(path, False, left[path]) for path in sorted(left, key=path_key)]
    return Discovery(_sources(taken), tuple(files), dialect, tuple(problems), False)


def _candidates(
    root: Path, judged: dict[str, Candidate | str], problems: list[Problem]
) -> tuple[list[Script], dict[str, str]]:
    scripts, left = _read(root, [path for path, verdict in judged.items() if not isinstance(verdict, str)], problems)
    left.update({path: verdict for path, verdict in judged.items() if isinstance(verdict, str)})
    for script in scripts:
        if script.name.kind == "plain" and not has_statements(script.source.text):
            left[script.path] = "has no schema statement"
        hint = data_hint(script.name)
        if hint is not None and not _makes_something(script):
            left[script.path] = hint
    left.update(_never(scripts))
    return [script for script in scripts if script.path not in left], left


def _ruins(scripts: Iterable[Script]) -> dict[str, str]:
    """The scripts that only clear away; a numbered one must say so by its name, for dropping a table is a step too."""
    return {
        script.path: "drops or resets the database"
        for script in scripts
        if (script.name.kind == "plain" or razes(script.name)) and script.outline.ruins
    }


def _with_tables(scripts: list[Script], left: dict[str, str]) -> list[Script]:
    """Where no folder says schema, the folders that create tables."""
    folders = {script.folder for script in scripts if script.outline.tables}
    left.update({one.path: "in no folder that creates tables" for one in scripts if one.folder not in folders})
    return [script for script in scripts if script.folder in folders]


def _of_other_dialects(homes: dict[str, list[Script]], dialect: Dialect) -> dict[str, str]:
    """Takes out of the homes what another dialect's server would run; returns why."""
    left: dict[str, str] = {}
    for home, scripts in homes.items():
        whole = spoken(scripts)
        for script in scripts:
            alone = script.name.kind == "plain" or whole != dialect or named_dialect(script) is not None
            other = (spoken([script]) if alone else None) or whole
            if other is not None and other != dialect:
                left[script.path] = _other_dialect(other, dialect)
        homes[home] = [script for script in scripts if script.path not in left]
    return left


def _other_dialect(other: Dialect, dialect: Dialect) -> str:
    return f"{NAMES[other]}, while the project's dialect is {NAMES[dialect]}"


def _read(root: Path, paths: Sequence[str], problems: list[Problem]) -> tuple[list[Script], dict[str, str]]:
    """The scripts at these paths; what cannot be read is left, and a problem."""
    scripts: list[Script] = []
    left: dict[str, str] = {}
    for path in paths:
        try:
            source = decode(path, (root / path).read_bytes())
        except (UndecodableError, OSError) as error:
            reason = getattr(error, "strerror", None) or str(error)
            problems.append((path, reason))
            left[path] = f"unreadable: {reason}"
        else:
            text = without_down(source.text)
            scripts.append(Script(read_name(path), Source(path, text, source.encoding, source.bom)))
    return with_turns(root, scripts), left


def _sources(scripts: Iterable[Script]) -> tuple[Source, ...]:
    return tuple(script.source for script in scripts)


def _chosen(settings: Settings) -> Dialect | None:
    return cast("Dialect | None", settings.dialect)
