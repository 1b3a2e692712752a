"""The order files are replayed in: numbered series as they are numbered, the rest by what needs what."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Mapping, Sequence
from itertools import accumulate, pairwise

from dblint.catalog.files.names import path_key
from dblint.catalog.files.script import Script

_DATE = re.compile(r"(?:19|20)\d\d[-_]?[01]\d[-_]?[0-3]\d\d*")
_INCLUDE = re.compile(r"^[ \t]*\\ir?[ \t]+'?([^'\s;]+)'?", re.MULTILINE)

Graph = dict[int, list[int]]


def in_order(scripts: Sequence[Script]) -> list[Script]:
    """All scripts in the order a person would run them."""
    groups = _groups(sorted(scripts, key=lambda script: path_key(script.path)))
    if len(groups) > 1:
        groups = _order_groups(groups)
    return [script for group in groups for script in group]


def _groups(scripts: list[Script]) -> list[list[Script]]:
    """The scripts that belong together: run by one master script, one Flyway history, one folder."""
    groups: dict[str, list[Script]] = {}
    included = _included(scripts)
    for script in scripts:
        if script.path not in included:
            key = "\0flyway" if script.name.kind == "flyway" else script.folder
            if script.turn is not None:
                key = f"\0plan {script.plan}"
            groups.setdefault(key, []).append(script)
    masters: dict[str, list[Script]] = {}
    for script in sorted((one for one in scripts if one.path in included), key=lambda one: included[one.path][1]):
        masters.setdefault(included[script.path][0], []).append(script)
    return [*masters.values(), *(_order_group(group) for group in groups.values())]


def _included(scripts: list[Script]) -> dict[str, tuple[str, int]]:
    """Path of each script that a psql script includes, and of that script itself → (the including script, its turn)."""
    known = {script.path for script in scripts}
    included: dict[str, tuple[str, int]] = {}
    for script in scripts:
        if "\\i" not in script.source.text:
            continue
        paths = [posixpath.normpath(f"{script.folder}/{name}") for name in _INCLUDE.findall(script.source.text)]
        found = [path for path in paths if path in known and path not in included and path != script.path]
        if len(found) > 1 and script.path not in included:
            included[script.path] = (script.path, -1)
            included.update({path: (script.path, turn) for turn, path in enumerate(found)})
    return included


def _order_group(group: list[Script]) -> list[Script]:
    if group[0].turn is not None:
        return sorted(group, key=lambda script: script.turn or 0)
    if group[0].name.kind == "flyway":
        return sorted(group, key=lambda script: (script.name.repeatable, script.name.version, script.path))
    if all(script.name.numbered for script in group):
        return group
    group = sorted(group, key=lambda script: not (script.outline.groundwork and script.name.kind == "plain"))
    chains = [
        [index for index, script in enumerate(group) if script.name.kind == kind] for kind in ("numbered", "delta")
    ]
    return [group[index] for index in _sorted(_chained(len(group), chains), *_needs([[script] for script in group]))]


def _chained(count: int, chains: Iterable[Sequence[int]]) -> Graph:
    """Each after the one before it in its chain."""
    graph: Graph = {index: [] for index in range(count)}
    for chain in chains:
        for before, after in pairwise(chain):
            graph[after].append(before)
    return graph


def _date(script: Script) -> str:
    """The digits of the date a script's name begins with; empty where it has none."""
    found = _DATE.match(script.name.stem)
    return re.sub(r"\D", "", found[0]) if found is not None else ""


def _order_groups(groups: list[list[Script]]) -> list[list[Script]]:
    strong, weak = _needs(groups)
    tangles = _tangles(strong)
    if len(tangles) < len(groups):
        groups = [_untangled([groups[index] for index in tangle]) for tangle in tangles]
        strong, weak = _needs(groups)
    return [groups[index] for index in _sorted({index: [] for index in strong}, strong, weak)]


def _untangled(groups: list[list[Script]]) -> list[Script]:
    """Groups that need each other, script by script; each keeps its own order, dated ones share one."""
    if len(groups) == 1:
        return groups[0]
    scripts = [script for group in groups for script in group]
    starts = accumulate((len(group) for group in groups), initial=0)
    chains = [
        [index for index in range(start, start + len(group)) if not _date(scripts[index])]
        for start, group in zip(starts, groups, strict=False)
    ]
    dated = sorted((index for index, one in enumerate(scripts) if _date(one)), key=lambda at: _date(scripts[at]))
    graph = _chained(len(scripts), [*chains, dated])
    return [scripts[index] for index in _sorted(graph, *_needs([[script] for script in scripts]))]


def _needs(groups: Sequence[Sequence[Script]]) -> tuple[Graph, Graph]:
    """Which group needs which: by its statements, and by what its function bodies mention."""
    creator: dict[str, int] = {}
    made: list[set[str]] = []
    for index, group in enumerate(groups):
        made.append({name for script in group for name in script.outline.creates})
        for name in made[index]:
            creator.setdefault(name, index)
    keyed = {index: {name for script in group for name in script.outline.keyed} for index, group in enumerate(groups)}
    loose = {name for script in _flat(groups) for name in script.outline.others}
    strong: Graph = {}
    weak: Graph = {}
    for index, group in enumerate(groups):
        named = {name for script in group for name in _named(script, loose)} - made[index]
        inside = {name for script in group for name in script.outline.body_needs} - made[index]
        referenced = {name for script in group for name in script.outline.referenced}
        keys = {other for other, tables in keyed.items() if tables & referenced}
        strong[index] = sorted(({creator[name] for name in named & creator.keys()} | keys) - {index})
        weak[index] = sorted({creator[name] for name in inside & creator.keys()} - {index})
    return strong, weak


def _named(script: Script, loose: set[str]) -> set[str]:
    return {*script.outline.needs, *(name for name in loose if name.rpartition(".")[2] in script.outline.words)}


def _flat(groups: Sequence[Sequence[Script]]) -> Iterable[Script]:
    return (script for group in groups for script in group)


def _sorted(graph: Graph, *wishes: Graph) -> list[int]:
    """Depth first, otherwise as they came; a wish that contradicts what is settled before it is dropped."""
    settled = {index: list(needs) for index, needs in graph.items()}
    for wish in wishes:
        for index, needs in wish.items():
            settled[index] += [need for need in needs if need != index and index not in _reached(settled, need)]
    done: dict[int, None] = {}
    for start in settled:
        path = [start]
        while path:
            following = next((need for need in settled[path[-1]] if need not in done), None)
            if following is not None:
                path.append(following)
            else:
                done.setdefault(path.pop())
    return list(done)


def _tangles(graph: Graph) -> list[list[int]]:
    """Nodes that reach each other, together."""
    reached = {index: _reached(graph, index) for index in graph}
    seen: set[int] = set()
    tangles = []
    for index in graph:
        if index not in seen:
            tangle = [index, *(other for other in sorted(reached[index]) if other != index and index in reached[other])]
            seen.update(tangle)
            tangles.append(tangle)
    return tangles


def _reached(graph: Mapping[int, list[int]], start: int) -> set[int]:
    found: set[int] = set()
    waiting = [start]
    while waiting:
        for need in graph[waiting.pop()]:
            if need not in found:
                found.add(need)
                waiting.append(need)
    return found
