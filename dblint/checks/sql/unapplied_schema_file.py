"""unapplied-schema-file: a fixture that loads the schema's files by name and leaves one out, or out of order."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby, pairwise
from pathlib import PurePosixPath

from dblint.binding.clients import conftests
from dblint.binding.model import BoundProject
from dblint.checks.wording import quoted
from dblint.facts.schema_files_model import FileLoad
from dblint.finding import Finding
from dblint.rule import Rule
from dblint.source import Place

Loaded = tuple[str, FileLoad]


def check(rule: Rule, project: BoundProject) -> Iterator[Finding]:
    order = {one.path: at for at, one in enumerate(one for one in project.catalog.files if one.taken)}
    for path, facts in project.facts.items():
        loaded = [(file, load) for load in facts.loads if (file := _file(path, load, order)) is not None]
        for _, group in groupby(loaded, key=lambda one: (one[1].function, PurePosixPath(one[0]).parent)):
            yield from _judged(rule, project, path, list(group), order)


def _file(path: str, load: FileLoad, order: dict[str, int]) -> str | None:
    """The schema file that is loaded."""
    return next((place for place in load.places(path) if place in order), None)


def _judged(
    rule: Rule, project: BoundProject, path: str, loaded: Sequence[Loaded], order: dict[str, int]
) -> Iterator[Finding]:
    files = list(dict.fromkeys(file for file, _ in loaded))
    if len(files) < 2:
        return
    folder = PurePosixPath(files[0]).parent
    missing = [
        file
        for file in order
        if PurePosixPath(file).parent == folder and file not in _loaded_around(project, path, order)
    ]
    place = Place(path, loaded[-1][1].span)
    if missing:
        names = quoted(PurePosixPath(file).name for file in missing[:3])
        more = f" and {len(missing) - 3} more" if len(missing) > 3 else ""
        yield rule.finding(place, f"the files of `{folder}` are loaded by name, but for {names}{more}")
    for (_, _), (file, load) in pairwise(_first_of_each(loaded)):
        earlier = [one for one in files[: files.index(file)] if order[one] > order[file]]
        if earlier:
            names = f"`{PurePosixPath(file).name}` is loaded after `{PurePosixPath(earlier[0]).name}`"
            yield rule.finding(Place(path, load.span), f"{names}, which comes later in the schema")
            return


def _first_of_each(loaded: Sequence[Loaded]) -> list[Loaded]:
    return list({file: (file, load) for file, load in reversed(loaded)}.values())[::-1]


def _loaded_around(project: BoundProject, path: str, order: dict[str, int]) -> set[str]:
    """What the file and the conftests over it load."""
    places = [one for one in (path, *conftests(path)) if one in project.facts]
    found = {_file(place, load, order) for place in places for load in project.facts[place].loads}
    return {file for file in found if file is not None}
