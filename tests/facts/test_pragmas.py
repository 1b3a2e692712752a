"""Pragmas are read from comments alone, and a ``table=`` pragma binds the rows it stands by."""

from __future__ import annotations

import textwrap

import pytest

from dblint.facts.model import FileFacts
from dblint.facts.read import read
from dblint.source import Source


def facts_of(code: str) -> FileFacts:
    return read(Source("tests/test_x.py", textwrap.dedent(code)))


def bound(code: str) -> list[tuple[str, str, tuple[str, ...]]]:
    facts = facts_of(code)
    return [
        (use.table.name, use.role, tuple(entry.key for entry in facts.rows[use.row].entries))
        for use in facts.uses
        if use.evidence == "pragma" and use.table is not None
    ]


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ('row = {"a": 1}  # dblint: table=orders', [("orders", "stored", ("a",))]),
        ('# dblint: table=orders role=result\nrow = {"a": 1}', [("orders", "result", ("a",))]),
        (
            '# dblint: table=orders\nrows = [\n    {"a": 1},\n    {"b": 1},\n]',
            [("orders", "stored", ("a",)), ("orders", "stored", ("b",))],
        ),
        ("# dblint: table=orders\nx = dict(a=1)", [("orders", "stored", ("a",))]),
        ('f(\n    # dblint: table=orders\n    {"a": {"b": 1}},\n    {"c": 1},\n)', [("orders", "stored", ("a",))]),
        ('sb.table("t").insert({"a": 1})  # dblint: table=orders', [("orders", "insert", ("a",))]),
        ('def create_mock_x():\n    # dblint: table=orders\n    return {"a": 1}', [("orders", "factory", ("a",))]),
        (
            '# dblint: table=orders role=factory\ndef row(**kw):\n    return {"a": 1, **kw}',
            [("orders", "factory", ("a",))],
        ),
        ('row = {"a": 1}\n# dblint: table=orders', []),
        ('x = "# dblint: table=orders"; row = {"a": 1}', []),
        ('row = {"a": 1}  # dblint: table=', []),
    ],
)
def test_a_table_pragma_binds_the_rows_it_stands_by(code: str, expected: list[object]) -> None:
    assert bound(code) == expected


def test_ignores_keep_their_names_places_and_reason() -> None:
    facts = facts_of(
        """\
        x = 1  # dblint: ignore[unknown-column, schema] legacy payload
        # dblint: file-ignore[ missing-column ]
        y = 2  # noqa: E501  # dblint:ignore[type-mismatch]
        z = 3  # dblint: ignore
        """
    )
    first, second, third, bare = facts.pragmas
    assert (first.kind, [name for name, _ in first.names], first.reason, first.alone) == (
        "ignore",
        ["unknown-column", "schema"],
        "legacy payload",
        False,
    )
    assert [(span.line, span.column, span.end_column) for _, span in first.names] == [(1, 25, 39), (1, 41, 47)]
    assert (first.span.column, first.span.end_column) == (8, 63)
    assert (second.kind, second.alone, [name for name, _ in second.names]) == ("file-ignore", True, ["missing-column"])
    assert (third.names[0][0], third.span.column) == ("type-mismatch", 22)
    assert (bare.kind, bare.names) == ("ignore", ())


def test_windows_line_endings_stay_out_of_a_pragma() -> None:
    (pragma,) = read(Source("x.py", "x = 1  # dblint: ignore[a] why\r\n")).pragmas
    assert (pragma.reason, pragma.span.end_column) == ("why", 31)


@pytest.mark.parametrize(
    ("comment", "expected"),
    [
        ("# dblint: ingore[unknown-column]", [("unknown", "ingore")]),
        ("# dblint: tabel=orders", [("unknown", "tabel")]),
        ("# dblint: ignore", [("ignore", None)]),
        ("# dblint: reads this file first", []),
        ("# dblint: see docs (ignore[x] is explained there)", []),
    ],
)
def test_what_looks_like_a_pragma_is_kept_and_prose_is_not(comment: str, expected: list[object]) -> None:
    pragmas = facts_of(f"x = 1  {comment}").pragmas
    assert [(one.kind, one.names[0][0] if one.names else None) for one in pragmas] == expected
