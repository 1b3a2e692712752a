"""A dump beside its upgrade scripts, and second copies of one schema: which of them tells the truth."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from dblint.catalog.files.outline import Mark
from dblint.catalog.files.script import Script

_COVERED = 0.9
_COVERED_FROM_BASE = 0.5
"""Steps that alter tables they do not create need a base; that it holds half of what they make is evidence enough."""
Left = dict[str, str]
"""Path → why the file is left."""
Homes = Mapping[str, Sequence[Script]]
"""Folder → its scripts in order; the home that is believed first stands first."""


def superfluous(homes: Homes) -> Left:
    """The scripts that say again what others say."""
    left: Left = {}
    for scripts in homes.values():
        left.update(_variants([script for script in scripts if _is_plain(script)]))
    plain = [one for scripts in homes.values() for one in scripts if _is_plain(one)]
    for scripts in homes.values():
        for series in _series(scripts) if plain else ():
            left.update(_beside_dump(series, [one for one in plain if one.path not in left]))
    if len(homes) > 1:
        left.update(_second_homes(homes, left))
    return left


def before_baseline(scripts: Iterable[Script]) -> Left:
    """Flyway's versions that its newest baseline stands for."""
    flyway = [one for one in scripts if one.name.kind == "flyway" and not one.name.repeatable]
    baselines = [one for one in flyway if one.name.stem.startswith("B")]
    if not baselines:
        return {}
    newest = max(baselines, key=lambda one: one.name.version)
    return {
        one.path: f"in the baseline {newest.path}"
        for one in flyway
        if one is not newest and one.name.version <= newest.name.version
    }


def _is_plain(script: Script) -> bool:
    return script.name.kind == "plain" and script.turn is None


def _series(scripts: Sequence[Script]) -> list[list[Script]]:
    folders: dict[str, list[Script]] = {}
    for script in scripts:
        if not _is_plain(script):
            folders.setdefault("" if script.name.kind == "flyway" else script.folder, []).append(script)
    return list(folders.values())


def _variants(plain: Sequence[Script]) -> Left:
    """Of unnumbered scripts in one folder that create the very same tables, all but the longest."""
    variants: dict[tuple[str, frozenset[str]], list[Script]] = {}
    for script in plain if len(plain) > 1 else ():
        if len(script.outline.tables) > 1:
            variants.setdefault((script.folder, script.outline.tables), []).append(script)
    left: Left = {}
    for same in variants.values():
        kept = max(same, key=lambda script: len(script.source.text))
        left.update({one.path: f"creates the same tables as {kept.path}" for one in same if one is not kept})
    return left


@dataclass(frozen=True, slots=True)
class _Dump:
    """The unnumbered scripts that create tables a series touches: their tables, and every word in them."""

    scripts: tuple[Script, ...]
    tables: frozenset[str]
    words: frozenset[str]

    @property
    def name(self) -> str:
        return self.scripts[0].path if len(self.scripts) == 1 else f"the dump in {self.scripts[0].folder or '.'}/"

    def holds(self, script: Script, marks: Sequence[Mark]) -> bool:
        """Whether the script adds something, and the dump has all of it."""
        adds = [mark for mark in marks if mark.there]
        made = [name.rpartition(".")[2] for name in (*script.outline.others, *script.outline.indexes)]
        return self._has(adds) if adds else bool(made) and all(name in self.words for name in made)

    def lacks(self, script: Script, marks: Sequence[Mark]) -> bool:
        """Whether the script makes tables, none of them in the dump, and changes none that is."""
        made = {mark.table for mark in marks if mark.there and mark.column is None}
        return bool(made) and self.tables.isdisjoint({*made, *script.outline.alters})

    def _has(self, adds: Sequence[Mark]) -> bool:
        return all(mark.table in self.tables and (mark.column or mark.table) in self._words_of(mark) for mark in adds)

    def _words_of(self, mark: Mark) -> frozenset[str]:
        return self.words if mark.column else self.tables


def _beside_dump(series: list[Script], plain: Sequence[Script]) -> Left:
    """The steps whose work a dump already holds, or the dump when it holds only a part of what the steps make."""
    net = _net_marks(series)
    touched = {mark.table for marks in net.values() for mark in marks}
    found = tuple(one for one in plain if one.outline.tables & touched)
    dump = _Dump(
        found,
        frozenset(name for one in found for name in one.outline.tables),
        frozenset(word for one in plain for word in one.outline.words),
    )
    held = [index for index, script in enumerate(series) if dump.holds(script, net[script.path])]
    if not found or not any(mark.there for index in held for mark in net[series[index].path]):
        return {}
    early = series[: held[-1] + 1]
    tables = {mark.table for script in early for mark in net[script.path] if mark.there and mark.column is None}
    made = {mark.table for marks in net.values() for mark in marks if mark.there and mark.column is None}
    altered = {name for script in series for name in script.outline.alters}
    wanted = _COVERED if altered <= made else _COVERED_FROM_BASE
    if len(tables & dump.tables) >= wanted * len(tables):
        return {script.path: f"already in {dump.name}" for script in early if not dump.lacks(script, net[script.path])}
    reason = f"a partial copy: {series[0].folder or '.'}/ creates these tables, and more"
    return {one.path: reason for one in found if one.outline.tables <= made}


def _net_marks(series: list[Script]) -> dict[str, list[Mark]]:
    """Per script, the marks that no later one takes back; a table belongs to the script that creates it first."""
    settled: dict[tuple[str, str | None], tuple[str, Mark]] = {}
    for script in series:
        for mark in script.outline.marks:
            key = (mark.table, mark.column)
            old = settled.get(key)
            if old is None or not (mark.there and old[1].there):
                settled[key] = (script.path, mark)
            if mark.column is None and not mark.there:
                for other in [one for one in settled if one[0] == mark.table and one[1] is not None]:
                    del settled[other]
    net: dict[str, list[Mark]] = {script.path: [] for script in series}
    for path, mark in settled.values():
        net[path].append(mark)
    return net


def _second_homes(homes: Homes, left: Left) -> Left:
    """Whole homes that stand on their own and create again most of what they create after an earlier home."""
    again: Left = {}
    taken: list[tuple[str, set[str]]] = []
    for home, scripts in homes.items():
        kept = [script for script in scripts if script.path not in left]
        tables = {name for script in kept for name in script.outline.tables}
        altered = {name for script in kept for name in script.outline.alters}
        alone = bool(tables) and altered <= tables
        first = next((one for one, made in taken if alone and 2 * len(tables & made) > len(tables)), None)
        if first is None:
            taken.append((home, tables))
        else:
            again.update({script.path: f"creates again the tables of {first or 'the root'}" for script in kept})
    return again
