"""missing-schema-file: a test opens an SQL file that is not there."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePosixPath

from dblint.binding.model import BoundProject
from dblint.facts.schema_files_model import FileLoad
from dblint.finding import Finding, Remedy
from dblint.intent import ReplaceString
from dblint.rule import Rule
from dblint.source import Place
from dblint.values.nearest import nearest


def check(rule: Rule, project: BoundProject) -> Iterator[Finding]:
    for path, facts in project.facts.items():
        told = set()
        for load in facts.loads:
            gone = all(place in project.absent for place in load.places(path))
            if gone and not load.guarded and load.span not in told:
                told.add(load.span)
                yield _finding(rule, project, path, load)


def _finding(rule: Rule, project: BoundProject, path: str, load: FileLoad) -> Finding:
    place = Place(path, load.span)
    there = [one.path for one in project.catalog.files]
    beside = [one for one in there if PurePosixPath(one).parent == PurePosixPath(load.path).parent]
    meant = nearest(PurePosixPath(load.path).name, tuple(PurePosixPath(one).name for one in beside))
    elsewhere = [one for one in there if PurePosixPath(one).name == PurePosixPath(load.path).name]
    head = load.literal.rpartition("/")[0]
    text = f"{head}/{meant}" if head else meant
    return rule.finding(
        place,
        f"there is no file `{load.path}`" + (f"; the nearest is `{meant}`" if meant else ""),
        help=f"Did you mean `{elsewhere[0]}`?" if elsewhere and not meant else None,
        remedy=Remedy(f"Rename to `{meant}`", "unsafe", (ReplaceString(place, text),)) if meant and text else None,
    )
