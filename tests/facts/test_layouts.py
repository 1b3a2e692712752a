"""Layouts are right when the edits they allow leave Python that says what was meant, laid out as its neighbours are."""

from __future__ import annotations

import ast
import io
import tokenize
from dataclasses import dataclass

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dblint.facts.model import MockRow
from dblint.facts.read import read
from dblint.source import Source, Span

VALUES = (
    "1",
    "-2",
    "None",
    "'x, y'",
    '"#no comment"',
    "[1, 2]",
    "{'n': {'m': 1}}",
    "(\n        1,\n        2,\n    )",
    "'a' 'b'",
)


@dataclass(frozen=True)
class Style:
    """One way to write a dict literal."""

    entries: tuple[tuple[str, str], ...]
    breaks: tuple[bool, ...]
    comments: tuple[str, ...]
    above: bool
    below: bool
    trailing: bool
    closing: bool
    padded: bool
    comma_first: bool
    indent: str
    newline: str

    def text(self) -> str:
        """The literal; a break is forced behind a comment."""
        out = "{" + (" " if self.padded else "")
        for index, (key, value) in enumerate(self.entries):
            last = index == len(self.entries) - 1
            if self.breaks[index]:
                out = out.rstrip(" ") + "\n" + self.indent
                out += f"# above\n{self.indent}" if self.above and index == 0 else ""
            elif index:
                out += " "
            leading = ", " if self.comma_first and index else ""
            behind = ("," if self.trailing else "") if last else ("" if self.comma_first else ",")
            out += f"{leading}{key}: {value}{behind}"
            follows = self.closing if last else self.breaks[index + 1]
            if self.comments[index] and follows:
                out += f"  # {self.comments[index]}"
        if self.closing:
            out += ("\n" + self.indent + "# below" if self.below else "") + "\n" + self.indent[:-4].rstrip("\t") + "}"
        else:
            out += " }" if self.padded else "}"
        return out


@st.composite
def styles(draw: st.DrawFn, least: int = 0) -> Style:
    count = draw(st.integers(least, 4))
    quote = draw(st.sampled_from("\"'"))
    uniform = draw(st.booleans())
    breaks = (
        (uniform,) * count
        if draw(st.booleans())
        else tuple(draw(st.lists(st.booleans(), min_size=count, max_size=count)))
    )
    return Style(
        tuple((f"{quote}k{index}{quote}", draw(st.sampled_from(VALUES))) for index in range(count)),
        breaks,
        tuple(draw(st.lists(st.sampled_from(("", "note", "ü")), min_size=count, max_size=count))),
        above=draw(st.booleans()),
        below=draw(st.booleans()),
        trailing=draw(st.booleans()),
        closing=draw(st.booleans()),
        padded=draw(st.booleans()),
        comma_first=draw(st.booleans()),
        indent=draw(st.sampled_from(("        ", "\t\t", "            "))),
        newline=draw(st.sampled_from(("\n", "\r\n"))),
    )


def row_of(literal: str, newline: str = "\n") -> tuple[str, MockRow]:
    text = f'def test_x():\n    sb.table("t").insert({literal}).execute()\n'.replace("\n", newline)
    facts = read(Source("tests/test_x.py", text))
    (use,) = facts.uses
    return text, facts.rows[use.row]


def offset(text: str, line: int, column: int) -> int:
    lines = text.split("\n")
    return sum(len(one) + 1 for one in lines[: line - 1]) + column - 1


def replaced(text: str, span: Span, new: str) -> str:
    return text[: offset(text, *span.start)] + new + text[offset(text, *span.end) :]


def comments(text: str) -> list[str]:
    tokens = tokenize.generate_tokens(io.StringIO(text.replace("\r\n", "\n")).readline)
    return [token.string for token in tokens if token.type == tokenize.COMMENT]


def literal_in(text: str) -> dict[str, object]:
    call = next(
        node
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.Call) and node.args and ast.unparse(node.func).endswith("insert")
    )
    found = ast.literal_eval(call.args[0])
    assert isinstance(found, dict)
    return found


@settings(derandomize=True, max_examples=400, deadline=None)
@given(styles())
def test_an_added_entry_joins_the_row(style: Style) -> None:
    text, row = row_of(style.text(), style.newline)
    layout = row.layout
    added = replaced(text, layout.insert_at, f'{layout.before}"new": 99{layout.after}')
    assert literal_in(added) == {**literal_in(text), "new": 99}
    assert comments(added) == comments(text)
    assert added.count("\r\n") == (added.count("\n") if style.newline == "\r\n" else 0)
    blank = [line for line in added.split("\n")[:-1] if not line.strip()]
    assert not blank


@settings(derandomize=True, max_examples=400, deadline=None)
@given(styles(least=1), st.data())
def test_a_dropped_entry_leaves_a_whole_literal(style: Style, data: st.DataObject) -> None:
    text, row = row_of(style.text(), style.newline)
    entry = data.draw(st.sampled_from(row.entries))
    dropped = replaced(text, entry.layout.removal, "")
    assert literal_in(dropped) == {key: value for key, value in literal_in(text).items() if key != entry.key}
    if not entry.layout.commented:
        assert comments(dropped) == comments(text)
    assert not [line for line in dropped.split("\n")[:-1] if not line.strip()]


@settings(derandomize=True, max_examples=200, deadline=None)
@given(styles(least=1))
def test_keys_and_values_stand_where_their_spans_say(style: Style) -> None:
    text, row = row_of(style.text(), style.newline)
    for (key, value), entry in zip(style.entries, row.entries, strict=True):
        spans = entry.layout
        assert text[offset(text, *spans.key.start) : offset(text, *spans.key.end)] == key
        said = text[offset(text, *spans.value.start) : offset(text, *spans.value.end)]
        assert said == value.replace("\n", style.newline)


