"""A new import: where it goes among those a file has, as isort would sort it."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from dataclasses import dataclass

from dblint.finding import Edit
from dblint.intent import AddImport
from dblint.layout import ImportLayout, ImportLine
from dblint.source import Place, Source, Span


def add_imports(intents: Iterable[AddImport], source: Source) -> list[Edit]:
    """The edits that import modules, one a place; none for those the file imports already."""
    wanted = [one for one in intents if one.module not in one.imports.names]
    wanted.sort(key=lambda one: (_section(one.module), one.module))
    at: dict[Span, list[_Line]] = {}
    for one in wanted:
        line = _line(one.imports, one.module)
        at.setdefault(line.at, []).append(line)
    path = wanted[0].path if wanted else ""
    return [Edit(Place(path, place), _text(lines).replace("\n", source.newline)) for place, lines in at.items()]


@dataclass(frozen=True, slots=True)
class _Line:
    """A new statement at a place, what stands between it and its neighbours, and whether it is a line's end."""

    at: Span
    statement: str
    before: str
    after: str


def _text(lines: list[_Line]) -> str:
    return lines[0].before + "\n".join(line.statement for line in lines) + lines[-1].after


def _line(layout: ImportLayout, module: str) -> _Line:
    statement, section = f"import {module}", _section(module)
    if not layout.lines:
        return _Line(layout.insert_at, statement, layout.before, layout.after)
    later = next((line for line in layout.lines if _rank(line) >= (section, False, module)), None)
    if later is None:
        last = layout.lines[-1]
        gap = "\n" if _section(last.module) < section else ""
        return _Line(Span(*last.span.end, *last.span.end), statement, f"\n{gap}", "")
    index = layout.lines.index(later)
    earlier = layout.lines[index - 1] if index else None
    if earlier is not None and _section(earlier.module) == section:
        # Behind its own section, in front of the blank line that ends it.
        return _Line(Span(*earlier.span.end, *earlier.span.end), statement, "\n", "")
    gap = "\n" if _section(later.module) > section else ""
    return _Line(Span(*later.span.start, *later.span.start), statement, "", f"\n{gap}")


def _rank(line: ImportLine) -> tuple[int, bool, str]:
    return (_section(line.module), line.is_from, line.module)


def _section(module: str) -> int:
    """``__future__``, the standard library, everything else."""
    name = module.partition(".")[0]
    return 0 if name == "__future__" else 1 if name in sys.stdlib_module_names else 2
