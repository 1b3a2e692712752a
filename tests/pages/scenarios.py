"""Rule pages taken apart: scenarios, their files, and the marks on guilty lines."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Literal

from dblint import config, rulebook
from dblint.engine import Engine
from dblint.judging import CATALOG_GROUPS
from dblint.project import scope
from dblint.rule import Rule
from dblint.rulebook import Rulebook
from tests.secrets.made import made_secret

ROOT = Path(__file__).parents[2]
BOOK: Rulebook = rulebook.load(config.Settings(ROOT))

_HEADING = re.compile(r"#{2,3} +(.+)")
_FENCE = re.compile(r"(`{3,})(\w*)(.*)")
_ABOUT = re.compile(r"\s+file=(?P<path>\S+)(?P<fixed>\s+fixed)?\s*")
_MARK = re.compile(
    r"\s*(?:#|--)\s*(?P<severity>error|warning|info):\s*(?P<text>.*?)(?=\s+(?:#|--)\s*(?:error|warning|info):|$)"
)
_SECRET = re.compile(r"\{\{secret:([\w-]+)\}\}")


@dataclass(frozen=True, slots=True)
class Mark:
    """What a page says of one line: a finding of this severity stands there, with this in its message."""

    path: str
    line: int
    severity: str
    text: str


@dataclass(slots=True)
class Scenario:
    """A small project: files as they are, files as they are to be after the fix, and the guilty lines."""

    rule: Rule
    title: str
    files: dict[str, str] = field(default_factory=dict)
    fixed: dict[str, str] = field(default_factory=dict)
    marks: list[Mark] = field(default_factory=list)

    @property
    def id(self) -> str:
        return f"{self.rule.name}: {self.title}"

    def engine(self, folder: Path, files: dict[str, str]) -> Engine:
        """An engine over these files, with the scenario's rule selected where it is not by itself."""
        for name, text in files.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(text.encode())
        settings = config.load(folder)
        assert settings.root == folder
        if self.rule.group not in (*CATALOG_GROUPS, "project") and not any(name.endswith(".sql") for name in files):
            # A project without a schema has no use for the rules that need one.
            settings = replace(settings, select=(self.rule.name, "project"))
        if self.rule.default != "on" and not settings.select:
            settings = replace(settings, extend_select=(*settings.extend_select, self.rule.name))
        return Engine(settings, BOOK, scope(settings, (), folder))

    def suppressed(self) -> dict[str, str]:
        """The files with a pragma for every guilty line: behind it, or above it where it has a comment already."""
        files = {}
        for path, text in self.files.items():
            guilty = {mark.line for mark in self.marks if mark.path == path}
            lines = []
            for number, line in enumerate(text.split("\n"), start=1):
                pragma = f"{'--' if path.endswith('.sql') else '#'} dblint: ignore[{self.rule.name}] as the page says"
                if number in guilty and "dblint:" in line:
                    lines.append(f"{line[: len(line) - len(line.lstrip())]}{pragma}")
                    lines.append(line)
                else:
                    lines.append(f"{line}  {pragma}" if number in guilty else line)
            files[path] = "\n".join(lines)
        return files


def scenarios(rule: Rule) -> list[Scenario]:
    """The scenarios of a rule's page: what stands under one heading is one project."""
    found: list[Scenario] = []
    text = BOOK.pages[rule.name].text
    title = ""
    for kind, value in _parts(text):
        if kind == "heading":
            title = value
            continue
        info, _, body = value.partition("\n")
        about = _ABOUT.fullmatch(info)
        if about is None:
            continue
        if not found or found[-1].title != title:
            found.append(Scenario(rule, title))
        _add(found[-1], about["path"], _with_secrets(body), fixed=bool(about["fixed"]))
    return found


def _parts(text: str) -> Iterator[tuple[Literal["heading", "fence"], str]]:
    """Headings, and fences as the rest of their first line and then their content."""
    fence, info, body = "", "", [""]
    for line in text.split("\n"):
        opened = _FENCE.fullmatch(line)
        if fence and line.strip() == fence:
            yield "fence", "\n".join([info, *body]) + ("\n" if body else "")
            fence = ""
        elif fence:
            body.append(line)
        elif opened:
            fence, info, body = opened[1], opened[3], []
        elif heading := _HEADING.fullmatch(line):
            yield "heading", heading[1].strip()
    assert not fence, "a fence is left open"


def _add(scenario: Scenario, path: str, body: str, *, fixed: bool) -> None:
    if fixed:
        assert path not in scenario.fixed, f"{scenario.id}: {path} is fixed twice"
        scenario.fixed[path] = body
        return
    assert path not in scenario.files, f"{scenario.id}: {path} stands there twice"
    lines = body.split("\n")
    for number, line in enumerate(lines, start=1):
        marks = list(_MARK.finditer(line))
        if marks:
            lines[number - 1] = line[: marks[0].start()]
            scenario.marks += (Mark(path, number, mark["severity"], mark["text"].strip()) for mark in marks)
    scenario.files[path] = "\n".join(lines)


def _with_secrets(text: str) -> str:
    return _SECRET.sub(lambda found: made_secret(found[1]), text)


ALL: list[Scenario] = [scenario for rule in BOOK.rules for scenario in scenarios(rule)]
