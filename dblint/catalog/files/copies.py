"""A dump beside its upgrade scripts, and second copies of one schema: which of them tells the truth."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from dblint.catalog.files.outline import Mark
from dblint.catalog.files.script import Script

_COVERED = 0.9
Left = dict[str, str]
"""Path → why the file is left."""


def superfluous(homes: Mapping[str, Sequence[Script]]) -> Left:
    """The scripts that say again what others say; ``homes`` holds each home's scripts in order, the first home wins."""
    left: Left = {}
    for scripts in homes.values():
        left.update(_same_tables(scripts))
    plain = [script for script in _all(homes) if not _is_step(script) and script.outline.tables]
    for scripts in homes.values():
        for series in _series(scripts):
            left.update(_beside_dump(series, [one for one in plain if one.path not in left]))
    left.update(_second_homes(homes, left))
    return left


def _all(homes: Mapping[str, Sequence[Script]]) -> Iterable[Script]:
    return (script for scripts in homes.values() for script in scripts)


def _is_step(script: Script) -> bool:
    return script.name.kind != "plain"


def _series(scripts: Sequence[Script]) -> list[list[Script]]:
    folders: dict[str, list[Script]] = {}
    for script in scripts:
        if _is_step(script):
            folders.setdefault("" if script.name.kind == "flyway" else script.folder, []).append(script)
    return list(folders.values())


def _same_tables(scripts: Sequence[Script]) -> Left:
    """Of unnumbered scripts in one folder that create the very same tables, all but the longest."""
    variants: dict[tuple[str, frozenset[str]], list[Script]] = {}
    for script in scripts:
        if not _is_step(script) and len(script.outline.tables) > 1:
            variants.setdefault((script.folder, script.outline.tables), []).append(script)
    left: Left = {}
    for same in variants.values():
        kept = max(same, key=lambda script: len(script.source.text))
        left.update({one.path: f"creates the same tables as {kept.path}" for one in same if one is not kept})
    return left


def _beside_dump(series: list[Script], plain: Sequence[Script]) -> Left:
    """The steps whose work a dump already holds, or the dump when it holds only a part of what the steps make."""
    net = _net_marks(series)
    made = {mark.table for marks in net.values() for mark in marks if mark.there and mark.column is None}
    touched = {mark.table for marks in net.values() for mark in marks}
    dump = [one for one in plain if one.outline.tables & touched]
    if not dump:
        return {}
    there = {name for one in dump for name in one.outline.tables}
    known = {name for one in dump for name in one.outline.words}
    held = [index for index, script in enumerate(series) if _held(net[script.path], there, known)]
    if not held:
        return {}
    until = held[-1]
    early = {
        mark.table for script in series[: until + 1] for mark in net[script.path] if mark.there and not mark.column
    }
    if len(early & there) >= _COVERED * len(early):
        names = dump[0].path if len(dump) == 1 else f"the dump in {dump[0].folder or '.'}/"
        return {script.path: f"already in {names}" for script in series[: until + 1]}
    return {
        one.path: f"a partial copy: {series[0].folder or '.'}/ creates these tables, and more"
        for one in dump
        if one.outline.tables <= made
    }


def _net_marks(series: list[Script]) -> dict[str, list[Mark]]:
    """Per script, the marks that no later one takes back; a table belongs to the script that creates it first."""
    settled: dict[tuple[str, str | None], tuple[str, Mark]] = {}
    for script in series:
        for mark in script.outline.marks:
            key = (mark.table, mark.column)
            old = settled.get(key)
            if old is not None and mark.there and old[1].there:
                continue
            settled[key] = (script.path, mark)
            if mark.column is None and not mark.there:
                for other in [one for one in settled if one[0] == mark.table and one[1] is not None]:
                    del settled[other]
    net: dict[str, list[Mark]] = {script.path: [] for script in series}
    for path, mark in settled.values():
        net[path].append(mark)
    return net


def _held(marks: list[Mark], tables: set[str], known: set[str]) -> bool:
    """Whether the dump has what these marks add, and adds are among them."""
    adds = [mark for mark in marks if mark.there]
    return bool(adds) and all(mark.table in tables and (mark.column is None or mark.column in known) for mark in adds)


def _second_homes(homes: Mapping[str, Sequence[Script]], left: Left) -> Left:
    """Whole homes that create again what an earlier home creates, and nothing else."""
    again: Left = {}
    taken: list[tuple[str, set[str]]] = []
    for home, scripts in homes.items():
        kept = [script for script in scripts if script.path not in left]
        tables = {name for script in kept for name in script.outline.tables}
        altered = {name for script in kept for name in script.outline.alters}
        first = next((one for one, made in taken if tables and tables <= made and altered <= tables), None)
        if first is None:
            taken.append((home, tables))
        else:
            again.update({script.path: f"creates again the tables of {first or 'other files'}" for script in kept})
    return again
