"""The findings the engine itself raises: what kept dblint from doing its job."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from dblint.catalog.model import Catalog
from dblint.config import Settings, key_line
from dblint.finding import Finding
from dblint.reading import Problem
from dblint.rulebook import Rulebook
from dblint.source import Place, Span

_BUG = "This is a bug in dblint; please report it, with the file it happened on if you can."


def _at(path: str, line: int = 1, column: int = 1) -> Place:
    return Place(path, Span(line, column, line, column))


def problems(book: Rulebook, found: Iterable[Problem]) -> Iterator[Finding]:
    """``unreadable-file`` and ``internal-error``."""
    for one in found:
        rule = book.rule("internal-error" if one.crashed else "unreadable-file")
        yield rule.finding(_at(one.path, one.line, one.column), one.message, help=_BUG if one.crashed else None)


def skipped_statements(book: Rulebook, catalog: Catalog) -> Iterator[Finding]:
    """``skipped-statement``, one for every statement the catalog does without."""
    rule = book.rule("skipped-statement")
    for one in catalog.skipped:
        yield rule.finding(one.place, f"this statement could not be read: {one.reason}")


def empty_catalog(book: Rulebook, settings: Settings, taken: Sequence[str]) -> Finding:
    """``empty-catalog``: rules that need a schema are selected, and there is none to hold the tests against."""
    rule = book.rule("empty-catalog")
    if taken:
        files = f"{len(taken)} SQL file{'s' if len(taken) > 1 else ''}"
        return rule.finding(
            _at(taken[0]),
            f"no table is left standing by the {files} read as the schema",
            help="`dblint schema` says which files were taken and which were left; name others with `schema`.",
        )
    return rule.finding(
        _configured_at(settings),
        "no SQL file was found that could be the project's schema",
        help='Name the files: `schema = ["db/schema.sql"]` under [tool.dblint], or --schema on the command line. '
        "`dblint schema` says which files were left, and why.",
    )


def _configured_at(settings: Settings) -> Place:
    if settings.source is None:
        return _at(".")
    text = settings.source.read_text(encoding="utf-8-sig")
    return _at(settings.source.name, key_line(text, "schema"))