@pytest.mark.parametrize(
    ("literal", "expected"),
    [
        ("{}", '{"n": 1}'),
        ('{"a": 1}', '{"a": 1, "n": 1}'),
        ('{"a": 1,}', '{"a": 1, "n": 1,}'),
        ('{ "a": 1 }', '{ "a": 1, "n": 1 }'),
        ('{\n        "a": 1,\n    }', '{\n        "a": 1,\n        "n": 1,\n    }'),
        ('{\n        "a": 1\n    }', '{\n        "a": 1,\n        "n": 1\n    }'),
        ('{\n        "a": 1,  # c\n    }', '{\n        "a": 1,  # c\n        "n": 1,\n    }'),
        ('{\n        "a": 1  # c\n    }', '{\n        "n": 1,\n        "a": 1  # c\n    }'),
        ('{"a": 1,\n     "b": 2}', '{"a": 1,\n     "b": 2,\n     "n": 1}'),
        ('{\n        "a": 1, "b": 2,\n    }', '{\n        "a": 1, "b": 2,\n        "n": 1,\n    }'),
        (
            '{\n        "a": 1,\n        # more to come\n    }',
            '{\n        "a": 1,\n        "n": 1,\n        # more to come\n    }',
        ),
        ("{\n        # nothing yet\n    }", '{\n        # nothing yet\n        "n": 1,\n    }'),
        ("{\n    }", '{\n        "n": 1,\n    }'),
        ('{\n\t"a": 1,\n    }', '{\n\t"a": 1,\n\t"n": 1,\n    }'),
    ],
)
def test_a_new_entry_looks_like_its_neighbours(literal: str, expected: str) -> None:
    text, row = row_of(literal)
    layout = row.layout
    added = replaced(text, layout.insert_at, f'{layout.before}"n": 1{layout.after}')
    assert added == text.replace(literal, expected)


@pytest.mark.parametrize(
    ("literal", "key", "expected"),
    [
        ('{"a": 1}', "a", "{}"),
        ('{ "a": 1 }', "a", "{}"),
        ('{"a": 1, "b": 2}', "a", '{"b": 2}'),
        ('{"a": 1, "b": 2}', "b", '{"a": 1}'),
        ('{"a": 1, "b": 2, "c": 3}', "b", '{"a": 1, "c": 3}'),
        ('{"a": 1, "b": 2,}', "b", '{"a": 1,}'),
        ('{\n        "a": 1,\n        "b": 2,\n    }', "b", '{\n        "a": 1,\n    }'),
        ('{\n        "a": 1,\n        "b": 2\n    }', "b", '{\n        "a": 1\n    }'),
        ('{\n        "a": 1,\n        "b": 2\n    }', "a", '{\n        "b": 2\n    }'),
        ('{\n        "a": 1,\n    }', "a", "{}"),
        ('{\n        "a": [\n            1,\n        ],\n        "b": 2,\n    }', "a", '{\n        "b": 2,\n    }'),
        ('{"a": 1,\n     "b": 2}', "a", '{"b": 2}'),
        ('{"a": 1, "b": 2,\n     "c": 3}', "b", '{"a": 1,\n     "c": 3}'),
        ("dict(a=1, b=2)", "b", "dict(a=1)"),
        ("dict(a=1, **base)", "a", "dict(**base)"),
        ('{**base, "a": 1}', "a", "{**base}"),
    ],
)
def test_a_dropped_entry_takes_its_comma_and_line_along(literal: str, key: str, expected: str) -> None:
    text, row = row_of(literal)
    entry = row.entry(key)
    assert entry is not None
    assert replaced(text, entry.layout.removal, "") == text.replace(literal, expected)


def test_a_comment_in_what_a_removal_takes_is_told() -> None:
    _, row = row_of('{\n        "a": 1,  # why\n        "b": 2,\n    }')
    assert [entry.layout.commented for entry in row.entries] == [True, False]


def test_keyword_calls_take_keywords() -> None:
    text, row = row_of("dict(a=1, b='x')")
    layout = row.layout
    assert layout.form == "call"
    assert layout.quote == "'"
    assert replaced(text, layout.insert_at, f"{layout.before}n=1{layout.after}") == text.replace("'x')", "'x', n=1)")


@pytest.mark.parametrize(
    ("literal", "expected"),
    [
        ('{"a": 1, **kw}', '{"a": 1, "n": 1, **kw}'),
        ('{**base, "a": 1, **kw}', '{**base, "a": 1, "n": 1, **kw}'),
        ('{**base, "a": 1}', '{**base, "a": 1, "n": 1}'),
        ("{**base, **kw}", '{**base, "n": 1, **kw}'),
        ('{\n    "a": 1,  # one\n    **kw,\n}', '{\n    "a": 1,  # one\n    "n": 1,\n    **kw,\n}'),
        ('{\n    "a": 1,\n    # theirs\n    **kw\n}', '{\n    "a": 1,\n    "n": 1,\n    # theirs\n    **kw\n}'),
        ('{"a": 1,\n **kw}', '{"a": 1,\n "n": 1,\n **kw}'),
    ],
)
def test_a_new_entry_stays_under_what_a_spread_lays_over_it(literal: str, expected: str) -> None:
    text = f"def create_mock_order(base, **kw):\n    return {literal}\n"
    layout = read(Source("tests/test_x.py", text)).rows[0].layout
    assert replaced(text, layout.insert_at, f'{layout.before}"n": 1{layout.after}') == text.replace(literal, expected)
