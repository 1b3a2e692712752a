"""Values are what Python itself says a literal is."""

from __future__ import annotations

import ast
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dblint.facts.literals import string, value
from dblint.facts.model import Value
from dblint.source import Source
from dblint.syntax.python import Node, Tree


def expression(text: str) -> Node:
    tree = Tree(Source("x.py", f"x = {text}\n"))
    right = tree.root.find("assignment")[0].field("right")
    assert right is not None
    return right


def as_python(said: Value) -> object:
    """A value turned back into the object it stands for."""
    readers: dict[str, Callable[[], object]] = {
        "null": lambda: None,
        "bool": lambda: said.text == "True",
        "int": lambda: ast.literal_eval(said.text),
        "float": lambda: ast.literal_eval(said.text),
        "str": lambda: said.text,
        "bytes": lambda: said.text.encode("latin-1"),
        "list": lambda: [as_python(item) for item in said.items],
        "tuple": lambda: tuple(as_python(item) for item in said.items),
        "dict": lambda: {key: as_python(item) for key, item in zip(said.keys, said.items, strict=True)},
    }
    return readers[said.kind]()


SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(st.characters(exclude_categories=["Cs"])),
    st.binary(),
)
LITERALS = st.recursive(
    SCALARS,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.lists(inner, max_size=3).map(tuple),
        st.dictionaries(st.text(st.characters(exclude_categories=["Cs"]), max_size=5), inner, max_size=3),
    ),
    max_leaves=8,
)


@settings(derandomize=True, max_examples=300, deadline=None)
@given(LITERALS)
def test_a_literal_is_what_python_reads(literal: object) -> None:
    assert as_python(value(expression(repr(literal)))) == literal


@pytest.mark.parametrize(
    "text",
    [
        "1_000",
        "0xFF",
        "-1_0",
        "+5",
        "1e3",
        "-.5",
        "'a' 'b'",
        '"a\\n\\u00fc\\x41"',
        r"r'\d'",
        "u'x'",
        "b'\\x00'",
        "'''a\nb'''",
        "('a'\n 'b')",
        '"it\'s"',
        "(1,)",
        "[1, [2, (3,)]]",
        "{'a': {'b': [None, True]}}",
        "''",
        "'\\N{BULLET}'",
        "b'a' b'c'",
    ],
)
def test_every_spelling_is_decoded(text: str) -> None:
    assert as_python(value(expression(text))) == ast.literal_eval(text)


@pytest.mark.parametrize(
    "text",
    [
        "f'{x}'",
        "x",
        "a.b",
        "1 + 2",
        "not x",
        "[*x]",
        "{**x}",
        "{x: 1}",
        "2j",
        "...",
        "lambda: 1",
        "a if b else c",
        "-x",
        "{1, 2}",
        "'a' f'{b}'",
        "x[0]",
        "f(x)(y)",
        "f(*x)",
        "[i for i in x]",
    ],
)
def test_what_is_made_at_run_time_is_unknown(text: str) -> None:
    assert value(expression(text)).kind == "unknown"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('Decimal("1.0")', Value("call", "Decimal", (Value("str", "1.0"),))),
        ("uuid.uuid4()", Value("call", "uuid.uuid4")),
        ("str(uuid.uuid4())", Value("call", "str", (Value("call", "uuid.uuid4"),))),
        ("date(2024, 1, 2)", Value("call", "date", (Value("int", "2024"), Value("int", "1"), Value("int", "2")))),
        (
            "datetime(2024, 1, 2, tzinfo=UTC)",
            Value("call", "datetime", (Value("int", "2024"), Value("int", "1"), Value("int", "2"))),
        ),
    ],
)
def test_calls_keep_their_callee_and_arguments(text: str, expected: Value) -> None:
    assert value(expression(text)) == expected


def test_windows_line_endings_inside_a_string_are_newlines() -> None:
    tree = Tree(Source("x.py", 'x = """a\r\nb"""\r\n'))
    assert string(tree.root.find("string")[0]) == "a\nb"


def test_the_known_parts_of_an_f_string_are_kept() -> None:
    assert value(expression("f'a'")) == Value("str", "a")
    assert value(expression("f'user-{i}'")) == Value("unknown", "", (Value("str", "user-"), Value("unknown")))
    assert value(expression("f'{i}'")) == Value("unknown", "", (Value("unknown"),))
