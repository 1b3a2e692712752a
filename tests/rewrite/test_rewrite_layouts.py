"""Fixes of rows as they are really read: any layout, any entries, and what a Python reader then sees."""

from __future__ import annotations

import ast
import io
import tokenize
from dataclasses import dataclass

from hypothesis import example, given, settings
from hypothesis import strategies as st

from dblint.facts.model import MockRow
from dblint.facts.read import read
from dblint.finding import Fix, Remedy
from dblint.intent import AddEntry, DropEntry, Intent, RenameKey, ReplaceValue
from dblint.rewrite.text import apply
from dblint.rewrite.write import fix
from dblint.source import Place, Source

PATH = "tests/test_x.py"
VALUES = [
    "1",
    "None",
    "'it'",
    '"a, b"',
    "[1, {'x': 2}]",
    '"#no comment"',
    "(\n    1\n)",
    "-2.5",
    '{"k": [3]}',
    "'''z'''",
]


@dataclass(frozen=True)
class Layout:
    """How a literal is written: what stands before each entry, behind its comma, and before the closing bracket."""

    call: bool
    quote: str
    keys: int
    values: tuple[str, ...]
    gaps: tuple[str, ...]
    tails: tuple[str, ...]
    trailing: bool
    end: str
    newline: str

    @property
    def text(self) -> str:
        opener, closer = ("dict(", ")") if self.call else ("{", "}")
        parts = [opener]
        for index in range(self.keys):
            key = f"k{index}=" if self.call else f"{self.quote}k{index}{self.quote}: "
            comma = "," if index + 1 < self.keys or self.trailing else ""
            parts += (self.gaps[index], key, self.values[index], comma, self.tails[index])
        text = f"# dblint: table=things\nx = {''.join(parts)}{self.end}{closer}  # after\ny = 'rest'\n"
        return text.replace("\n", self.newline)


@st.composite
def layouts(draw: st.DrawFn) -> Layout:
    keys = draw(st.integers(0, 4))
    step = draw(st.sampled_from(["    ", "\t", "  "]))
    style = draw(st.sampled_from(["line", "lines", "mixed"]))
    gap = {"line": st.just(" "), "lines": st.just(f"\n{step}"), "mixed": st.sampled_from([" ", f"\n{step}", ""])}[style]
    note = st.sampled_from(["", "", "", "  # note", "  # one, two: 'three' {"])
    gaps = tuple(draw(gap) for _ in range(keys))
    tails = tuple(draw(note) for _ in range(keys))
    end = draw(st.sampled_from(["\n", f"\n{step}# the end\n", "", " "])) if style != "line" else ""
    # A comment runs to the end of its line, so whatever follows it begins a new one.
    following = (*gaps[1:], end)
    mended = [
        following[index] if following[index].startswith("\n") or not tails[index] else f"\n{step}"
        for index in range(keys)
    ]
    return Layout(
        call=draw(st.booleans()),
        quote=draw(st.sampled_from(["'", '"'])),
        keys=keys,
        values=tuple(draw(st.sampled_from(VALUES)) for _ in range(keys)),
        gaps=(gaps[0], *mended[:-1]) if keys else (),
        tails=tails,
        trailing=draw(st.booleans()) if keys else False,
        end=mended[-1] if keys else draw(st.sampled_from(["", "\n", "\n    # nothing yet\n"])),
        newline=draw(st.sampled_from(["\n", "\r\n"])),
    )


def row_of(text: str) -> MockRow:
    facts = read(Source(PATH, text))
    assert facts.problem is None
    use = next(use for use in facts.uses if use.evidence == "pragma")
    return facts.rows[use.row]


def write(text: str, *intents: Intent) -> tuple[Fix, str]:
    made = fix(Remedy("Do it", "safe", intents), {PATH: Source(PATH, text)})
    assert made is not None
    return made, apply(text, made.edits)


