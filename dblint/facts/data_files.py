"""The facts of files beside Python: the rows and the credentials they hold, and the pragmas about them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from dblint.data_files import data_format
from dblint.facts.credential_forms import Named, names_password
from dblint.facts.credential_texts import Judge, Piece, is_hinted
from dblint.facts.credentials_model import Credentials
from dblint.facts.model import FileFacts, Pragma, RowMaker, RowUse
from dblint.source import Source, Span
from dblint.syntax.data_files import Scalar, scalars

_PRAGMA = re.compile(
    r"(?:^|(?<=\s))[#;]\s*dblint:\s*(?P<kind>file-ignore|ignore)\s*\[(?P<names>[^\]\n]*)\](?P<reason>[^\n]*)"
)
_SETTING = re.compile(r"(?P<key>[A-Za-z_]\w*)=(?P<value>\S+)$")


def read(source: Source) -> FileFacts:
    """All that is told of a data file."""
    # Whoever only asks for credentials needs neither.
    from dblint.facts.data_rows import data_rows, seed_statements
    from dblint.facts.statements import tables_made

    found = data_rows(source)
    return FileFacts(
        source.path,
        rows=tuple(found.rows),
        uses=tuple(found.uses),
        keyed=tuple(found.keyed),
        makers=tuple(_lent(source, found.uses)),
        statements=seed_statements(source),
        created_tables=tables_made(source.text) if source.path.lower().endswith(".sql") else (),
        pragmas=tuple(_pragmas(source)),
    )


def _lent(source: Source, uses: Sequence[RowUse]) -> Iterator[RowMaker]:
    """The file's rows, for the tests that load it."""
    rows = tuple(dict.fromkeys(use.row for use in uses if use.evidence == "name"))
    if rows:
        yield RowMaker(source.path.rpartition("/")[2], rows)


def credentials(source: Source) -> tuple[Credentials, set[str]]:
    """The credentials of a data file, and their values."""
    format = data_format(source.path)
    if format is None or (format != "pgpass" and not is_hinted(source.text)):
        return Credentials(), set()
    judge = Judge(source.path, source.text)
    groups: dict[str, list[Scalar]] = {}
    for one in scalars(source.text, format):
        judge.take(Piece(one.text, one.start, one.end, one.key))
        setting = _SETTING.fullmatch(one.text) if one.group.endswith("[") else None
        if setting is not None:  # an item of compose's list of variables
            one = Scalar(one.group, setting["key"], setting["value"], one.start + setting.start("value"), one.end)
            groups.setdefault(one.group, []).append(one)
        elif not one.group.endswith("["):
            groups.setdefault(one.group, []).append(one)
    for group in groups.values():
        pieces = [Piece(one.text, one.start, one.end, one.key) for one in group if one.key and names_password(one.key)]
        others = [Named(one.key, one.text) for one in group if one.key and not names_password(one.key)]
        if pieces:
            judge.take_group(pieces, others)
    return Credentials(tuple(judge.found), judge.hidden()), judge.values


def _pragmas(source: Source) -> Iterator[Pragma]:
    """The pragmas in a file's ``#`` comments; those of SQL are read with the schema's."""
    if "dblint:" not in source.text or source.path.lower().endswith(".sql"):
        return
    for number, line in enumerate(source.lines, start=1):
        for found in _PRAGMA.finditer(line):
            names = tuple(
                (word[0], Span(number, at := found.start("names") + word.start() + 1, number, at + len(word[0])))
                for word in re.finditer(r"[^\s,]+", found["names"])
            )
            span = Span(number, found.start() + 1, number, found.end() + 1)
            kind = "file-ignore" if found["kind"] == "file-ignore" else "ignore"
            yield Pragma(kind, span, names, not line[: found.start()].strip(), reason=found["reason"].strip())  # type: ignore[arg-type]