def meaning(text: str) -> dict[str, str]:
    """The row's entries in order, values as canonical source."""
    statement = ast.parse(text).body[0]
    assert isinstance(statement, ast.Assign)
    value = statement.value
    if isinstance(value, ast.Call):
        return {str(keyword.arg): ast.unparse(keyword.value) for keyword in value.keywords}
    assert isinstance(value, ast.Dict)
    return {ast.literal_eval(key): ast.unparse(one) for key, one in zip(value.keys, value.values, strict=True) if key}


def comments(text: str) -> list[str]:
    tokens = tokenize.generate_tokens(io.StringIO(text).readline)
    return sorted(token.string for token in tokens if token.type == tokenize.COMMENT)


def assert_kept(before: str, after: str) -> None:
    assert after.startswith(before[: before.index("x = ") + 5])
    tail = before[before.rindex("  # after") :]
    assert after.endswith(tail)
    assert ("\r\n" in before) == ("\r\n" in after)
    assert "\r\r" not in after and ("\r\n" not in before or after.count("\n") == after.count("\r\n"))


@settings(derandomize=True, max_examples=400, deadline=None)
@given(layouts(), st.integers(1, 3))
def test_added_entries_come_last_and_nothing_else_changes(layout: Layout, count: int) -> None:
    row = row_of(layout.text)
    names = [f"new{index}" for index in range(count)]
    made, after = write(layout.text, *(AddEntry(PATH, row.layout, name, '"v"') for name in names))
    assert_kept(layout.text, after)
    assert {key: value for key, value in meaning(after).items() if key not in names} == meaning(layout.text)
    assert [key for key in meaning(after) if key in names] == names
    assert comments(after) == comments(layout.text)
    for piece in made.edits:
        assert piece.place.span.start == piece.place.span.end


@settings(derandomize=True, max_examples=400, deadline=None)
@given(layouts(), st.sets(st.integers(0, 3)))
def test_dropped_entries_vanish_and_the_others_stay(layout: Layout, dropped: set[int]) -> None:
    row = row_of(layout.text)
    gone = [entry for index, entry in enumerate(row.entries) if index in dropped]
    if not gone:
        return
    made, after = write(layout.text, *(DropEntry(PATH, entry.layout) for entry in gone))
    assert_kept(layout.text, after)
    expected = meaning(layout.text)
    for entry in gone:
        del expected[entry.key]
    assert meaning(after) == expected
    if made.safety == "safe":
        assert comments(after) == comments(layout.text)


@settings(derandomize=True, max_examples=200, deadline=None)
@given(layouts(), st.integers(0, 3), st.integers(0, 3))
def test_renamed_keys_and_replaced_values(layout: Layout, renamed: int, replaced: int) -> None:
    row = row_of(layout.text)
    if max(renamed, replaced) >= len(row.entries):
        return
    made, after = write(
        layout.text,
        RenameKey(PATH, row.entries[renamed].layout, "other"),
        ReplaceValue(Place(PATH, row.entries[replaced].layout.value), '"v"'),
    )
    assert_kept(layout.text, after)
    expected = {"other" if key == f"k{renamed}" else key: value for key, value in meaning(layout.text).items()}
    expected["other" if renamed == replaced else f"k{replaced}"] = "'v'"
    assert meaning(after) == expected
    assert comments(after) == comments(layout.text)
    assert len(made.edits) == 2


@settings(derandomize=True, max_examples=200, deadline=None)
@given(layouts())
@example(Layout(False, '"', 1, ("1",), (" ",), ("",), False, "", "\n"))
def test_adding_then_dropping_is_where_one_began(layout: Layout) -> None:
    _, added = write(layout.text, AddEntry(PATH, row_of(layout.text).layout, "new", "1"))
    entry = row_of(added).entry("new")
    assert entry is not None
    _, after = write(added, DropEntry(PATH, entry.layout))
    assert meaning(after) == meaning(layout.text)
    assert_kept(layout.text, after)
